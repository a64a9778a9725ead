/** The program of a sealing thread: encrypts and hashes what it is given, or opens it, and gives the memory back. */
import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { openInPlace } from './open-line.ts';
import { zeroKeys } from './part-keys.ts';
import { sealBatch } from './seal-line.ts';
import type { FromSealThread, ToSealThread } from './seal-thread-protocol.ts';

const hashes = new Map<number, Hash>();

function hashOf(line: number): Hash {
  let hash = hashes.get(line);
  if (hash === undefined) {
    hash = createHash('sha256');
    hashes.set(line, hash);
  }
  return hash;
}

function answer(message: FromSealThread, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on('message', (message: ToSealThread) => {
  const { line } = message;
  if (message.kind === 'end') hashes.delete(line);
  else if (message.kind === 'digest') {
    answer({ kind: 'digest', line, sha256: hashOf(line).digest('hex') });
    hashes.delete(line);
  } else if (message.kind === 'open') {
    const run = openInPlace(message.job);
    zeroKeys(message.job.keys);
    answer({ kind: 'opened', line, run }, [run.memory.buffer]);
  } else {
    const { dataKey, plain, plainBytes, cipher } = message.job;
    const cipherBytes = sealBatch(message.job);
    dataKey.fill(0);
    hashOf(line).update(plain.subarray(0, plainBytes));
    const batch = { plain, cipher, cipherBytes };
    answer({ kind: 'sealed', line, batch }, [plain.buffer, cipher.buffer]);
  }
});
