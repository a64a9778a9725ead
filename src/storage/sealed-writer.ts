/** Writers of sealed files: of a new one, with its keys first, and of one that is gone on with. */

import {
  GatheringWriter,
  type SealedWriter,
  type SealedWriterDeps,
  type SealedWriterInput,
  type WriterState,
} from './gathering-writer.ts';
import type { PartHandle } from './object-store.ts';
import { bindingOf } from './part-keys.ts';
import type { WrappedPart } from './seal.ts';
import { hashSegmentMarks } from './segment-marks.ts';

/** The keys of a new file, before there is anything of it in the store. Exactly one of `open` and `cancel` ends it. */
export interface PreparedWriter {
  readonly parts: readonly WrappedPart[];
  /** Makes the part. `already-exists` when the store knows the name. */
  open(): Promise<SealedWriter>;
  cancel(): void;
}

/** So that keys and rows can be kept in one transaction before the part is made. */
export function prepareSealedWriter(deps: SealedWriterDeps, input: SealedWriterInput): PreparedWriter {
  const dataKey = deps.keyRing.newDataKey();
  const wrapped = deps.keyRing.wrap(dataKey, bindingOf(input, 0));
  return {
    parts: [{ firstSegment: 0, wrapped }],
    async open() {
      const part = await deps.store.createPart(input.name);
      const state: WriterState = {
        earlier: [],
        earlierSeal: [],
        segments: 0,
        tail: new Uint8Array(0),
        plaintextHash: undefined,
        marks: hashSegmentMarks(),
      };
      return new GatheringWriter(deps, input, part, state, dataKey, wrapped);
    },
    cancel: () => void dataKey.fill(0),
  };
}

/** A writer of a new file. `already-exists` when the store knows the name. */
export async function createSealedWriter(
  deps: SealedWriterDeps,
  input: SealedWriterInput,
): Promise<SealedWriter> {
  const prepared = prepareSealedWriter(deps, input);
  return prepared.open().catch((cause: unknown) => {
    prepared.cancel();
    throw cause;
  });
}

/** A writer that goes on at the end of `part` under a new data key: no segment is ever written twice under one. */
export function openWriter(
  deps: SealedWriterDeps,
  input: SealedWriterInput,
  part: PartHandle,
  state: WriterState,
): SealedWriter {
  const dataKey = deps.keyRing.newDataKey();
  const wrapped = deps.keyRing.wrap(dataKey, bindingOf(input, state.segments));
  return new GatheringWriter(deps, input, part, state, dataKey, wrapped);
}
