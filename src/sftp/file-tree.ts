/**
 * The seam between the SFTP session and what it shows: a tree of files and folders as one signed-in principal may see it.
 *
 * Every path is a canonical absolute POSIX string: it begins with '/', has no empty, '.' or '..' part, no NUL, no
 * trailing slash (except '/' itself) and is valid Unicode. The session has canonicalised it, once.
 * Every failure is an AppError; anything else reaches the client as `internal`, with nothing of itself.
 */

export interface Attributes {
  kind: 'file' | 'folder';
  /** Bytes of plaintext; 0 for a folder. */
  size: number;
  /** The nine permission bits, without the type: 0o640. */
  permissions: number;
  /** Seconds since 1970-01-01T00:00:00Z. */
  modifiedAt: number;
}

export interface Entry {
  /** One path part, never '.' or '..'. */
  name: string;
  attributes: Attributes;
}

/** What OPEN asks for; `exclusive` only together with `create`, `truncate` and `append` only with `write`. */
export interface OpenOptions {
  read: boolean;
  write: boolean;
  /** Every write goes to the current end of the file; the tree ignores the offset of a write on such a handle. */
  append: boolean;
  create: boolean;
  truncate: boolean;
  /** Fail with `already-exists` when the file is there. */
  exclusive: boolean;
}

/**
 * An open file. Of one open file the session has either one changing call (write, truncate, sync, close) in flight or
 * several reads and stats, never both, and issues them in request order. After a write or truncate has failed the
 * session never calls close: CLOSE then abandons the file and repeats the error, so a file with a hole is not committed.
 */
export interface OpenFile {
  stat(): Promise<Attributes>;
  /**
   * At most `length` bytes from `offset`, in one or more pieces that are sent from where they lie; none means the end of
   * the file. Give fewer bytes only at the end: OpenSSH asks in smaller pieces for the rest of the session after a short
   * read in the middle.
   */
  readPieces(offset: number, length: number): Promise<readonly Uint8Array[]>;
  /**
   * Resolves when the bytes are accepted; leaving it pending is how the tree slows a client down. `data` may be a view
   * of a receive buffer: it is valid only until the promise settles, so copy what is kept longer, and never transfer
   * its ArrayBuffer.
   */
  write(offset: number, data: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Resolves when everything written so far is durable. */
  sync(): Promise<void>;
  /** The commit point. The client is told of a failure. Called at most once, and nothing is called after it. */
  close(): Promise<void>;
  /**
   * The connection is gone without CLOSE, or a write failed: keep what is durable, commit nothing. Called at most once,
   * instead of close, when every call in flight has settled.
   */
  abandon(): Promise<void>;
}

export interface FileTree {
  stat(path: string): Promise<Attributes>;
  /** The content of a folder, without '.' and '..'. */
  list(path: string): Promise<Entry[]>;
  open(path: string, options: OpenOptions): Promise<OpenFile>;
  remove(path: string): Promise<void>;
  /** Without `replace` an existing target is `already-exists` (SFTP RENAME); with it the target is replaced (posix-rename). */
  rename(from: string, to: string, options: { replace: boolean }): Promise<void>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  /** What a quota leaves for `path`, in bytes. */
  space(path: string): Promise<{ totalBytes: number; freeBytes: number }>;
}
