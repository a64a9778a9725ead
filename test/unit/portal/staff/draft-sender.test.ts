import { beforeEach, expect, test } from 'vitest';
import { createDraftSender, type DraftSender } from '../../../../src/portal/staff/draft-sender.ts';
import type { HttpAnswer, HttpRequest } from '../../../../src/portal/upload/tus-client.ts';

interface Asked extends HttpRequest {
  answer(status: number, text?: string): void;
  lose(): void;
}

let asked: Asked[];
let arrived: number;
let sender: DraftSender;

beforeEach(() => {
  asked = [];
  arrived = 0;
  sender = createDraftSender({
    http: (request) =>
      new Promise<HttpAnswer>((resolve, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
        asked.push({
          ...request,
          answer: (status, text = '') => resolve({ status, text, header: () => null }),
          lose: () => reject(new Error('no contact')),
        });
      }),
    path: '/api/v1/projects/P1/drafts/U/files',
    language: () => 'nn',
    onArrived: () => {
      arrived += 1;
    },
  });
});

/** Lets what was answered be taken in. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const states = () => sender.list().map(({ name, phase }) => [name, phase]);
const files = (...names: string[]) => names.map((name) => new File(['a;b\n'], name));

test('sends one file at a time, in the order they were chosen, and tells of each that has arrived', async () => {
  sender.add(files('a b.csv', 'c.csv'));
  expect(states()).toEqual([
    ['a b.csv', 'sending'],
    ['c.csv', 'waiting'],
  ]);
  expect(asked.map(({ method, path, headers }) => [method, path, headers['accept-language']])).toEqual([
    ['PUT', '/api/v1/projects/P1/drafts/U/files/a%20b.csv', 'nn'],
  ]);
  asked[0]?.onSent?.(2);
  expect(sender.list()[0]?.sentBytes).toBe(2);
  asked[0]?.answer(201);
  await settle();
  expect([states(), arrived, asked.length]).toEqual([[['c.csv', 'sending']], 1, 2]);
  asked[1]?.answer(201);
  await settle();
  expect([states(), arrived]).toEqual([[], 2]);
});

test('keeps what was refused, says why, and goes on with the next; it can be sent again', async () => {
  sender.add(files('a.csv', 'b.csv'));
  asked[0]?.answer(413, JSON.stringify({ detail: 'Prosjektet har ikke plass.' }));
  await settle();
  expect(sender.list()[0]).toMatchObject({ phase: 'failed', refusal: 'Prosjektet har ikke plass.' });
  asked[1]?.lose();
  await settle();
  expect(states()).toEqual([
    ['a.csv', 'failed'],
    ['b.csv', 'failed'],
  ]);
  expect(sender.list()[1]?.refusal).toBeUndefined();
  sender.again(sender.list()[0]?.id ?? 0);
  expect(sender.list()[0]).toMatchObject({ phase: 'sending' });
  expect(sender.list()[0]?.refusal).toBeUndefined();
  asked[2]?.answer(201);
  await settle();
  expect([states(), arrived]).toEqual([[['b.csv', 'failed']], 1]);
});

test('stops the file that is dropped, and begins the next', async () => {
  sender.add(files('a.csv', 'b.csv'));
  sender.drop(sender.list()[0]?.id ?? 0);
  await settle();
  expect([asked[0]?.signal.aborted, states()]).toEqual([true, [['b.csv', 'sending']]]);
});

test('stops everything when the page is left', async () => {
  sender.add(files('a.csv', 'b.csv'));
  sender.stop();
  await settle();
  expect([asked.length, asked[0]?.signal.aborted, arrived]).toEqual([1, true, 0]);
});
