/** Both ways with the reference implementation of Crypt4GH (PyPI `crypt4gh`), where there is one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemRandom } from '../../../src/platform/random.ts';
import { buildHeader, parseHeader } from '../../../src/storage/crypt4gh/header.ts';
import { openSegment } from '../../../src/storage/crypt4gh/segment.ts';
import { x25519PublicKey } from '../../../src/storage/crypt4gh/x25519.ts';
import { exportCrypt4gh } from '../../../src/storage/crypt4gh-export.ts';
import { resumeSealedWriter } from '../../../src/storage/resumed-writer.ts';
import { createSealedWriter } from '../../../src/storage/sealed-writer.ts';
import { codeOf, gather, newBench, newHolding, plaintext, same, sealBytes } from './fixture.ts';

// Named by the environment, or whatever python3 has it.
const candidates = [process.env.DATASLUSE_TEST_PYTHON, 'python3'].filter((name) => name !== undefined);
const python = candidates.find((name) => spawnSync(name, ['-c', 'import crypt4gh.lib']).status === 0);
const why = 'no python with the package crypt4gh; name one in DATASLUSE_TEST_PYTHON to run this';
if (!python) console.warn(`skipped: interop with the Crypt4GH reference implementation (${why})`);

/** argv: encrypt or decrypt, key (hex; private, or the recipient's public), input, output. */
const script = `
import sys
from crypt4gh import lib
mode, key, source, target = sys.argv[1:]
key = bytes.fromhex(key)
with open(source, 'rb') as infile, open(target, 'wb') as outfile:
    if mode == 'decrypt':
        lib.decrypt([(0, key, None)], infile, outfile)
    else:
        import os
        lib.encrypt([(0, os.urandom(32), key)], infile, outfile)
`;

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function reference(
  mode: 'encrypt' | 'decrypt',
  key: Uint8Array,
  input: Uint8Array,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'datasluse-c4gh-'));
  folders.push(folder);
  await writeFile(join(folder, 'in'), input);
  const hex = Buffer.from(key).toString('hex');
  const stdio = ['ignore', 'ignore', 'ignore'] as const;
  execFileSync(python ?? '', ['-c', script, mode, hex, join(folder, 'in'), join(folder, 'out')], {
    stdio: [...stdio],
  });
  return await readFile(join(folder, 'out'));
}

const segment = 65_536;
const sizes = [0, 1, segment - 1, segment, segment + 1, 3 * segment + 17, 16 * segment + 1];

describe.skipIf(!python)('the reference implementation', () => {
  test.each(sizes)('opens our export of %i bytes', async (size) => {
    const { deps } = newBench();
    const plain = plaintext(size);
    const recipient = systemRandom.bytes(32);
    const sealed = await sealBytes(deps, plain);
    const file = await gather(exportCrypt4gh(deps, sealed, x25519PublicKey(recipient)));
    expect(same(await reference('decrypt', recipient, file), plain)).toBe(true);
    await expect(reference('decrypt', systemRandom.bytes(32), file)).rejects.toThrow();
  });

  test('opens a file that was resumed twice and has three data keys', async () => {
    const { deps } = newBench();
    const plain = plaintext(40 * segment + 99);
    const holding = newHolding();
    let writer = await createSealedWriter(deps, holding);
    for (const stop of [5 * segment + 3, 20 * segment + 70]) {
      await writer.append(plain.subarray(writer.plaintextBytes, stop));
      const { durableBytes } = await writer.suspend();
      const input = { ...holding, parts: writer.parts, offset: durableBytes - 1000 };
      writer = await resumeSealedWriter(deps, input);
    }
    await writer.append(plain.subarray(writer.plaintextBytes));
    const sealed = { ...holding, seal: await writer.finish(), parts: writer.parts };
    expect(sealed.parts).toHaveLength(3);
    const recipient = systemRandom.bytes(32);
    const file = await gather(exportCrypt4gh(deps, sealed, x25519PublicKey(recipient)));
    expect(same(await reference('decrypt', recipient, file), plain)).toBe(true);
  });

  test('honours our edit list', async () => {
    const { deps, memory } = newBench();
    const plain = plaintext(2 * segment);
    const holding = newHolding();
    const writer = await createSealedWriter(deps, holding);
    await writer.append(plain);
    await writer.finish();
    const dataKey = deps.keyRing.unwrap(writer.parts[0]?.wrapped ?? new Uint8Array(0), {
      objectId: holding.name,
      projectId: holding.projectId,
      holder: holding.holder,
      firstSegment: 0,
    });
    const recipient = systemRandom.bytes(32);
    const content = { dataKeys: [dataKey], editList: [10n, 65_600n] };
    const header = buildHeader(deps, [x25519PublicKey(recipient)], content);
    const file = Buffer.concat([header, memory.objects.get(holding.name) ?? Buffer.alloc(0)]);
    const opened = await reference('decrypt', recipient, file);
    expect(same(opened, plain.subarray(10, 65_610))).toBe(true);
  });

  test.each(sizes)('writes %i bytes that our header and segments open', async (size) => {
    const plain = plaintext(size);
    const recipient = systemRandom.bytes(32);
    const file = await reference('encrypt', x25519PublicKey(recipient), plain);
    const { dataKeys, headerBytes } = parseHeader(file, [recipient]);
    const opened: Uint8Array[] = [];
    for (let at = headerBytes; at < file.length; at += 65_564) {
      // The lax reading of the standard: any data key, any nonce.
      const key = dataKeys[0] ?? new Uint8Array(32);
      opened.push(openSegment(key, file.subarray(at, at + 65_564)) ?? Buffer.alloc(0));
    }
    expect(same(Buffer.concat(opened), plain)).toBe(true);
    expect(await codeOf(() => parseHeader(file, [systemRandom.bytes(32)]))).toBe('forbidden');
  });
});
