import { expect, test } from 'vitest';
import { createLane } from '../../../src/sftp/lane.ts';
import { settle } from './session-harness.ts';

/** Work that is done when told, and writes down when it begins. */
function work(begun: string[], name: string) {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const run = () => {
    begun.push(name);
    return done;
  };
  return { run, finish: () => finish() };
}

test('runs shared work side by side and exclusive work alone, in the order asked', async () => {
  const lane = createLane();
  const begun: string[] = [];
  const jobs = ['r1', 'r2', 'w1', 'r3', 'w2'].map((name) => work(begun, name));
  for (const [at, job] of jobs.entries()) {
    void (at === 2 || at === 4 ? lane.exclusive(job.run) : lane.shared(job.run));
  }
  expect(begun).toEqual(['r1', 'r2']);
  jobs[0]!.finish();
  await settle();
  expect(begun).toEqual(['r1', 'r2']);
  jobs[1]!.finish();
  await settle();
  expect(begun).toEqual(['r1', 'r2', 'w1']);
  jobs[2]!.finish();
  await settle();
  expect(begun).toEqual(['r1', 'r2', 'w1', 'r3']);
  jobs[3]!.finish();
  await settle();
  expect(begun).toEqual(['r1', 'r2', 'w1', 'r3', 'w2']);
});

test('goes on after work that failed', async () => {
  const lane = createLane();
  await expect(lane.exclusive(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(lane.exclusive(async () => 5)).resolves.toBe(5);
});

test('stop refuses what has not begun and waits for what has', async () => {
  const lane = createLane();
  const begun: string[] = [];
  const first = work(begun, 'first');
  const running = lane.exclusive(first.run);
  const waiting = lane.shared(work(begun, 'second').run);
  let stopped = false;
  const stop = lane.stop().then(() => {
    stopped = true;
  });
  await expect(waiting).rejects.toMatchObject({ code: 'closed' });
  expect(stopped).toBe(false);
  first.finish();
  await running;
  await stop;
  expect(begun).toEqual(['first']);
  await expect(lane.shared(async () => 1)).rejects.toMatchObject({ code: 'closed' });
});
