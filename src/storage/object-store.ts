/** The object store port: parts that grow at their end, become objects once, and are never changed after. */
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';

/**
 * A store of opaque bodies under random names. Two implementations must fit: a disk, and S3 (where appends gather
 * into multipart uploads, so a part can be read and cut only between appends, and `sync` ends a gathered piece).
 *
 * All methods throw AppError: `invalid-name` for anything but 32 lower-case hex digits, `not-found`,
 * `already-exists`, `conflict` (the part is open elsewhere in this process), `storage-failed` for the medium.
 */
export interface ObjectStore {
  /** A new, empty part. `already-exists` when a part or an object has that name. */
  createPart(name: string): Promise<PartHandle>;
  /** The part as it was left. `not-found` when there is none (also when it was committed). */
  openPart(name: string): Promise<PartHandle>;
  /** A committed object, for reading. */
  openObject(name: string): Promise<ObjectHandle>;
  /** Removes the object and the part of that name, durably; not an error when there is none. */
  remove(name: string): Promise<void>;
  /** Everything there is, in no order. A part that is also committed shows as committed. */
  list(): AsyncIterable<StoredObject>;
}

export interface StoredObject {
  readonly name: string;
  readonly state: 'part' | 'committed';
  readonly sizeBytes: number;
}

/** After a failed append, truncate, sync or commit the handle only closes: what reached the medium is unknown. */
export interface PartHandle {
  /** Bytes appended so far, those in flight included. */
  size(): number;
  /**
   * Writes at the end. Calls may overlap; the order of the calls is the order in the part.
   * `bytes` must not change until the promise settles.
   */
  append(bytes: Uint8Array): Promise<void>;
  /** Up to `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Cuts the part to `sizeBytes`, which is at most its size. Not while appends are in flight. */
  truncate(sizeBytes: number): Promise<void>;
  /** After this the part and all its bytes survive a loss of power. Not while appends are in flight. */
  sync(): Promise<void>;
  /** Makes the part an object, durably, never replacing one; and closes the handle. */
  commit(): Promise<void>;
  /** Leaves the part as it is. Idempotent. */
  close(): Promise<void>;
}

export interface ObjectHandle {
  readonly sizeBytes: number;
  /**
   * Up to `length` bytes from `offset`; fewer only at the end. Calls may overlap. `into` is memory that the bytes may
   * be put in, if it has room for them; it is not to be touched until the promise settles.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  /** Waits for reads under way. Idempotent. */
  close(): Promise<void>;
}

const namePattern = /^[0-9a-f]{32}$/;

/** A new random name: 32 hex digits, saying nothing of what is stored. */
export function newObjectName(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}

/** The name itself, or `invalid-name`: nothing else ever becomes part of a path or a key. */
export function checkObjectName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new AppError('invalid-name', {
    nb: 'Navnet på et lagret objekt er ikke gyldig.',
    en: 'The name of a stored object is not valid.',
  });
}
