/** What is said between a sealing thread and those who use it. Buffers are transferred, both ways. */
import type { OpenedRun, OpenJob } from './open-line.ts';
import type { SealedBatch, SealJob } from './seal-line.ts';

export type ToSealThread =
  | { readonly kind: 'seal'; readonly line: number; readonly job: SealJob }
  | { readonly kind: 'digest'; readonly line: number }
  | { readonly kind: 'open'; readonly line: number; readonly job: OpenJob }
  | { readonly kind: 'end'; readonly line: number };

/** Answers come in the order of what was asked on a line; `end` has none. */
export type FromSealThread =
  | { readonly kind: 'sealed'; readonly line: number; readonly batch: SealedBatch }
  | { readonly kind: 'digest'; readonly line: number; readonly sha256: string }
  | { readonly kind: 'opened'; readonly line: number; readonly run: OpenedRun };
