/** A server in a process of its own, so that its memory can be watched from outside: see sftp-floods.test.ts. */

import { generateEd25519Key } from '../../src/identity/key-pair.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Log, silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { defaultSftpOptions, startSftpServer } from '../../src/sftp/server.ts';
import { createMemoryTree, type MemoryTree } from '../support/memory-tree.ts';

/** Of the tree of the person 'slow': the others' is as fast as it can be. */
const slowWriteMs = 20;

const trees: MemoryTree[] = [];
/** How often each message was logged. */
let lines: Record<string, number> = {};
const count = (...args: unknown[]) => {
  const message = String(args.at(-1));
  lines[message] = (lines[message] ?? 0) + 1;
};
const countingLog = {
  ...{ trace: () => undefined, debug: () => undefined, info: count, warn: count, error: count },
  child: () => countingLog,
} as unknown as Log & typeof silentLog;

const server = await startSftpServer(
  {
    hostKeys: [generateEd25519Key('flood').privateKey],
    authenticate: async ({ username }) => (username === 'nobody' ? undefined : { personId: username }),
    openTree({ personId }) {
      const pause = () => new Promise<void>((resolve) => setTimeout(resolve, slowWriteMs));
      const tree = createMemoryTree({ sink: true, ...(personId === 'slow' ? { beforeWrite: pause } : {}) });
      tree.setSinkSize('/big', 2 ** 34);
      trees.push(tree);
      return tree;
    },
    log: countingLog,
    clock: systemClock,
    random: systemRandom,
  },
  { ...defaultSftpOptions, port: 0, refusalMs: 5 },
);

let peak = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);

/** Each message is answered with the peak of resident memory since the last one, in bytes, and with what is open. */
process.on('message', () => {
  process.send?.({
    peak: Math.max(peak, process.memoryUsage.rss()),
    connections: server.connections(),
    openFiles: trees.reduce((sum, tree) => sum + tree.openFiles(), 0),
    lines,
  });
  peak = 0;
  lines = {};
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: server.address.port });
