/** Code lists: each load of a Klass snapshot is a row of its own. */
import { type Migration, sql } from 'kysely';

const statements = [
  `create table code_list (
     id uuid primary key, classification text not null, version integer not null check (version > 0),
     name_nb text not null, name_en text, snapshot_at date not null, code_count integer not null,
     content jsonb not null, sha256 text not null, loaded_at timestamptz not null, unique (classification, version))`,
];

export const catalogue: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
