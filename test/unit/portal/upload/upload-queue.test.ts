import { expect, test, vi } from 'vitest';
import { createUnfinishedMemory } from '../../../../src/portal/upload/unfinished.ts';
import {
  type CheckFile,
  createUploadQueue,
  type Phase,
  type UploadQueue,
} from '../../../../src/portal/upload/upload-queue.ts';
import type { Report, Verdict } from '../../../../src/validators/report.ts';
import { createFakeService, type FakeService } from './fake-service.ts';

const file = (name: string, text = 'a;b\n1;2\n') =>
  new File([text], name, { lastModified: 1_700_000_000_000 });

const reportOf = (verdict: Verdict, sha256 = 'ab') =>
  ({ verdict, rows: 1, rules: [], file: { sha256 } }) as unknown as Report;

function shelfOf(): { getItem(key: string): string | null; setItem(key: string, value: string): void } {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

function open(
  given: {
    service?: FakeService;
    check?: CheckFile;
    shelf?: ReturnType<typeof shelfOf>;
    stuck?: boolean;
  } = {},
) {
  const service = given.service ?? createFakeService();
  const memory = createUnfinishedMemory(given.shelf ?? shelfOf(), 'kari');
  const signedOut = vi.fn();
  let nowMs = 1_800_000_000_000;
  const queue = createUploadQueue({
    http: service.http,
    wait: (_ms, signal) =>
      given.stuck === true
        ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        : Promise.resolve(),
    check: given.check ?? (async () => reportOf('accepted')),
    memory,
    nowMs: () => {
      nowMs += 1000;
      return nowMs;
    },
    language: () => 'nb',
    onSignedOut: signedOut,
  });
  return { queue, service, memory, signedOut };
}

const phases = (queue: UploadQueue): Phase[] => queue.files().map(({ phase }) => phase);
const become = (queue: UploadQueue, wanted: readonly Phase[]) =>
  vi.waitFor(() => expect(phases(queue)).toEqual(wanted));
const idOf = (queue: UploadQueue, at = 0) => queue.files()[at]?.id ?? -1;

test('checks each file before anything is sent, one at a time', async () => {
  let running = 0;
  let most = 0;
  const { queue, service } = open({
    check: async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return reportOf('accepted');
    },
  });
  queue.add('P1', [file('a.csv'), file('b.csv')]);
  await become(queue, ['ready', 'ready']);
  expect(most).toBe(1);
  expect(service.asked).toEqual([]);
});

test('sends what the reader sends, and keeps the verdict and where its report is', async () => {
  const { queue, memory } = open({ service: createFakeService('rejected') });
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  queue.send(idOf(queue));
  await become(queue, ['received']);
  expect(queue.files()[0]?.received).toEqual({
    verdict: 'rejected',
    version: 2,
    fileId: '00000000-0000-4000-8000-000000000001',
  });
  expect(memory.list('P1', 1_800_000_000_000)).toEqual([]);
});

test('sends one at a time, in the order in which they were sent', async () => {
  const { queue, service } = open();
  queue.add('P1', [file('a.csv'), file('b.csv')]);
  await become(queue, ['ready', 'ready']);
  queue.send(idOf(queue, 1));
  queue.send(idOf(queue, 0));
  expect(phases(queue)).toEqual(['queued', 'sending']);
  await become(queue, ['received', 'received']);
  expect(service.asked).toEqual(['POST', 'HEAD', 'PATCH 0', 'POST', 'HEAD', 'PATCH 0']);
});

test('pauses, remembers where it stands, and goes on from there', async () => {
  const { queue, service, memory } = open({ stuck: true });
  service.breakAfter(3);
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  queue.send(idOf(queue));
  await vi.waitFor(() => expect(queue.files()[0]?.contactLost).toBe(true));
  queue.pause(idOf(queue));
  await become(queue, ['paused']);
  expect(memory.list('P1', 1_800_000_000_000)).toMatchObject([{ name: 'a.csv', sha256: 'ab', size: 8 }]);
  queue.send(idOf(queue));
  await become(queue, ['received']);
  expect(service.asked.slice(-2)).toEqual(['HEAD', 'PATCH 3']);
});

/** A queue whose browser was closed after three bytes: what it leaves on the shelf and at the service. */
async function closedInTheMiddle() {
  const shelf = shelfOf();
  const service = createFakeService();
  const before = open({ shelf, service, stuck: true });
  service.breakAfter(3);
  before.queue.add('P1', [file('a.csv')]);
  await become(before.queue, ['ready']);
  before.queue.send(idOf(before.queue));
  await vi.waitFor(() => expect(before.queue.files()[0]?.contactLost).toBe(true));
  return { shelf, service };
}

test('goes on after the browser was closed, when the same file is chosen again', async () => {
  const { shelf, service } = await closedInTheMiddle();
  const { queue } = open({ shelf, service });
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  expect(queue.files()[0]).toMatchObject({ resumed: true, offset: 3 });
  queue.send(idOf(queue));
  await become(queue, ['received']);
  expect(service.asked.slice(-2)).toEqual(['HEAD', 'PATCH 3']);
});

test('begins anew with a file of the same name, size and date but another content', async () => {
  const { shelf, service } = await closedInTheMiddle();
  const { queue } = open({ shelf, service, check: async () => reportOf('accepted', 'cd') });
  queue.add('P1', [file('a.csv', 'a;b\n3;4\n')]);
  await become(queue, ['ready']);
  queue.send(idOf(queue));
  await become(queue, ['received']);
  expect(service.asked.slice(-3)).toEqual(['POST', 'HEAD', 'PATCH 0']);
});

test('a file that is taken out is erased at the service too', async () => {
  const { shelf, service } = await closedInTheMiddle();
  const { queue, memory } = open({ shelf, service });
  queue.add('P1', [file('a.csv')]);
  queue.remove(idOf(queue));
  await vi.waitFor(() => expect(service.content.size).toBe(0));
  expect(memory.list('P1', 1_800_000_000_000)).toEqual([]);
  expect(queue.files()).toEqual([]);
});

test('a check that cannot be done here holds nothing up: the service checks in any case', async () => {
  const { queue } = open({ check: () => Promise.reject(new Error('no worker')) });
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  expect(queue.files()[0]).toMatchObject({ uncheckable: true, report: undefined });
  queue.send(idOf(queue));
  await become(queue, ['received']);
});

test('the reader need not wait for the check', async () => {
  const { queue } = open({
    check: (_file, _project, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  queue.add('P1', [file('a.csv'), file('b.csv')]);
  await become(queue, ['checking', 'waiting']);
  queue.send(idOf(queue));
  await vi.waitFor(() => expect(phases(queue)[0]).toBe('received'));
  await become(queue, ['received', 'checking']);
});

test('a refusal is kept in the service’s words, and may be tried again', async () => {
  const { queue, service } = open();
  service.next({ status: 413, text: '{"code":"too-large","detail":"Det er ikke plass."}' });
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  queue.send(idOf(queue));
  await become(queue, ['failed']);
  expect(queue.files()[0]?.refusal).toBe('Det er ikke plass.');
  queue.send(idOf(queue));
  await become(queue, ['received']);
});

test('pauses and says so when the session is over', async () => {
  const { queue, service, signedOut } = open();
  service.next({ status: 401 });
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  queue.send(idOf(queue));
  await become(queue, ['paused']);
  expect(signedOut).toHaveBeenCalledOnce();
});

test('a mended file takes the place of the one that was chosen before', async () => {
  const { queue } = open({ check: async () => reportOf('rejected') });
  queue.add('P1', [file('a.csv')]);
  await become(queue, ['ready']);
  queue.add('P1', [file('a.csv', 'mended')]);
  await become(queue, ['ready']);
  expect(queue.files()[0]?.file.size).toBe(6);
});
