/** Entry of the worker thread: one check after another, options and chunks by message, nothing kept in between. */
import { randomBytes } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { monotonicMs } from '../../platform/clock.ts';
import { type Checker, createChecker } from '../checker.ts';
import type { KeyHost } from '../key-room.ts';
import type { FromWorker, ToWorker, WorkerInput } from './protocol.ts';
import { openSpillFile } from './spill-file.ts';

const port = parentPort;
if (port === null) throw new Error('entry.ts runs as a worker thread only');

/** A check that is over is dropped whole: the next one has objects, keys and files of its own. */
let checker: Checker | undefined;

function begin({ options, uniqueness }: WorkerInput): Checker {
  const words = new Uint32Array(new Uint8Array(randomBytes(16)).buffer);
  const folder = uniqueness?.folder;
  const keyHost: KeyHost = {
    memoryBytes: uniqueness?.memoryBytes,
    hashKey: [words[0]!, words[1]!, words[2]!, words[3]!],
    openSpill:
      folder === undefined ? undefined : () => openSpillFile({ folder, limitBytes: uniqueness?.limitBytes }),
  };
  return createChecker(options, keyHost);
}

/** Between two tellings of counts, so that a fast upload does not drown its host in them. */
const countsEveryMs = 250;
let toldAtMs = Number.NEGATIVE_INFINITY;
let toTell: NodeJS.Timeout | undefined;

/** Tells the counts now, or when the time has come: an upload that pauses shows what it has sent. */
function tellCounts(of: Checker, to: NonNullable<typeof port>): void {
  if (toTell !== undefined) return;
  const waitMs = toldAtMs + countsEveryMs - monotonicMs();
  if (waitMs > 0) {
    toTell = setTimeout(() => {
      toTell = undefined;
      tellCounts(of, to);
    }, waitMs);
    return;
  }
  toldAtMs = monotonicMs();
  to.postMessage({ kind: 'counts', counts: of.counts() } satisfies FromWorker);
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'begin') {
    if (checker !== undefined) throw new Error('a check is under way');
    checker = begin(message.input);
    toldAtMs = Number.NEGATIVE_INFINITY;
    return;
  }
  if (checker === undefined) throw new Error('no check is under way');
  if (message.kind === 'end-referenced') {
    checker.endReferenced(message.index);
    return;
  }
  if (message.kind !== 'finish') {
    if (message.kind === 'push') checker.push(message.chunk);
    else checker.pushReferenced(message.index, message.chunk);
    const done: FromWorker = { kind: 'done', chunk: message.chunk, progress: checker.progress() };
    port.postMessage(done, [message.chunk.buffer]);
    tellCounts(checker, port);
    return;
  }
  clearTimeout(toTell);
  toTell = undefined;
  const answer: FromWorker = { kind: 'report', report: checker.finish({ sha256: message.sha256 }) };
  checker = undefined;
  port.postMessage(answer);
});
