/** The tables as Kysely sees them; db/migrations/ makes them, each room's *-store.ts is the only reader and writer of its own. */
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';

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
    state: 'active' | 'closed' | 'deletion-confirmed';
    /** Null: the service's own quota holds. */
    quota_bytes: ColumnType<number | null, number | null | undefined, number | null>;
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
  web_session: {
    id: string;
    handle_hash: Buffer;
    person_id: string;
    provider: string;
    acr: string | null;
    /** When the provider last saw the person prove who they are. */
    authenticated_at: At;
    started_at: At;
    last_seen_at: At;
    /** The absolute end; the idle limit comes from the configuration. */
    expires_at: At;
    user_agent: string;
    provider_session_hash: Buffer | null;
    /** Under a key that only the browser's handle gives. */
    sealed_id_token: Buffer | null;
    ended_at: At | null;
    ended_as: 'signed-out' | 'revoked' | 'replaced' | 'no-access' | 'provider' | null;
  };
  sign_in_attempt: {
    state_hash: Buffer;
    browser_hash: Buffer;
    provider: string;
    return_to: string;
    asked_acr: string[];
    max_age_s: number | null;
    /** Of a step-up: the session that asked. */
    session_id: string | null;
    invitation_hash: Buffer | null;
    created_at: At;
    expires_at: At;
    used_at: At | null;
  };
  linked_identity: {
    id: string;
    person_id: string;
    provider: string;
    subject_hash: Buffer;
    linked_at: At;
    linked_by: string;
    removed_at: At | null;
  };
  invitation: {
    id: string;
    code_hash: Buffer;
    person_id: string;
    made_at: At;
    expires_at: At;
    used_at: At | null;
  };
  access_token: {
    id: string;
    token_hash: Buffer;
    person_id: string;
    name: string;
    scope: 'read' | 'write';
    project_id: string | null;
    made_at: At;
    made_by: string;
    expires_at: At;
    last_used_at: At | null;
    revoked_at: At | null;
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
    /** Plaintext bytes; of a body that still grows, what has been set aside for it. */
    bytes: Generated<number>;
    created_at: At;
    /** When it was last begun or resumed. */
    touched_at: At;
    sealed_at: At | null;
    erased_at: At | null;
  };
  object_key: {
    object_name: string;
    first_segment: Bytes;
    holder: string;
    wrapped: Buffer;
    /** The root key that it is wrapped under. */
    root_version: GeneratedAlways<number>;
  };
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
    /** The client has asked to delete the file of the final name, and renames this one over it next. */
    replaces: Generated<boolean>;
    /** The opening that may write it; null when it was left in order. See vault/write-lease.ts. */
    writer: Generated<string | null>;
    /** `Upload-Concat` of tus: `partial`, or `final;` and addresses; see inbound/partials.ts. */
    concat: Generated<string | null>;
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
    /** Recipients may fetch NAME.c4gh too. */
    end_to_end: Generated<boolean>;
    closed_reason: ColumnType<string | null, string | null | undefined, string | null>;
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
  /** While a row is not lifted, nothing is downloaded from its project; without a project, from none. */
  download_stop: {
    id: string;
    project_id: string | null;
    reason: string;
    stopped_at: At;
    stopped_by: string;
    lifted_at: At | null;
    lifted_by: string | null;
  };
  draft: {
    id: string;
    project_id: string;
    name: string;
    /** `submitted`: frozen until a second person has approved or returned it, or it is taken back. */
    state: 'open' | 'submitted' | 'published' | 'removed';
    created_by: string;
    created_at: At;
    ended_at: At | null;
  };
  draft_submission: {
    id: string;
    draft_id: string;
    title: string;
    end_to_end: boolean;
    note: string | null;
    /** Why it goes out though the outgoing check found faults, or could not read something. */
    reason: string | null;
    state: 'waiting' | 'approved' | 'returned' | 'taken-back';
    /** As the audit log names an actor. */
    submitted_by: string;
    submitted_at: At;
    ended_by: string | null;
    ended_at: At | null;
    ended_reason: string | null;
  };
  draft_submission_file: {
    submission_id: string;
    draft_file_id: string;
    name: string;
    bytes: Bytes;
    sha256: string;
    outgoing: string;
  };
  outgoing_description: {
    id: string;
    project_id: string;
    version: number;
    content: JSONColumnType<object>;
    sha256: string;
    created_at: At;
  };
  draft_file: {
    id: string;
    draft_id: string;
    name: string;
    state: 'arriving' | 'ready' | 'published' | 'erased';
    uploader_id: string;
    object_name: string;
    started_at: At;
    touched_at: At;
    received_at: At | null;
    bytes: Bytes | null;
    sha256: string | null;
    /** The opening that may write it; null when it was left in order. */
    writer: Generated<string | null>;
    /** What the outgoing check says of a file that is ready; `waiting` until it has looked. */
    outgoing: Generated<'waiting' | 'sound' | 'faults' | 'not-checked' | null>;
    outgoing_report: ColumnType<object | null, string | null | undefined, string | null>;
    /** The result rests on other files of the draft too. */
    outgoing_beside: Generated<boolean>;
    outgoing_at: ColumnType<Date | null, string | null | undefined, string | null>;
  };
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
  server_secret: {
    purpose: string;
    wrapped: Buffer;
    public_part: string;
    created_at: At;
    root_version: GeneratedAlways<number>;
  };
  root_key: {
    version: Bytes;
    /** Tells two keys of one version apart, and nothing of either. */
    key_id: string;
    state: 'in-use' | 'retired';
    registered_at: At;
    retired_at: At | null;
  };
  /** The last run of `store verify` over everything (`*`) or one project. */
  store_check: {
    scope: string;
    started_at: At;
    /** The name of the body that was verified last; they are taken in order. */
    position: string;
    finished_at: At | null;
    bodies: number;
    bytes: Bytes;
    faults: number;
  };
  /** What stands before the body in NAME.c4gh, for one person's key. */
  publication_header: {
    publication_file_id: string;
    person_id: string;
    key_fingerprint: string;
    header: Buffer;
    made_at: At;
  };
  /** What was answered to a request that carried an Idempotency-Key; without a status while it is not known. */
  request_key: {
    person_id: string;
    key: string;
    request_hash: Buffer;
    claimed_at: At;
    status: number | null;
    headers: JSONColumnType<Record<string, string>> | null;
    body: string | null;
  };
}
