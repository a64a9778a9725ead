import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { projectQuota, setQuota } from '../../../src/cases/quota.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { projectUse } from '../../../src/inbound/usage.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let kari: Person;
let project = '';
let count = 0;

beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());
beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  kari = await addTestPerson(core, 'kari', 'researcher', project);
});

const quota = (quotaBytes: number | null) => setQuota(core, operator, { projectId: project, quotaBytes });
const open = (name: string) =>
  openUpload(core, kari, { projectId: project, name, mode: 'new', door: 'sftp' });
const rows = (bytes: number) => Buffer.alloc(bytes, 'kode;1234567890\n');

test('a project has the quota of the service until it gets its own', async () => {
  expect(await projectQuota(core, project)).toBe(1e12);
  await quota(5000);
  expect(await projectQuota(core, project)).toBe(5000);
  await quota(null);
  expect(await projectQuota(core, project)).toBe(1e12);
  await expect(setQuota(core, kari, { projectId: project, quotaBytes: 1 })).rejects.toThrow(/forbidden/);
});

test('refuses the write that goes beyond the quota, with the numbers, and takes one that just fits', async () => {
  await quota(3_000_000);
  const fits = await open('a.csv');
  for (let at = 0; at < 2_000_000; at += 250_000) await fits.write(at, rows(250_000));
  await fits.finish();
  expect(await projectUse(core, project)).toBe(2_000_000);
  const over = await open('b.csv');
  for (let at = 0; at < 1_000_000; at += 250_000) await over.write(at, rows(250_000));
  await expect(over.write(1_000_000, rows(1))).rejects.toThrow(/uses 2\.0 MB of 3\.0 MB/);
  await over.abandon();
});

test('counts what is under way in other uploads, and frees what was set aside when one ends', async () => {
  await quota(8_000_000);
  const first = await open('a.csv');
  for (let at = 0; at < 4_000_000; at += 500_000) await first.write(at, rows(500_000));
  expect(await projectUse(core, project)).toBeGreaterThanOrEqual(4_000_000);
  const second = await open('b.csv');
  await expect(
    (async () => {
      for (let at = 0; at < 5_000_000; at += 500_000) await second.write(at, rows(500_000));
    })(),
  ).rejects.toThrow(/too-large/);
  await second.abandon();
  await first.finish();
  const kept = (await projectUse(core, project)) - 4_000_000;
  expect(kept).toBeGreaterThanOrEqual(0);
});

test('a larger quota is noticed by an upload that is under way', async () => {
  await quota(1_500_000);
  const upload = await open('a.csv');
  await upload.write(0, rows(1_500_000));
  await quota(4_000_000);
  await upload.write(1_500_000, rows(1_500_000));
  await upload.finish();
  expect(await projectUse(core, project)).toBe(3_000_000);
});

test('holds for deliveries too', async () => {
  await quota(1_000_000);
  async function* content() {
    for (let i = 0; i < 20; i++) yield rows(100_000);
  }
  const files = [{ name: 'a.csv', content: content() }];
  await expect(publishDelivery(core, operator, { projectId: project, title: 'T', files })).rejects.toThrow(
    /too-large/,
  );
  expect(await projectUse(core, project)).toBe(0);
});
