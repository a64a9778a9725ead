/** The tables as Kysely sees them; db/migrations/ makes them, each room's *-store.ts is the only reader and writer of its own. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** Instants come back as JavaScript dates and go in as ISO strings. */
type At = ColumnType<Date, string, string>;
/** bigint columns are parsed to number: sizes stay far below 2^53. */
type Bytes = ColumnType<number, number, number>;
/** Plain dates travel as YYYY-MM-DD. */
type PlainDate = ColumnType<string, string, string>;

export interface Schema {
  institution: { id: string; name: string; created_at: At };
  project: {
    id: string;
    title: string;
    institution_id: string;
    delete_by: PlainDate;
    state: 'active' | 'deletion-confirmed';
    created_at: At;
  };
  person: { id: string; name: string; email: string; language: 'nb' | 'nn' | 'en'; created_at: At };
  ssh_key: {
    id: string;
    person_id: string;
    algorithm: string;
    blob: Buffer;
    fingerprint: string;
    added_at: At;
    revoked_at: At | null;
  };
  one_time_code: {
    id: string;
    person_id: string;
    code_hash: Buffer;
    issued_at: At;
    expires_at: At;
    refusals: Generated<number>;
    ended_at: At | null;
    ended_as: 'used' | 'replaced' | 'exhausted' | null;
  };
  membership: {
    id: string;
    person_id: string;
    project_id: string | null;
    role: 'researcher' | 'supplier' | 'producer' | 'officer' | 'auditor';
    added_at: At;
    removed_at: At | null;
  };
  description: {
    id: string;
    project_id: string;
    version: number;
    content: JSONColumnType<object>;
    sha256: string;
    created_at: At;
  };
  code_list: {
    id: string;
    classification: string;
    version: number;
    name_nb: string;
    name_en: string | null;
    snapshot_at: PlainDate;
    /** Different codes in `content`. */
    code_count: number;
    content: JSONColumnType<object>;
    sha256: string;
    loaded_at: At;
  };
  sealed_object: {
    /** The body's random name in the object store. */
    name: string;
    project_id: string;
    state: 'part' | 'sealed' | 'erased';
    seal: JSONColumnType<object> | null;
    created_at: At;
    /** When it was last begun or resumed. */
    touched_at: At;
    sealed_at: At | null;
    erased_at: At | null;
  };
  object_key: { object_name: string; first_segment: Bytes; holder: string; wrapped: Buffer };
  inbound_file: {
    id: string;
    project_id: string;
    name: string;
    version: number | null;
    state: 'arriving' | 'held' | 'accepted' | 'rejected' | 'not-checked' | 'erased';
    uploader_id: string;
    object_name: string;
    door: string;
    started_at: At;
    /** When it was last begun or resumed. */
    touched_at: At;
    received_at: At | null;
    bytes: Bytes | null;
    sha256: string | null;
    report: JSONColumnType<object> | null;
    receipt: string | null;
  };
  publication: {
    id: string;
    project_id: string;
    title: string;
    folder: string;
    opened_at: At;
    open_days: number;
    state: 'open' | 'expired' | 'withdrawn';
    closed_at: At | null;
  };
  publication_file: {
    id: string;
    publication_id: string;
    name: string;
    object_name: string;
    bytes: Bytes;
    sha256: string;
  };
  publication_recipient: { publication_id: string; person_id: string };
  /** Which bytes of a delivered file a person has read, as a multirange. */
  fetched: { publication_file_id: string; person_id: string; ranges: string; first_at: At; last_at: At };
  audit_event: {
    seq: Bytes;
    at: string;
    actor: string;
    action: string;
    subject: string;
    project_id: string | null;
    detail: string;
    previous_hash: string;
    hash: string;
  };
  outbox: {
    id: string;
    dedupe: string | null;
    recipient: string;
    subject: string;
    body: string;
    created_at: At;
    sent_at: At | null;
    attempts: Generated<number>;
    next_attempt_at: At;
    last_error: string | null;
  };
  server_secret: { purpose: string; wrapped: Buffer; public_part: string; created_at: At };
}
