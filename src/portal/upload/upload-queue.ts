/** The files that somebody is sending: checked one at a time, sent one at a time, paused, gone on with. It outlives the page that shows it. */
import type { Report, Verdict } from '../../validators/report.ts';
import { createSpeedometer, type Speedometer, timeLeftMs } from './speed.ts';
import { eraseUpload, type Http, type Outcome, type SendDeps, sendFile } from './tus-client.ts';
import type { UnfinishedMemory } from './unfinished.ts';

export type Phase =
  /** Waits for the check of another file. */
  | 'waiting'
  | 'checking'
  /** Waits for the reader to send it. */
  | 'ready'
  /** Waits for another file to be sent. */
  | 'queued'
  | 'sending'
  | 'paused'
  | 'received'
  | 'failed';

export interface QueuedFile {
  readonly id: number;
  readonly project: string;
  readonly file: File;
  readonly phase: Phase;
  readonly checkedBytes: number;
  readonly checkedRows: number;
  /** Of the check in the browser; undefined when it is not over, or could not be done. */
  readonly report: Report | undefined;
  /** The check in the browser did not come to an end: the service checks in any case. */
  readonly uncheckable: boolean;
  /** Was begun earlier; some of it is there already. */
  readonly resumed: boolean;
  readonly offset: number;
  /** Bytes a second, while it is sent. */
  readonly speed: number | null;
  readonly leftMs: number | null;
  readonly contactLost: boolean;
  readonly received:
    | { readonly verdict: Verdict; readonly version: number; readonly fileId: string | null }
    | undefined;
  /** Why it failed, in the service's words; null when it gave none. */
  readonly refusal: string | null;
}

export type CheckFile = (
  file: File,
  project: string,
  signal: AbortSignal,
  onProgress: (progress: { readonly bytes: number; readonly rows: number }) => void,
) => Promise<Report>;

export interface QueueDeps extends SendDeps {
  readonly check: CheckFile;
  readonly memory: UnfinishedMemory;
  readonly nowMs: () => number;
  readonly language: () => string;
  /** The service no longer knows who sends. */
  readonly onSignedOut: () => void;
}

export interface UploadQueue {
  subscribe(look: () => void): () => void;
  /** The same array until something changes. */
  files(): readonly QueuedFile[];
  add(project: string, files: readonly File[]): void;
  send(id: number): void;
  pause(id: number): void;
  /** Takes it out; what was sent of it is erased. */
  remove(id: number): void;
}

const busyPhases: readonly Phase[] = ['queued', 'sending'];

export function isBusy({ phase }: QueuedFile): boolean {
  return busyPhases.includes(phase);
}

/** How often progress is shown; bytes come much more often. */
const showEveryMs = 200;

export function createUploadQueue(deps: QueueDeps): UploadQueue {
  let files: readonly QueuedFile[] = [];
  let lastId = 0;
  let shownAtMs = 0;
  let checking = false;
  let sending = false;
  const looks = new Set<() => void>();
  const stops = new Map<number, AbortController>();

  function tell(): void {
    shownAtMs = deps.nowMs();
    for (const look of looks) look();
  }

  function find(id: number): QueuedFile | undefined {
    return files.find((one) => one.id === id);
  }

  function change(id: number, to: Partial<QueuedFile>): void {
    files = files.map((one) => (one.id === id ? { ...one, ...to } : one));
    tell();
  }

  /** For what changes many times a second. */
  function changeSome(id: number, to: Partial<QueuedFile>): void {
    if (deps.nowMs() - shownAtMs >= showEveryMs) change(id, to);
  }

  async function checkNext(): Promise<void> {
    const next = files.find(({ phase }) => phase === 'waiting');
    if (checking || next === undefined) return;
    checking = true;
    const { id, file, project } = next;
    const stop = new AbortController();
    stops.set(id, stop);
    change(id, { phase: 'checking' });
    try {
      const report = await deps.check(file, project, stop.signal, ({ bytes, rows }) =>
        changeSome(id, { checkedBytes: bytes, checkedRows: rows }),
      );
      change(id, { phase: 'ready', report, checkedBytes: file.size, checkedRows: report.rows });
    } catch {
      // Taken out, or it cannot be read here: the service checks it in any case.
      if (!stop.signal.aborted) change(id, { phase: 'ready', uncheckable: true });
    } finally {
      stops.delete(id);
      checking = false;
    }
    await checkNext();
  }

  /** Where it was begun, when it is the same content still. */
  function placeOf({ project, file, report }: QueuedFile): string | undefined {
    const before = deps.memory.find(project, file, deps.nowMs());
    if (before === undefined) return undefined;
    const sha256 = report?.file.sha256 ?? null;
    return before.sha256 === null || sha256 === null || before.sha256 === sha256 ? before.place : undefined;
  }

  async function sendNext(): Promise<void> {
    const next = files.find(({ phase }) => phase === 'queued');
    if (sending || next === undefined) return;
    sending = true;
    const stop = new AbortController();
    stops.set(next.id, stop);
    change(next.id, { phase: 'sending', speed: null, leftMs: null, refusal: null });
    try {
      ended(next, await transfer(next, stop.signal));
    } catch {
      // Paused or taken out; whoever did that has said so.
    } finally {
      stops.delete(next.id);
      sending = false;
    }
    await sendNext();
  }

  function transfer(next: QueuedFile, signal: AbortSignal): Promise<Outcome> {
    const { id, project, file, report } = next;
    const meter: Speedometer = createSpeedometer();
    let place = placeOf(next);
    const keep = (offset: number) => {
      if (place === undefined) return;
      deps.memory.keep({
        project,
        name: file.name,
        size: file.size,
        lastModifiedMs: file.lastModified,
        sha256: report?.file.sha256 ?? null,
        place,
        offset,
        touchedAtMs: deps.nowMs(),
      });
    };
    return sendFile(deps, {
      project,
      name: file.name,
      content: file,
      place,
      language: deps.language(),
      signal,
      onPlace: (given) => {
        place = given;
        keep(0);
      },
      onOffset: (offset) => {
        const nowMs = deps.nowMs();
        meter.note(offset, nowMs);
        const speed = meter.speed(nowMs);
        if (nowMs - shownAtMs >= showEveryMs || offset === file.size) {
          keep(offset);
          change(id, { offset, speed, leftMs: timeLeftMs(file.size - offset, speed) });
        }
      },
      onContact: (contactLost) => {
        if (find(id)?.contactLost !== contactLost) change(id, { contactLost });
      },
    });
  }

  function ended({ id, project, file }: QueuedFile, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'received': {
        const { verdict, version, fileId } = outcome;
        deps.memory.forget(project, file.name);
        change(id, { phase: 'received', offset: file.size, received: { verdict, version, fileId } });
        return;
      }
      case 'refused':
        change(id, { phase: 'failed', refusal: outcome.detail });
        return;
      case 'signed-out':
        change(id, { phase: 'paused' });
        deps.onSignedOut();
    }
  }

  function drop(id: number): void {
    stops.get(id)?.abort();
    files = files.filter((one) => one.id !== id);
    tell();
  }

  return {
    subscribe(look) {
      looks.add(look);
      return () => looks.delete(look);
    },
    files: () => files,
    add(project, given) {
      for (const file of given) {
        const same = files.find((one) => one.project === project && one.file.name === file.name);
        if (same !== undefined && isBusy(same)) continue;
        if (same !== undefined) drop(same.id);
        const before = deps.memory.find(project, file, deps.nowMs());
        lastId += 1;
        const added: QueuedFile = {
          id: lastId,
          project,
          file,
          phase: 'waiting',
          checkedBytes: 0,
          checkedRows: 0,
          report: undefined,
          uncheckable: false,
          resumed: before !== undefined,
          offset: before?.offset ?? 0,
          speed: null,
          leftMs: null,
          contactLost: false,
          received: undefined,
          refusal: null,
        };
        files = [...files, added];
      }
      tell();
      void checkNext();
    },
    send(id) {
      const one = find(id);
      if (one === undefined || !['waiting', 'checking', 'ready', 'paused', 'failed'].includes(one.phase))
        return;
      if (one.phase === 'checking') stops.get(id)?.abort();
      change(id, { phase: 'queued', ...(one.report === undefined ? { uncheckable: true } : {}) });
      void sendNext();
    },
    pause(id) {
      const one = find(id);
      if (one === undefined || !isBusy(one)) return;
      change(id, { phase: 'paused', speed: null, leftMs: null, contactLost: false });
      stops.get(id)?.abort();
    },
    remove(id) {
      const one = find(id);
      if (one === undefined) return;
      const begun = deps.memory.find(one.project, one.file, deps.nowMs());
      drop(id);
      if (begun === undefined || one.phase === 'received') return;
      deps.memory.forget(one.project, one.file.name);
      void eraseUpload(deps.http as Http, begun.place, new AbortController().signal);
    },
  };
}
