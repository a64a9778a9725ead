/** Signing in on the web: sessions, sign-ins under way, who an identity belongs to, invitations, tokens. */
import { type Migration, sql } from 'kysely';

const statements = [
  // Of handle, state, browser, token and invitation only hashes: a copy of the table opens nothing.
  `create table web_session (
     id uuid primary key, handle_hash bytea not null unique, person_id text not null references person(id),
     provider text not null, acr text, authenticated_at timestamptz not null, started_at timestamptz not null,
     last_seen_at timestamptz not null, expires_at timestamptz not null, user_agent text not null,
     provider_session_hash bytea, sealed_id_token bytea, ended_at timestamptz,
     ended_as text check (ended_as in ('signed-out', 'revoked', 'replaced', 'no-access', 'provider')),
     check ((ended_at is null) = (ended_as is null)))`,
  `create index web_session_person on web_session (person_id) where ended_at is null`,
  `create index web_session_provider on web_session (provider_session_hash) where ended_at is null`,
  `create table sign_in_attempt (
     state_hash bytea primary key, browser_hash bytea not null, provider text not null, return_to text not null,
     asked_acr text[] not null, max_age_s integer, session_id uuid references web_session(id) on delete cascade,
     invitation_hash bytea, created_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz)`,
  // An identity is an HMAC under a secret of the server: an identity number cannot be read or guessed from it.
  `create table linked_identity (
     id uuid primary key, person_id text not null references person(id), provider text not null,
     subject_hash bytea not null, linked_at timestamptz not null, linked_by text not null,
     removed_at timestamptz)`,
  `create unique index linked_identity_live on linked_identity (provider, subject_hash) where removed_at is null`,
  `create index linked_identity_person on linked_identity (person_id) where removed_at is null`,
  `create table invitation (
     id uuid primary key, code_hash bytea not null unique, person_id text not null references person(id),
     made_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz)`,
  `create table access_token (
     id uuid primary key, token_hash bytea not null unique, person_id text not null references person(id),
     name text not null, scope text not null check (scope in ('read', 'write')),
     project_id text references project(id), made_at timestamptz not null, made_by text not null,
     expires_at timestamptz not null, last_used_at timestamptz, revoked_at timestamptz)`,
  `create index access_token_person on access_token (person_id)`,
];

export const signInWeb: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
