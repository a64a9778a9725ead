/** What the host and the worker thread of a check say to each other. */
import type { CheckOptions, LiveCounts, Progress } from '../checker.ts';
import type { Report } from '../report.ts';

/** Where and how much the check of uniqueness may keep outside the heap. */
export interface UniquenessLimits {
  /** Memory for keys. */
  readonly memoryBytes?: number | undefined;
  /** Folder for what memory has no room for, encrypted; without one such a check is not complete. */
  readonly folder?: string | undefined;
  /** Bytes on disk. */
  readonly limitBytes?: number | undefined;
}

export interface WorkerInput {
  readonly options: CheckOptions;
  readonly uniqueness: UniquenessLimits | undefined;
}

export type ToWorker =
  /** A check begins; the worker has none, or has reported on the last. */
  | { readonly kind: 'begin'; readonly input: WorkerInput }
  | { readonly kind: 'push'; readonly chunk: Uint8Array<ArrayBuffer> }
  /** Of a file that foreign keys point at, see CheckOptions.referenced; the chunk comes back too. */
  | { readonly kind: 'push-referenced'; readonly index: number; readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end-referenced'; readonly index: number }
  | { readonly kind: 'finish'; readonly sha256: string | null };

export type FromWorker =
  /** A chunk has been read; its memory comes back. */
  | { readonly kind: 'done'; readonly chunk: Uint8Array<ArrayBuffer>; readonly progress: Progress }
  /** Now and then: what is counted so far. */
  | { readonly kind: 'counts'; readonly counts: LiveCounts }
  | { readonly kind: 'report'; readonly report: Report };
