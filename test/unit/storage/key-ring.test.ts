/** Wraps open for what they were made for and for nothing else; root key files that are loose are refused. */

import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/platform/errors.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { createKeyRing, type KeyBinding, type RootKey } from '../../../src/storage/key-ring.ts';
import { loadRootKeys } from '../../../src/storage/root-key-file.ts';
import { codeOf } from './fixture.ts';

const deps = { random: systemRandom };
const root = (version: number): RootKey => ({ version, key: new Uint8Array(32).fill(version) });
const binding: KeyBinding = { objectId: 'a1', projectId: 'P24-0187', firstSegment: 3, holder: 'inbound' };

describe('key ring', () => {
  test('opens what it wrapped, and wraps differently each time', () => {
    const ring = createKeyRing(deps, [root(1)]);
    const dataKey = ring.newDataKey();
    const wrapped = ring.wrap(dataKey, binding);
    expect(ring.unwrap(wrapped, binding)).toEqual(dataKey);
    expect(ring.wrap(dataKey, binding)).not.toEqual(wrapped);
    expect(ring.newDataKey()).not.toEqual(dataKey);
    expect(wrapped).toHaveLength(1 + 4 + 12 + 32 + 16);
    expect(Buffer.from(wrapped).includes(Buffer.from(dataKey))).toBe(false);
  });

  test.each<[string, Partial<KeyBinding>]>([
    ['object', { objectId: 'a2' }],
    ['project', { projectId: 'P24-0188' }],
    ['segment', { firstSegment: 4 }],
    ['holder', { holder: 'publication:1' }],
    ['split of the same letters', { objectId: 'a1P', projectId: '24-0187' }],
    ['split of the same letters, later', { projectId: 'P24-0187i', holder: 'nbound' }],
  ])('does not open for another %s', async (_, change) => {
    const ring = createKeyRing(deps, [root(1)]);
    const wrapped = ring.wrap(ring.newDataKey(), binding);
    expect(await codeOf(() => ring.unwrap(wrapped, { ...binding, ...change }))).toBe('integrity-failed');
  });

  test('tells any two bindings apart', () => {
    const ring = createKeyRing(deps, [root(1)]);
    const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', '\0', '\x01', 'ø') });
    const some = fc.record({
      objectId: text,
      projectId: text,
      holder: text,
      firstSegment: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(some, some, (one, two) => {
        const dataKey = ring.newDataKey();
        const wrapped = ring.wrap(dataKey, one);
        const equal = JSON.stringify(one) === JSON.stringify(two);
        try {
          return Buffer.from(ring.unwrap(wrapped, two)).equals(dataKey) && equal;
        } catch (thrown) {
          return thrown instanceof AppError && !equal;
        }
      }),
    );
  });

  test('does not open with any bit changed, cut or extended', async () => {
    const ring = createKeyRing(deps, [root(1)]);
    const wrapped = ring.wrap(ring.newDataKey(), binding);
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const bad = Uint8Array.from(wrapped);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await codeOf(() => ring.unwrap(bad, binding))).toBe('integrity-failed');
    }
    for (let length = 0; length < wrapped.length; length += 1) {
      expect(await codeOf(() => ring.unwrap(wrapped.subarray(0, length), binding))).toBe('integrity-failed');
    }
    expect(await codeOf(() => ring.unwrap(Buffer.concat([wrapped, Buffer.alloc(1)]), binding))).toBe(
      'integrity-failed',
    );
  });

  test('wraps under the newest root key and opens under all', async () => {
    const [old, both] = [createKeyRing(deps, [root(1)]), createKeyRing(deps, [root(2), root(1)])];
    const dataKey = old.newDataKey();
    expect(both.unwrap(old.wrap(dataKey, binding), binding)).toEqual(dataKey);
    expect(await codeOf(() => old.unwrap(both.wrap(dataKey, binding), binding))).toBe('integrity-failed');
    const other = createKeyRing(deps, [{ version: 1, key: new Uint8Array(32).fill(9) }]);
    expect(await codeOf(() => other.unwrap(old.wrap(dataKey, binding), binding))).toBe('integrity-failed');
  });

  test('keeps secrets by purpose, apart from data keys', async () => {
    const ring = createKeyRing(deps, [root(1)]);
    const secret = Buffer.from('a private key of some length, which need not be 32');
    const wrapped = ring.wrapSecret(secret, 'ssh-host-key');
    expect(Buffer.from(ring.unwrapSecret(wrapped, 'ssh-host-key'))).toEqual(secret);
    expect(await codeOf(() => ring.unwrapSecret(wrapped, 'receipt-key'))).toBe('integrity-failed');
    expect(await codeOf(() => ring.unwrap(wrapped, binding))).toBe('integrity-failed');
    expect(ring.unwrapSecret(ring.wrapSecret(new Uint8Array(0), 'x'), 'x')).toHaveLength(0);
  });

  test('refuses root keys that are none, and bindings that are no text', async () => {
    expect(await codeOf(() => createKeyRing(deps, []))).toBe('invalid-input');
    expect(await codeOf(() => createKeyRing(deps, [root(1), root(1)]))).toBe('invalid-input');
    expect(await codeOf(() => createKeyRing(deps, [root(0)]))).toBe('invalid-input');
    expect(await codeOf(() => createKeyRing(deps, [{ version: 1, key: new Uint8Array(31) }]))).toBe(
      'invalid-input',
    );
    const ring = createKeyRing(deps, [root(1)]);
    expect(await codeOf(() => ring.wrap(new Uint8Array(16), binding))).toBe('internal');
    const broken = { ...binding, holder: '\ud800' };
    expect(await codeOf(() => ring.wrap(new Uint8Array(32), broken))).toBe('invalid-input');
  });

  test('does nothing once it is closed', async () => {
    const ring = createKeyRing(deps, [root(1)]);
    const wrapped = ring.wrap(ring.newDataKey(), binding);
    ring.close();
    expect(await codeOf(() => ring.unwrap(wrapped, binding))).toBe('closed');
    expect(await codeOf(() => ring.wrap(new Uint8Array(32), binding))).toBe('closed');
  });
});

describe('root key file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datasluse-root-'));
  });
  afterAll(async () => await rm(folder, { recursive: true }));

  const write = async (name: string, text: string, mode = 0o400): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode });
    await chmod(path, mode);
    return path;
  };
  const load = (path: string, create = false) => loadRootKeys(deps, path, { create });

  test('is made once, for its owner alone, and then read', async () => {
    const path = join(folder, 'new', 'root.key');
    expect(await codeOf(() => load(path))).toBe('not-found');
    const made = await load(path, true);
    expect(made).toHaveLength(1);
    expect(made[0]?.version).toBe(1);
    expect(made[0]?.key).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o400);
    expect((await stat(join(folder, 'new'))).mode & 0o777).toBe(0o700);
    expect(await load(path, true)).toEqual(made);
    expect(await readFile(path, 'utf8')).toMatch(/^datasluse-root-key 1\n1 [0-9a-f]{64}\n$/);
  });

  test('is the same for all who make it at once', async () => {
    const path = join(folder, 'race.key');
    const loaded = await Promise.all(Array.from({ length: 8 }, () => load(path, true)));
    for (const keys of loaded) expect(keys).toEqual(loaded[0]);
  });

  test('may hold several keys, in hex or base64, and remarks', async () => {
    const key = Buffer.alloc(32, 5);
    const lines = [
      'datasluse-root-key 1',
      '# made by hand',
      `1 ${key.toString('hex')}`,
      '',
      `2 ${key.toString('base64')}`,
    ];
    const keys = await load(await write('several.key', lines.join('\r\n')));
    expect(keys.map(({ version }) => version)).toEqual([1, 2]);
    for (const one of keys) expect(Buffer.from(one.key)).toEqual(key);
  });

  test.each([0o440, 0o404, 0o600 | 0o010, 0o420, 0o402, 0o401, 0o644])(
    'is refused with mode %o',
    async (mode) => {
      const path = await write(`mode-${mode}.key`, `datasluse-root-key 1\n1 ${'ab'.repeat(32)}\n`, mode);
      expect(await codeOf(() => load(path))).toBe('forbidden');
      expect(await codeOf(() => load(path, true))).toBe('forbidden');
    },
  );

  test('is followed through a link, and judged where it lies', async () => {
    const tight = await write('tight.key', `datasluse-root-key 1\n1 ${'ab'.repeat(32)}\n`);
    const loose = await write('loose.key', `datasluse-root-key 1\n1 ${'ab'.repeat(32)}\n`, 0o644);
    await symlink(tight, join(folder, 'to-tight'));
    await symlink(loose, join(folder, 'to-loose'));
    expect(await load(join(folder, 'to-tight'))).toHaveLength(1);
    expect(await codeOf(() => load(join(folder, 'to-loose')))).toBe('forbidden');
  });

  test('is refused when it is a folder or a pipe', async () => {
    await mkdir(join(folder, 'folder.key'), { mode: 0o700 });
    expect(await codeOf(() => load(join(folder, 'folder.key')))).toBe('forbidden');
    execFileSync('sh', ['-c', 'mkfifo -m 0400 "$0"', join(folder, 'pipe.key')]);
    expect(await codeOf(() => load(join(folder, 'pipe.key')))).toBe('forbidden');
  });

  test.each([
    ['', 'empty'],
    ['datasluse-root-key 1\n', 'without keys'],
    [`datasluse-root-key 2\n1 ${'ab'.repeat(32)}`, 'of another format'],
    [`1 ${'ab'.repeat(32)}`, 'without its first line'],
    [`datasluse-root-key 1\n1 ${'ab'.repeat(31)}`, 'with a short key'],
    [`datasluse-root-key 1\n0 ${'ab'.repeat(32)}`, 'with version 0'],
    [`datasluse-root-key 1\n1 ${'ab'.repeat(32)} x`, 'with more on the line'],
    [`datasluse-root-key 1\n1 ${'ab'.repeat(32)}\n1 ${'cd'.repeat(32)}`, 'with a version twice'],
    ['x'.repeat(100_000), 'far too long'],
  ])('is refused %#: %s', async (text) => {
    const path = await write(`bad-${text.length}-${text.slice(-3).trim()}.key`, text);
    expect(await codeOf(() => load(path))).toBe('invalid-input');
    await rm(path);
  });
});
