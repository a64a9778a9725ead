/** Has a file checked in the browser as the service will check it: with the project's own description and code lists. */
import type { CheckKit } from '../../api/api-types.ts';
import type { Report } from '../../validators/report.ts';
import { ask } from '../api-client.ts';
import type { Language } from '../catalogue.ts';
import type { CheckOrder, CheckWord } from './check-worker.ts';
import type { CheckFile } from './upload-queue.ts';

/** Rejects when the signal aborts, when the service does not say what to check, or when the browser cannot read the file. */
export function createCheckFile(language: () => Language): CheckFile {
  return async (file, project, signal, onProgress) => {
    const path = `/api/v1/projects/${encodeURIComponent(project)}/check-kit?name=${encodeURIComponent(file.name)}`;
    const reply = await ask<CheckKit>(path, language(), { signal });
    signal.throwIfAborted();
    if (reply.kind !== 'answer') throw new Error('The service does not say what to check.');
    return inWorker({ file, kit: reply.body, language: language() }, signal, onProgress);
  };
}

function inWorker(
  order: CheckOrder,
  signal: AbortSignal,
  onProgress: Parameters<CheckFile>[3],
): Promise<Report> {
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Report>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('error', () => reject(new Error('The check stopped.')));
    worker.addEventListener('message', ({ data }: MessageEvent<CheckWord>) => {
      if (data.kind === 'progress') onProgress(data);
      else if (data.kind === 'report') resolve(data.report);
      else reject(new Error('The file could not be read.'));
    });
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}
