/** Files on their way into a draft: one at a time, in the order they were chosen; each can be stopped, and sent again when it failed. */
import type { Http } from '../upload/tus-client.ts';

export interface DraftSending {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly phase: 'waiting' | 'sending' | 'failed';
  /** In the service's words; undefined when it could not be reached. */
  readonly refusal?: string;
}

export interface DraftSender {
  /** The same list until something changes. */
  list(): readonly DraftSending[];
  subscribe(look: () => void): () => void;
  add(files: readonly File[]): void;
  again(id: number): void;
  /** Stops it if it is on its way, and takes it off the list. */
  drop(id: number): void;
  stop(): void;
}

interface Deps {
  readonly http: Http;
  /** Of the draft's files, without a slash at the end. */
  readonly path: string;
  readonly language: () => string;
  /** One more is in the draft. */
  readonly onArrived: () => void;
}

interface Entry {
  readonly file: File;
  readonly stop: AbortController;
  shown: DraftSending;
}

export function createDraftSender(deps: Deps): DraftSender {
  let entries: Entry[] = [];
  let listed: readonly DraftSending[] = [];
  let lastId = 0;
  const lookers = new Set<() => void>();

  function tell(): void {
    listed = entries.map(({ shown }) => shown);
    for (const look of lookers) look();
  }

  function show(entry: Entry, change: Partial<DraftSending>): void {
    entry.shown = { ...entry.shown, ...change };
    tell();
  }

  function take(entry: Entry): void {
    entries = entries.filter((one) => one !== entry);
    tell();
  }

  async function send(entry: Entry): Promise<void> {
    show(entry, { phase: 'sending', sentBytes: 0 });
    try {
      const answer = await deps.http({
        method: 'PUT',
        path: `${deps.path}/${encodeURIComponent(entry.file.name)}`,
        headers: {
          'x-datasluse': '1',
          'accept-language': deps.language(),
          'content-type': 'application/octet-stream',
        },
        body: entry.file,
        signal: entry.stop.signal,
        onSent: (sentBytes) => show(entry, { sentBytes }),
      });
      if (answer.status === 201) {
        take(entry);
        deps.onArrived();
      } else {
        const refusal = detailOf(answer.text);
        show(entry, { phase: 'failed', ...(refusal === undefined ? {} : { refusal }) });
      }
    } catch {
      if (!entry.stop.signal.aborted) show(entry, { phase: 'failed' });
    }
    next();
  }

  function next(): void {
    if (entries.some(({ shown }) => shown.phase === 'sending')) return;
    const waiting = entries.find(({ shown }) => shown.phase === 'waiting');
    if (waiting !== undefined) void send(waiting);
  }

  return {
    list: () => listed,
    subscribe(look) {
      lookers.add(look);
      return () => void lookers.delete(look);
    },
    add(files) {
      for (const file of files) {
        lastId += 1;
        const shown = {
          id: lastId,
          name: file.name,
          bytes: file.size,
          sentBytes: 0,
          phase: 'waiting' as const,
        };
        entries = [...entries, { file, stop: new AbortController(), shown }];
      }
      tell();
      next();
    },
    again(id) {
      const entry = entries.find(({ shown }) => shown.id === id);
      if (entry?.shown.phase !== 'failed') return;
      const { refusal: _, ...shown } = entry.shown;
      entry.shown = { ...shown, phase: 'waiting' };
      tell();
      next();
    },
    drop(id) {
      const entry = entries.find(({ shown }) => shown.id === id);
      if (entry === undefined) return;
      take(entry);
      entry.stop.abort();
      next();
    },
    stop() {
      const all = entries;
      entries = [];
      for (const { stop } of all) stop.abort();
    },
  };
}

function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}
