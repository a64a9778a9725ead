/** Requests over HTTP: what was answered to a key, how many came, and what the audit log is searched by. */
import { type Migration, sql } from 'kysely';

const statements = [
  // `status` is null while the request runs, and for good when the process ended before its answer was kept.
  `create table request_key (
     person_id text not null, key text not null, request_hash bytea not null, claimed_at timestamptz not null,
     status integer, headers jsonb, body text, primary key (person_id, key),
     check ((status is null) = (headers is null)))`,
  `create index request_key_age on request_key (claimed_at)`,
  // Of the shape that rate-limiter-flexible writes. Losing its rows after a crash lets somebody ask again, no more.
  `create unlogged table request_limit (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
  `create index audit_event_of_project on audit_event (project_id, seq)`,
  `create index audit_event_of_actor on audit_event (actor, seq)`,
  `create index audit_event_of_subject on audit_event (subject, seq)`,
];

export const requests: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
