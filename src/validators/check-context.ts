/** What the parts of one check share: the findings, the encoding and where the reading stands. */
import type { CodeLists } from './code-lists.ts';
import type { ForeignKey } from './description.ts';
import type { Findings } from './findings.ts';
import type { KeyRoom } from './key-room.ts';
import type { ReferencedKey } from './referenced-key.ts';
import type { TextState } from './text-state.ts';

export interface CheckContext {
  readonly findings: Findings;
  readonly text: TextState;
  /** False for a file that no resource describes: an identity number is then news, not an error. */
  readonly described: boolean;
  /** The file is about to leave: identity numbers are looked for everywhere, and the rules for names are advice. */
  readonly outgoing: boolean;
  readonly refuseSynthetic: boolean;
  readonly codeLists: CodeLists;
  readonly room: KeyRoom;
  /** The other side of a foreign key into another file. */
  readonly referenced: (foreign: ForeignKey) => ReferencedKey;
  /** yyyymmdd. */
  readonly today: number;
  /** The data record and the physical line being read, from 1. */
  row: number;
  line: number;
  /** True while a row with more cells than columns is read. */
  oddRow: boolean;
}
