/** Getting in: one-time codes, and the refusals and bans that all instances share. */
import { type Migration, sql } from 'kysely';

const statements = [
  `create table one_time_code (
     id uuid primary key, person_id text not null references person(id), code_hash bytea not null,
     issued_at timestamptz not null, expires_at timestamptz not null, refusals integer not null default 0,
     ended_at timestamptz, ended_as text check (ended_as in ('used', 'replaced', 'exhausted')),
     check ((ended_at is null) = (ended_as is null)))`,
  // One code can be live for a person: a new one replaces it.
  `create unique index one_time_code_live on one_time_code (person_id) where ended_at is null`,
  // Of the shape that rate-limiter-flexible writes. Losing its rows after a crash lets somebody try again, no more.
  `create unlogged table sign_in_limit (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
];

export const signIn: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
