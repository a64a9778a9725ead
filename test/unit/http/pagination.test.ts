import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { cut, decodeCursor, encodeCursor, type PageQuery, paginate } from '../../../src/http/pagination.ts';
import { hasCode } from '../../../src/platform/errors.ts';

interface Entry {
  day: number;
  name: string;
}
const placeOf = (one: Entry) => [one.day, one.name];

function walk(all: readonly Entry[], limit: number): Entry[] {
  const seen: Entry[] = [];
  let query: PageQuery = { limit };
  for (;;) {
    const { items, next } = paginate(all, query, placeOf);
    seen.push(...items);
    if (next === null) return seen;
    query = { limit, cursor: next };
  }
}

const entries = fc.uniqueArray(fc.record({ day: fc.integer({ min: -3, max: 12 }), name: fc.string() }), {
  selector: (one) => JSON.stringify(placeOf(one)),
  maxLength: 40,
});

test('pages of any length give every entry once, in order', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 45 }), (all, limit) => {
      const seen = walk(all, limit);
      expect(seen).toHaveLength(all.length);
      expect(new Set(seen)).toEqual(new Set(all));
      for (const [i, one] of seen.entries()) {
        const before = seen[i - 1];
        if (before === undefined) continue;
        expect(before.day < one.day || (before.day === one.day && before.name < one.name)).toBe(true);
      }
    }),
  );
});

test('what comes and goes between two pages moves nothing else', () => {
  const all = ['b', 'd', 'f', 'h'].map((name) => ({ day: 1, name }));
  const first = paginate(all, { limit: 2 }, placeOf);
  const now = [...all.filter(({ name }) => name !== 'd'), { day: 1, name: 'a' }, { day: 1, name: 'g' }];
  const second = paginate(now, { limit: 9, cursor: first.next ?? '' }, placeOf);
  expect(second.items.map(({ name }) => name)).toEqual(['f', 'g', 'h']);
  expect(second.next).toBeNull();
});

test('the last page says that it is, also when it is full', () => {
  const all = [1, 2, 3, 4].map((day) => ({ day, name: '' }));
  const { next } = paginate(all, { limit: 2 }, placeOf);
  expect(paginate(all, { limit: 2, cursor: next ?? '' }, placeOf).next).toBeNull();
  expect(cut([], 5)).toEqual({ items: [], next: null });
});

test.each(['x', '!!!', encodeCursor(['a']) + 'AA', Buffer.from('{"a":1}').toString('base64url'), ''])(
  'a cursor that is none is an invalid request: %j',
  (cursor) => {
    const decode = () => decodeCursor(cursor, z.tuple([z.int()]));
    expect(decode).toThrow();
    try {
      decode();
    } catch (thrown) {
      expect(hasCode(thrown, 'invalid-input')).toBe(true);
    }
  },
);
