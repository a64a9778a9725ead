import { expect, test } from 'vitest';
import { createUnfinishedMemory, type Unfinished } from '../../../../src/portal/upload/unfinished.ts';

const one: Unfinished = {
  project: 'P1',
  name: 'a.csv',
  size: 10,
  lastModifiedMs: 5,
  sha256: null,
  place: '/api/v1/uploads/00000000-0000-4000-8000-000000000001.10',
  offset: 4,
  touchedAtMs: 1000,
};
const day = 86_400_000;

function shelfWith(content: Record<string, string> = {}) {
  const kept = new Map(Object.entries(content));
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

test('finds an upload by project, name, size and date, and nothing by less', () => {
  const memory = createUnfinishedMemory(shelfWith(), 'kari');
  memory.keep(one);
  const file = { name: 'a.csv', size: 10, lastModified: 5 };
  expect(memory.find('P1', file, 2000)).toEqual(one);
  expect(memory.find('P2', file, 2000)).toBeUndefined();
  expect(memory.find('P1', { ...file, size: 11 }, 2000)).toBeUndefined();
  expect(memory.find('P1', { ...file, lastModified: 6 }, 2000)).toBeUndefined();
});

test('keeps the latest of each name, forgets when told, and forgets by itself after two weeks', () => {
  const memory = createUnfinishedMemory(shelfWith(), 'kari');
  memory.keep(one);
  memory.keep({ ...one, offset: 9 });
  expect(memory.list('P1', 2000)).toEqual([{ ...one, offset: 9 }]);
  expect(memory.list('P1', 1000 + 14 * day)).toEqual([]);
  memory.forget('P1', 'a.csv');
  expect(memory.list('P1', 2000)).toEqual([]);
});

test('one person does not see what another left in the same browser', () => {
  const shelf = shelfWith();
  createUnfinishedMemory(shelf, 'kari').keep(one);
  expect(createUnfinishedMemory(shelf, 'ola').list('P1', 2000)).toEqual([]);
});

test.each([
  ['no JSON', 'what?'],
  ['another shape', '{"a":1}'],
  [
    'an address that is not ours',
    JSON.stringify([{ ...one, place: 'https://elsewhere.example/api/v1/uploads/0' }]),
  ],
  ['a path that is no upload', JSON.stringify([{ ...one, place: '/api/v1/session/sign-out' }])],
])('goes by nothing on the shelf that is %s', (_, text) => {
  const memory = createUnfinishedMemory(shelfWith({ 'datasluse.unfinished.kari': text }), 'kari');
  expect(memory.list('P1', 2000)).toEqual([]);
});

test('works without a shelf, and then remembers nothing', () => {
  const refuse = () => {
    throw new Error('refused');
  };
  const memory = createUnfinishedMemory({ getItem: refuse, setItem: refuse }, 'kari');
  memory.keep(one);
  expect(memory.list('P1', 2000)).toEqual([]);
});
