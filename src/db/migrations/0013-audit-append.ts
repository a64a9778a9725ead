/** An audit event is chained in one question: the lock that appenders take in turn is held for no round trip but the commit's. */
import { type Migration, sql } from 'kysely';

/**
 * `fields` is the JSON text of all that is hashed between number and previous hash. The hash is that of
 * `[number,fields,"previous"]`, as audit.ts computes it when it reads the chain. Each statement in the function sees
 * what was committed before it began, so the last event is read after the lock is ours.
 */
const append = `create function append_audit_event(
    lock_number bigint, genesis text, fields text,
    at text, actor text, action text, subject text, project_id text, detail text) returns void
  language plpgsql volatile as $$
  declare
    last_seq bigint;
    last_hash text;
  begin
    perform pg_advisory_xact_lock(lock_number);
    select e.seq, e.hash into last_seq, last_hash from audit_event e order by e.seq desc limit 1;
    last_seq := coalesce(last_seq, 0) + 1;
    last_hash := coalesce(last_hash, genesis);
    insert into audit_event (seq, at, actor, action, subject, project_id, detail, previous_hash, hash) values (
      last_seq, at, actor, action, subject, project_id, detail, last_hash,
      encode(sha256(convert_to('[' || last_seq || ',' || fields || ',"' || last_hash || '"]', 'UTF8')), 'hex'));
  end $$`;

export const auditAppend: Migration = {
  async up(db) {
    await sql.raw(append).execute(db);
  },
};
