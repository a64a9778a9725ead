/** What one kind of upload does in its own way while its file is written in order. */
import type { AppError } from '../platform/errors.ts';
import type { SealedWriter } from '../storage/gathering-writer.ts';
import type { Room } from './room.ts';

/**
 * How an upload begins. `new`: from the first byte, whatever was there. `resume`: after the bytes that are kept.
 * `either`: the first write decides by its offset (clients that open without truncating).
 */
export type WritingMode = 'new' | 'resume' | 'either';

/** What the bytes go to. */
export interface Growing {
  /** Of the row. */
  readonly id: string;
  readonly writer: SealedWriter;
  readonly room: Room;
  /** Ends what reads along, if anything does: it is given nothing more. */
  readonly quit?: () => Promise<void>;
}

/**
 * What one kind of upload does in its own way, in its own tables. None is called while another is under way, and none
 * but `isWriter` once the right to write is lost. `opening` names who writes, in the row.
 */
export interface WritingKind<Row, G extends Growing> {
  /** The lock that the right to write is, among all processes. */
  readonly lockName: string;
  /** What is kept of an earlier transfer; `whole` when that has come in full, and only waits for its name. */
  kept(): Promise<Kept<Row> | 'whole' | undefined>;
  /** True when a file of the name is there in full: opened and closed without a write, it stays as it is. */
  isThere(): Promise<boolean>;
  /** The row of the unfinished upload. */
  find(): Promise<Row | undefined>;
  /** From the first byte; what was unfinished under the name is gone. */
  begin(opening: string): Promise<G>;
  /** Goes on at `offset`: what is stored before it is authenticated again, what follows is sealed with a new key. */
  resume(row: Row, offset: number, opening: string): Promise<G>;
  /** Notes that it goes on. From here on an abandonment closes the writer. */
  resumed(growing: G, offset: number): Promise<void>;
  /** Rejects when it cannot be told. */
  isWriter(id: string, opening: string): Promise<boolean>;
  /** Left in order: nothing is under way any more. */
  unclaim(id: string, opening: string): Promise<void>;
  /** Erases what is unfinished under the name. */
  drop(): Promise<void>;
  /** It is over: out of the list of what is being written. */
  left(): void;
  gone(): AppError;
  incomplete(): AppError;
}

export interface Kept<Row> {
  readonly row: Row;
  readonly bytes: number;
}
