/** An open file with a gate before every step: who has lost access since OPEN gets no further. */
import type { OpenFile } from '../file-tree.ts';

type Gate = () => Promise<void> | undefined;

/** The gate mostly answers at once, with undefined; then no step waits for it. */
export function gated(open: OpenFile, gate: Gate): OpenFile {
  function through<T>(step: () => Promise<T>): Promise<T> {
    const asked = gate();
    return asked === undefined ? step() : asked.then(step);
  }
  return {
    stat: () => open.stat(),
    readPieces: (offset, length) => through(() => open.readPieces(offset, length)),
    write: (offset, data) => through(() => open.write(offset, data)),
    truncate: (size) => through(() => open.truncate(size)),
    sync: () => through(() => open.sync()),
    async close() {
      try {
        await gate();
      } catch (thrown) {
        await open.abandon();
        throw thrown;
      }
      await open.close();
    },
    abandon: () => open.abandon(),
  };
}
