/** Has a description begun from a sample, in a worker. */
import type { DraftWord } from './draft-worker.ts';

export function draftFile(file: File): Promise<DraftWord> {
  const worker = new Worker(new URL('./draft-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<DraftWord>((resolve) => {
    worker.addEventListener('error', () => resolve({ kind: 'failed' }));
    worker.addEventListener('message', ({ data }: MessageEvent<DraftWord>) => resolve(data));
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
