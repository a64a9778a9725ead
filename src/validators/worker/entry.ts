/** Entry of the worker thread: one check of one file, options in workerData, chunks by message. */
import { parentPort, workerData } from 'node:worker_threads';
import { type CheckOptions, createChecker } from '../checker.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('entry.ts runs as a worker thread only');

const checker = createChecker(workerData as CheckOptions);

port.on('message', (message: ToWorker) => {
  if (message.kind === 'push') {
    checker.push(message.chunk);
    const done: FromWorker = { kind: 'done', chunk: message.chunk, progress: checker.progress() };
    port.postMessage(done, [message.chunk.buffer]);
    return;
  }
  const answer: FromWorker = { kind: 'report', report: checker.finish({ sha256: message.sha256 }) };
  port.postMessage(answer);
  port.close();
});
