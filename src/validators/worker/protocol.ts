/** What the host and the worker thread of a check say to each other. */
import type { Progress } from '../checker.ts';
import type { Report } from '../report.ts';

export type ToWorker =
  | { readonly kind: 'push'; readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'finish'; readonly sha256: string | null };

export type FromWorker =
  /** A chunk has been read; its memory comes back. */
  | { readonly kind: 'done'; readonly chunk: Uint8Array<ArrayBuffer>; readonly progress: Progress }
  | { readonly kind: 'report'; readonly report: Report };
