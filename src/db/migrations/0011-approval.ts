/** Deliveries that a second person approves, and the outgoing check of their files against a description of its own. */
import { type Migration, sql } from 'kysely';

const statements = [
  // Frozen while it waits for a second person; its name is still taken.
  `alter table draft drop constraint draft_state_check`,
  `alter table draft add constraint draft_state_check check (state in ('open','submitted','published','removed'))`,
  `drop index draft_open`,
  `create unique index draft_open on draft (project_id, name) where state in ('open','submitted')`,
  `create table draft_submission (
     id uuid primary key, draft_id uuid not null references draft,
     title text not null, end_to_end boolean not null, note text, reason text,
     state text not null check (state in ('waiting','approved','returned','taken-back')),
     submitted_by text not null, submitted_at timestamptz not null,
     ended_by text, ended_at timestamptz, ended_reason text,
     check ((state = 'waiting') = (ended_at is null)))`,
  `create unique index draft_submission_waiting on draft_submission (draft_id) where state = 'waiting'`,
  `create index draft_submission_draft on draft_submission (draft_id)`,
  // What was submitted, to be compared with what is published.
  `create table draft_submission_file (
     submission_id uuid not null references draft_submission, draft_file_id uuid not null references draft_file,
     name text not null, bytes bigint not null, sha256 text not null, outgoing text not null,
     primary key (submission_id, draft_file_id))`,
  `create table outgoing_description (
     id uuid primary key, project_id text not null references project, version integer not null,
     content jsonb not null, sha256 text not null, created_at timestamptz not null, unique (project_id, version))`,
  // Of files from before this, null: nobody has looked. They are looked at like new ones.
  `alter table draft_file
     add outgoing text check (outgoing in ('waiting','sound','faults','not-checked')),
     add outgoing_report jsonb,
     add outgoing_beside boolean not null default false,
     add outgoing_at timestamptz`,
  `update draft_file set outgoing = 'waiting' where state = 'ready'`,
  `create index draft_file_outgoing on draft_file (received_at) where outgoing = 'waiting'`,
];

export const approval: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
