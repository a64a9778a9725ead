/** Which root keys are in use and which wraps are under them, how far a check of the store has come, headers for single recipients. */
import { type Migration, sql } from 'kysely';

/** Bytes 1 to 4 of a wrap (docs/crypt4gh-profile.md). */
const rootVersion = `bigint generated always as (case when octet_length(wrapped) < 5 then 0 else
  get_byte(wrapped, 1)::bigint * 16777216 + get_byte(wrapped, 2) * 65536 + get_byte(wrapped, 3) * 256
  + get_byte(wrapped, 4) end) stored`;

const statements = [
  `create table root_key (
     version bigint primary key, key_id text not null, state text not null check (state in ('in-use','retired')),
     registered_at timestamptz not null, retired_at timestamptz,
     check ((state = 'retired') = (retired_at is not null)))`,
  `alter table object_key add root_version ${rootVersion}`,
  `create index object_key_root_version on object_key (root_version, object_name, holder, first_segment)`,
  `alter table server_secret add root_version ${rootVersion}`,
  // A process that has not heard of a rotation must not keep anything under a key that is about to be destroyed.
  // The lock is shared among writers of wraps; whoever retires a key holds it alone (vault/root-key-store.ts).
  `create function wrap_is_under_a_live_root_key() returns trigger language plpgsql as $$
     begin
       perform pg_advisory_xact_lock_shared(332894);
       if exists (select 1 from root_key where version = new.root_version and state = 'retired') then
         raise exception 'wrapped under a root key that is retired' using errcode = 'DS001';
       end if;
       return null;
     end $$`,
  `create trigger object_key_root_key after insert or update of wrapped on object_key
     for each row execute function wrap_is_under_a_live_root_key()`,
  `create trigger server_secret_root_key after insert or update of wrapped on server_secret
     for each row execute function wrap_is_under_a_live_root_key()`,
  `create table store_check (
     scope text primary key, started_at timestamptz not null, position text not null, finished_at timestamptz,
     bodies integer not null, bytes bigint not null, faults integer not null)`,
  `alter table publication add end_to_end boolean not null default false`,
  `create table publication_header (
     publication_file_id uuid not null references publication_file, person_id text not null references person,
     key_fingerprint text not null, header bytea not null, made_at timestamptz not null,
     primary key (publication_file_id, person_id))`,
];

export const custody: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
