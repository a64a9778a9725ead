/** The worker thread, as compiled: same report, back-pressure, and never `accepted` when it dies. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveCounts } from '../../../src/validators/checker.ts';
import { Report } from '../../../src/validators/report.ts';
import { startCheck } from '../../../src/validators/worker/check-worker.ts';
import { builtProgram } from '../../support/built-program.ts';
import { check, described, findings } from './check.ts';

const scratch = mkdtempSync(join(tmpdir(), 'check-worker-'));

let workerUrl: URL;
beforeAll(() => {
  workerUrl = builtProgram('validators', 'worker/entry.js');
});

afterAll(() => rmSync(scratch, { recursive: true }));

function workerOf(source: string): URL {
  const file = join(scratch, `${source.length}.mjs`);
  writeFileSync(file, source);
  return pathToFileURL(file);
}

const options = {
  fileName: 'fil.csv',
  language: 'nb',
  syntheticIds: 'accept',
  today: '2026-11-23',
  descriptionSha256: null,
} as const;

const resource = described([{ name: 'a', type: 'integer' }, { name: 'b' }]);
const data = new TextEncoder().encode(
  `a;b\n${Array.from({ length: 50_000 }, (_, at) => `${at % 9 === 0 ? 'x' : at};blåbær`).join('\n')}\n`,
);

describe('a check in a worker thread', () => {
  test('gives the report that the engine gives, with the hash of the host', async () => {
    const seen: number[] = [];
    const recycled: number[] = [];
    const running = startCheck(
      {
        ...options,
        resource,
        onProgress: ({ rows }) => seen.push(rows),
        onRecycle: (chunk) => recycled.push(chunk.byteLength),
      },
      { workerUrl },
    );
    for (let at = 0; at < data.length; at += 100_000) await running.push(data.subarray(at, at + 100_000));
    const report = await running.finish({ sha256: 'ab'.repeat(32) });
    expect(report).toEqual({
      ...check(data, { resource }),
      file: { ...check(data, { resource }).file, sha256: 'ab'.repeat(32) },
    });
    expect(seen.at(-1)).toBe(50_000);
    expect(recycled.reduce((sum, size) => sum + size, 0)).toBe(data.length);
  });

  test('tells what it has counted while bytes are still to come, and no more often than four times a second', async () => {
    const told: LiveCounts[] = [];
    let heard = () => {};
    const running = startCheck(
      {
        ...options,
        resource,
        onCounts: (counts) => {
          told.push(counts);
          heard();
        },
      },
      { workerUrl },
    );
    const untilBytes = async (bytes: number) => {
      while ((told.at(-1)?.bytes ?? 0) < bytes) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    };
    const started = performance.now();
    for (let at = 0; at < data.length; at += 5000) await running.push(data.subarray(at, at + 5000));
    // The last bytes are told too, though the upload pauses before it ends.
    await untilBytes(data.length);
    const elapsedMs = performance.now() - started;
    const report = await running.finish({ sha256: null });
    const [live] = told.slice(-1);
    expect(live).toMatchObject({ bytes: data.length, rows: 50_000, errors: 5556 });
    expect(live!.rules).toEqual(
      report.rules.map(({ code, sub, field, fieldNumber, severity, count }) => ({
        ...{ code, sub, field, fieldNumber, severity, count },
      })),
    );
    expect(told.length).toBeLessThanOrEqual(1 + elapsedMs / 250);
    expect(told.map(({ errors }) => errors)).toEqual(told.map(({ errors }) => errors).sort((a, b) => a - b));
  });

  test('transfers a chunk that owns its memory, and copies any other', async () => {
    const running = startCheck(options, { workerUrl });
    const own = new TextEncoder().encode('a;b\n1;2\n').slice();
    const part = new Uint8Array(100).fill(0x31).subarray(0, 10);
    await running.push(own);
    await running.push(part);
    expect(own.byteLength).toBe(0);
    expect(part.byteLength).toBe(10);
    const report = await running.finish({ sha256: null });
    expect(report.file.bytes).toBe(18);
  });

  test('carries nothing from one file to the next', async () => {
    const unique = described([{ name: 'a', constraints: { unique: true } }, { name: 'b' }]);
    const rows = new TextEncoder().encode('a;b\n1;x\n2;y\n');
    // One after another, so that the later ones get the worker of the first.
    for (const resource of [unique, undefined, unique]) {
      const running = startCheck({ ...options, resource }, { workerUrl });
      await running.push(rows.slice());
      expect(await running.finish({ sha256: null })).toEqual(check(rows, { resource }));
    }
  });

  test('keeps keys outside memory, and leaves no file behind', async () => {
    const unique = described([{ name: 'a', constraints: { unique: true } }, { name: 'b' }]);
    const folder = mkdtempSync(join(scratch, 'keys-'));
    const expected = check(data, { resource: unique });
    expect(findings(expected)).toContain('unique-error a: 5555');
    for (const uniqueness of [{ memoryBytes: 0, folder }, { memoryBytes: 64 * 1024 * 1024 }]) {
      const running = startCheck({ ...options, resource: unique, uniqueness }, { workerUrl });
      for (let at = 0; at < data.length; at += 100_000) await running.push(data.subarray(at, at + 100_000));
      expect(readdirSync(folder)).toEqual([]);
      expect(await running.finish({ sha256: null })).toEqual(expected);
    }
    const nowhere = { memoryBytes: 0, folder: join(folder, 'absent') };
    const running = startCheck({ ...options, resource: unique, uniqueness: nowhere }, { workerUrl });
    await running.push(data);
    const report = await running.finish({ sha256: null });
    expect(findings(report)).toContain('uniqueness/storage a: 1');
    expect(report.complete).toBe(false);
  });

  test('holds the sender back while chunks lie unread', async () => {
    // A worker that reads nothing until it is told to.
    const lazy = workerOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => {});
    `);
    const running = startCheck(options, { workerUrl: lazy });
    let pushed = 0;
    const flood = (async () => {
      for (; pushed < 100; pushed++) await running.push(new Uint8Array(1000));
    })();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(pushed).toBe(3);
    await running.abort();
    await flood;
    expect((await running.finish({ sha256: null })).verdict).toBe('not-checked');
  });
});

describe('a worker that fails gives not-checked', () => {
  const died = ['engine/died: 1'];

  async function run(url: URL, limits?: { maxMs?: number; maxOldSpaceMb?: number }): Promise<Report> {
    const running = startCheck({ ...options, limits }, { workerUrl: url });
    for (let at = 0; at < 20; at++) await running.push(new Uint8Array(1 << 16).fill(0x61));
    const report = await running.finish({ sha256: null });
    expect(Report.parse(report).verdict).toBe('not-checked');
    expect(report.complete).toBe(false);
    return report;
  }

  test('when it throws', async () => {
    const throwing = workerOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { throw new Error('secret 30108299920'); });
    `);
    const report = await run(throwing);
    expect(findings(report)).toEqual(died);
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  test('when it exits', async () => {
    expect(findings(await run(workerOf('process.exit(0);')))).toEqual(died);
  });

  test('when there is no worker', async () => {
    expect(findings(await run(pathToFileURL(join(scratch, 'absent.js'))))).toEqual(died);
  });

  test('when it is busy beyond its time', async () => {
    const stuck = workerOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { for (;;); });
    `);
    expect(findings(await run(stuck, { maxMs: 200 }))).toEqual(['engine/limit: 1']);
  });

  test('when it eats its memory', async () => {
    const greedy = workerOf(`
      import { parentPort } from 'node:worker_threads';
      const kept = [];
      parentPort.on('message', () => { for (;;) kept.push({ more: [kept.length] }); });
    `);
    expect(findings(await run(greedy, { maxOldSpaceMb: 16 }))).toEqual(['engine/limit: 1']);
  });
});
