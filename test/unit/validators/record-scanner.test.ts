/** Structure against csv-parse, at every way of cutting the bytes. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteByByte, cutAt } from './check.ts';
import { scan } from './scan.ts';

const utf8 = new TextDecoder();

const encode = (text: string) => new TextEncoder().encode(text);

describe('well-formed text', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'å', '9', ' ', ',', '-', '𝒳'), maxLength: 6 });
  const quoted = fc.string({ unit: fc.constantFrom('a', 'ø', ';', '\n', '\r\n', '"', '1'), maxLength: 6 });
  const cell = fc.oneof(
    plain,
    quoted.map((text) => `"${text.replaceAll('"', '""')}"`),
  );
  const row = fc.array(cell, { minLength: 1, maxLength: 5 }).map((cells) => cells.join(';'));
  const file = fc
    .tuple(fc.array(row, { minLength: 1, maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean())
    .map(([rows, end, last]) => rows.join(end) + (last ? end : ''));

  test('gives the rows and cells that csv-parse gives', () => {
    fc.assert(
      fc.property(file, (text) => {
        const expected: string[][] = parse(text, {
          delimiter: ';',
          relax_column_count: true,
          record_delimiter: ['\r\n', '\n', '\r'],
        });
        const { rows } = scan([encode(text)]);
        // csv-parse gives a last empty line as no record where the text ends without a line end.
        expect(rows.filter((cells) => cells.join('') !== '')).toEqual(
          expected.filter((cells) => cells.join('') !== ''),
        );
      }),
      { numRuns: 3000 },
    );
  });
});

describe('any text', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('a', ';', '"', '\n', '\r', '"";', 'ø', ';"'),
    maxLength: 40,
  });
  const limits = { maxRecordBytes: 12, maxCells: 3 };

  test('gives the same however it is cut', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(60), { maxLength: 4 }), (text, places) => {
        const data = encode(text);
        const whole = scan([data], limits);
        expect(scan(byteByByte(data), limits)).toEqual(whole);
        expect(scan(cutAt(...places)(data), limits)).toEqual(whole);
      }),
      { numRuns: 5000 },
    );
  });

  test('counts lines and bytes as they are in the file', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const data = encode(text);
        for (const event of scan([data]).events) {
          const [, line, start] = /^(\d+)@(\d+)/.exec(event) ?? [];
          if (line === undefined) continue;
          const before = utf8.decode(data.slice(0, Number(start)));
          expect(before.split(/\r\n|\n|\r/).length).toBe(Number(line));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

test('finds its feet at the next line after a broken quote', () => {
  const { rows, events } = scan([encode('a;b\n1;"x\n2;y\n3;z\n')]);
  expect(rows).toEqual([
    ['a', 'b'],
    ['2', 'y'],
    ['3', 'z'],
  ]);
  expect(events).toContain('quote 6 2');
});

test('drops a line longer than the limit, and reads the next', () => {
  const { rows, events } = scan([encode(`a;b\n${'x'.repeat(50)}\nc;d\n`)], {
    maxRecordBytes: 20,
    maxCells: 3,
  });
  expect(rows).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(events).toContain('long 4');
});

test('takes a record of exactly the limit', () => {
  const limits = { maxRecordBytes: 5, maxCells: 3 };
  expect(scan([encode('ab;cd\nefghij\n')], limits).rows).toEqual([['ab', 'cd']]);
  expect(scan([encode('ab;cd')], limits).rows).toEqual([['ab', 'cd']]);
});

test('gives up a broken quote after the whole line end, wherever the limit falls', () => {
  const limit = 1 << 20;
  for (const ends of ['\r\n', '\n', '\r']) {
    for (let left = -4; left <= 4; left++) {
      const text = `a;"${'x'.repeat(limit - 3 + left)}${ends}b;c${ends}d;e${ends}`;
      const open = `a;"${'x'.repeat(limit - 13 + left)}${ends}b;c${ends}d;e${ends}`;
      for (const data of [encode(text), encode(open)]) {
        const whole = scan([data]);
        expect(whole.rows.slice(-2)).toEqual([
          ['b', 'c'],
          ['d', 'e'],
        ]);
        expect(whole.rows.length, `${left} ${JSON.stringify(ends)}`).toBe(2);
        expect(whole.events.at(-1)).toMatch(/^3@/);
        for (const place of [limit - 1, limit, limit + 1, limit + 2]) {
          expect(scan([data.subarray(0, place), data.subarray(place)])).toEqual(whole);
        }
      }
    }
  }
});
