/** Uploads that are not finished, remembered in the browser, so that they go on after it was closed. Names and places only; no content. */

export interface Unfinished {
  readonly project: string;
  readonly name: string;
  readonly size: number;
  /** With name and size what tells that it is the same file. */
  readonly lastModifiedMs: number;
  /** SHA-256 of the content, where it was checked before it was sent. */
  readonly sha256: string | null;
  /** Where the service takes the rest. */
  readonly place: string;
  /** As far as it was known to have come. */
  readonly offset: number;
  readonly touchedAtMs: number;
}

/** What is needed of localStorage; it throws in some private windows. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Longer than the service keeps them by default; it is asked in any case. */
const keptMs = 14 * 86_400_000;
const limitKept = 50;

export interface UnfinishedMemory {
  list(project: string, nowMs: number): readonly Unfinished[];
  find(
    project: string,
    file: Pick<File, 'name' | 'size' | 'lastModified'>,
    nowMs: number,
  ): Unfinished | undefined;
  keep(upload: Unfinished): void;
  forget(project: string, name: string): void;
}

/** Each person has their own: browsers are shared. */
export function createUnfinishedMemory(shelf: Shelf, personId: string): UnfinishedMemory {
  const key = `datasluse.unfinished.${personId}`;

  function read(): readonly Unfinished[] {
    try {
      const kept: unknown = JSON.parse(shelf.getItem(key) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isUnfinished) : [];
    } catch {
      return [];
    }
  }

  function write(uploads: readonly Unfinished[]): void {
    try {
      shelf.setItem(key, JSON.stringify(uploads.slice(-limitKept)));
    } catch {
      // The upload goes on all the same; it just cannot be found again after the browser is closed.
    }
  }

  const others = (project: string, name: string) =>
    read().filter((one) => one.project !== project || one.name !== name);

  const list = (project: string, nowMs: number) =>
    read().filter((one) => one.project === project && nowMs - one.touchedAtMs < keptMs);

  return {
    list,
    find: (project, file, nowMs) =>
      list(project, nowMs).find(
        ({ name, size, lastModifiedMs }) =>
          name === file.name && size === file.size && lastModifiedMs === file.lastModified,
      ),
    keep: (upload) => write([...others(upload.project, upload.name), upload]),
    forget: (project, name) => write(others(project, name)),
  };
}

function isUnfinished(value: unknown): value is Unfinished {
  const one = (value ?? {}) as Partial<Record<keyof Unfinished, unknown>>;
  return (
    typeof one.project === 'string' &&
    typeof one.name === 'string' &&
    typeof one.size === 'number' &&
    typeof one.lastModifiedMs === 'number' &&
    (one.sha256 === null || typeof one.sha256 === 'string') &&
    // Only our own uploads: what stands here is asked with the reader's session.
    typeof one.place === 'string' &&
    /^\/api\/v1\/uploads\/[0-9a-f.-]+$/.test(one.place) &&
    typeof one.offset === 'number' &&
    typeof one.touchedAtMs === 'number'
  );
}
