/** What is known of a foreign key's side in another file. */
import type { KeyJoin } from './key-join.ts';

export interface WantedKey {
  /** Names of its columns there. */
  readonly names: readonly string[];
  /** By column: compared by value. */
  readonly byValue: readonly boolean[];
  readonly join: KeyJoin;
}

/** `files` are those that are missing or could not be read. */
export type ReferencedKey =
  | { readonly state: 'known'; readonly key: WantedKey }
  | { readonly state: 'missing' | 'unread'; readonly files: readonly string[] };
