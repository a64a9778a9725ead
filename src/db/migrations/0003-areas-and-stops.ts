/** What access can be taken back by (closed projects, download stops), quotas, drafts of deliveries, and replacements in the inbox. */
import { type Migration, sql } from 'kysely';

const statements = [
  `alter table project drop constraint project_state_check`,
  `alter table project add constraint project_state_check check (state in ('active','closed','deletion-confirmed'))`,
  // Null: the service's own quota holds.
  `alter table project add column quota_bytes bigint check (quota_bytes >= 0)`,
  // Plaintext bytes; of a body that still grows, what has been set aside for it.
  `alter table sealed_object add column bytes bigint not null default 0`,
  `update sealed_object set bytes = (seal->>'plaintextBytes')::bigint where seal is not null`,
  `create index sealed_object_of_project on sealed_object (project_id) include (bytes) where state <> 'erased'`,
  // The client has asked to delete the file of the final name, which it does before it renames this one over it.
  `alter table inbound_file add column replaces boolean not null default false`,
  `alter table publication add column closed_reason text`,
  // One stop at a time for a project, and one for all (project_id null).
  `create table download_stop (
     id uuid primary key, project_id text references project, reason text not null,
     stopped_at timestamptz not null, stopped_by text not null, lifted_at timestamptz, lifted_by text)`,
  `create unique index download_stop_live on download_stop (project_id) nulls not distinct where lifted_at is null`,
  `create table draft (
     id uuid primary key, project_id text not null references project, name text not null,
     state text not null check (state in ('open','published','removed')),
     created_by text not null references person, created_at timestamptz not null, ended_at timestamptz)`,
  `create unique index draft_open on draft (project_id, name) where state = 'open'`,
  `create table draft_file (
     id uuid primary key, draft_id uuid not null references draft, name text not null,
     state text not null check (state in ('arriving','ready','published','erased')),
     uploader_id text not null references person, object_name text not null references sealed_object,
     started_at timestamptz not null, touched_at timestamptz not null, received_at timestamptz,
     bytes bigint, sha256 text,
     check (state not in ('ready','published') or (bytes is not null and sha256 is not null and received_at is not null)))`,
  `create unique index draft_file_ready on draft_file (draft_id, name) where state = 'ready'`,
  `create unique index draft_file_arriving on draft_file (draft_id, name) where state = 'arriving'`,
];

export const areasAndStops: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
