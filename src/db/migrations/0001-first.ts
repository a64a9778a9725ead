/** The first tables: people and projects, sealed objects and their keys, files in, publications out, audit, outbox. */
import { type Migration, sql } from 'kysely';

const statements = [
  `create table institution (
     id uuid primary key, name text not null unique, created_at timestamptz not null)`,
  `create table project (
     id text primary key, title text not null, institution_id uuid not null references institution,
     delete_by date not null, state text not null check (state in ('active','deletion-confirmed')),
     created_at timestamptz not null)`,
  `create table person (
     id text primary key, name text not null, email text not null,
     language text not null check (language in ('nb','nn','en')), created_at timestamptz not null)`,
  // One live key belongs to one person: an upload is attributable to whoever signed.
  `create table ssh_key (
     id uuid primary key, person_id text not null references person, algorithm text not null, blob bytea not null,
     fingerprint text not null, added_at timestamptz not null, revoked_at timestamptz)`,
  `create unique index ssh_key_live on ssh_key (blob) where revoked_at is null`,
  `create table membership (
     id uuid primary key, person_id text not null references person, project_id text references project,
     role text not null check (role in ('researcher','supplier','producer','officer','auditor')),
     added_at timestamptz not null, removed_at timestamptz,
     check (project_id is not null or role in ('producer','officer','auditor')))`,
  `create unique index membership_live on membership (person_id, project_id, role) nulls not distinct where removed_at is null`,
  `create table description (
     id uuid primary key, project_id text not null references project, version integer not null,
     content jsonb not null, sha256 text not null, created_at timestamptz not null, unique (project_id, version))`,
  `create table sealed_object (
     name text primary key, project_id text not null references project,
     state text not null check (state in ('part','sealed','erased')), seal jsonb,
     created_at timestamptz not null, touched_at timestamptz not null, sealed_at timestamptz, erased_at timestamptz,
     check (state <> 'sealed' or (seal is not null and sealed_at is not null)))`,
  `create table object_key (
     object_name text not null references sealed_object, first_segment bigint not null, holder text not null,
     wrapped bytea not null, primary key (object_name, holder, first_segment))`,
  `create table inbound_file (
     id uuid primary key, project_id text not null references project, name text not null, version integer,
     state text not null check (state in ('arriving','held','accepted','rejected','not-checked','erased')),
     uploader_id text not null references person, object_name text not null references sealed_object,
     door text not null, started_at timestamptz not null, touched_at timestamptz not null, received_at timestamptz, bytes bigint, sha256 text,
     report jsonb, receipt text, unique (project_id, name, version),
     check (state not in ('accepted','rejected','not-checked')
       or (version is not null and received_at is not null and bytes is not null and sha256 is not null
           and report is not null and receipt is not null)))`,
  `create unique index inbound_arriving on inbound_file (project_id, uploader_id, name) where state in ('arriving','held')`,
  `create table publication (
     id uuid primary key, project_id text not null references project, title text not null, folder text not null,
     opened_at timestamptz not null, open_days integer not null,
     state text not null check (state in ('open','expired','withdrawn')), closed_at timestamptz,
     unique (project_id, folder))`,
  `create table publication_file (
     id uuid primary key, publication_id uuid not null references publication, name text not null,
     object_name text not null references sealed_object, bytes bigint not null, sha256 text not null,
     unique (publication_id, name))`,
  `create table publication_recipient (
     publication_id uuid not null references publication, person_id text not null references person,
     primary key (publication_id, person_id))`,
  `create table fetched (
     publication_file_id uuid not null references publication_file, person_id text not null references person,
     ranges int8multirange not null, first_at timestamptz not null, last_at timestamptz not null,
     primary key (publication_file_id, person_id))`,
  // The text columns hold exactly what was hashed, the time too.
  `create table audit_event (
     seq bigint primary key, at text not null, actor text not null, action text not null, subject text not null,
     project_id text, detail text not null, previous_hash text not null, hash text not null)`,
  `create function audit_event_is_append_only() returns trigger language plpgsql as
     $$ begin raise exception 'audit events are append-only'; end $$`,
  `create trigger audit_event_append_only before update or delete or truncate on audit_event
     for each statement execute function audit_event_is_append_only()`,
  `create table outbox (
     id uuid primary key, dedupe text unique, recipient text not null, subject text not null, body text not null,
     created_at timestamptz not null, sent_at timestamptz, attempts integer not null default 0,
     next_attempt_at timestamptz not null, last_error text)`,
  `create index outbox_waiting on outbox (next_attempt_at) where sent_at is null`,
  `create table server_secret (
     purpose text primary key, wrapped bytea not null, public_part text not null, created_at timestamptz not null)`,
];

export const first: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
