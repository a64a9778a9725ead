/**
 * Our SFTP door with next to nothing behind it: what is written is thrown away (`nothing`), goes to a plain file
 * (`file`), or to one that is synced, with its folder, before CLOSE is answered (`durable`). No sealing, hash, check,
 * database or audit. Arguments: mode, folder, public key of the one user.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { generateEd25519Key } from '../../src/identity/key-pair.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import type { FileTree, OpenFile } from '../../src/sftp/file-tree.ts';
import { defaultSftpOptions, startSftpServer } from '../../src/sftp/server.ts';
import { createMemoryTree } from '../../test/support/memory-tree.ts';

const [mode = 'nothing', folder = '', user = 'kari'] = process.argv.slice(2);
const gatherBytes = 256 * 1024;
await mkdir(folder, { recursive: true });

/** Writes in order, gathered. */
function gathering(inner: OpenFile, file: FileHandle): OpenFile {
  const gather = Buffer.allocUnsafeSlow(gatherBytes);
  let gathered = 0;
  let at = 0;
  async function spill(): Promise<void> {
    await file.write(gather, 0, gathered, at);
    at += gathered;
    gathered = 0;
  }
  async function end(): Promise<void> {
    if (gathered > 0) await spill();
    if (mode === 'durable') {
      await file.sync();
      const above = await open(folder);
      await above.sync();
      await above.close();
    }
    await file.close();
  }
  return {
    ...inner,
    async write(offset, data) {
      for (let done = 0; done < data.length; ) {
        const taken = Math.min(data.length - done, gatherBytes - gathered);
        gather.set(data.subarray(done, done + taken), gathered);
        gathered += taken;
        done += taken;
        if (gathered === gatherBytes) await spill();
      }
      await inner.write(offset, data);
    },
    async close() {
      await end();
      await inner.close();
    },
  };
}

const memory = createMemoryTree({ sink: true });
memory.folders.add('/in');
const tree: FileTree = {
  ...memory,
  async open(path, options) {
    const inner = await memory.open(path, options);
    if (mode === 'nothing' || !options.write) return inner;
    return gathering(inner, await open(join(folder, path.replaceAll('/', '_')), 'w'));
  },
};

const server = await startSftpServer(
  {
    hostKeys: [generateEd25519Key('floor').privateKey],
    authenticate: async ({ username }) => (username === user ? { personId: username } : undefined),
    openTree: () => tree,
    log: silentLog,
    clock: systemClock,
    random: systemRandom,
  },
  { ...defaultSftpOptions, port: 0 },
);
process.on('disconnect', () => process.exit(0));
process.send?.({ port: server.address.port });
