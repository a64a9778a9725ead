/** Unusual dialects: against the usual scanner where both can read, against csv-parse where it can, at every cut. */
import { type Options, parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LooseDialect } from '../../../src/validators/loose-dialect.ts';
import { LooseScanner } from '../../../src/validators/loose-scanner.ts';
import { RecordScanner } from '../../../src/validators/record-scanner.ts';
import {
  cellFlag,
  type RecordHandler,
  type RecordSource,
  type ScanLimits,
} from '../../../src/validators/records.ts';
import { byteByByte, cutAt } from './check.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const utf8 = new TextDecoder();

const usual: LooseDialect = {
  delimiter: encode(';'),
  quote: 0x22,
  doubleQuote: true,
  escape: -1,
  lineTerminator: null,
  comment: null,
  commentRows: [],
  skipInitialSpace: false,
  nullSequence: null,
};

type Open = (handler: RecordHandler, limits: ScanLimits) => RecordSource;
const loosely =
  (dialect: Partial<LooseDialect>): Open =>
  (handler, limits) =>
    new LooseScanner({ ...usual, ...dialect }, handler, limits);
const usually: Open = (handler, limits) =>
  new RecordScanner({ delimiter: 0x3b, quote: 0x22, doubleQuote: true }, handler, limits);

function scan(
  open: Open,
  chunks: Iterable<Uint8Array>,
  limits: ScanLimits = { maxRecordBytes: 1 << 20, maxCells: 100 },
  mark = '',
) {
  const rows: string[][] = [];
  const events: string[] = [];
  const source: RecordSource = open(
    {
      record: (buf) => {
        const row: string[] = [];
        for (let index = 0; index < Math.min(source.cellCount, limits.maxCells); index++) {
          const text = utf8.decode(buf.slice(source.starts[index]!, source.ends[index]!));
          const flags = source.flags[index]!;
          row.push(flags & cellFlag.doubled ? unescaped(text, mark, (flags & cellFlag.quoted) !== 0) : text);
          events.push(`  ${flags} ${source.base + source.starts[index]!}`);
        }
        rows.push(row);
        events.push(
          `${source.line}@${source.base + source.recordStart}-${source.base + source.recordEnd}+${source.cellCount} ${source.recordFlags} ${source.unterminated}`,
        );
      },
      brokenQuote: (byte, cell) => events.push(`quote ${byte} ${cell} ${source.line}`),
      tooLong: (byte) => events.push(`long ${byte} ${source.line}`),
    },
    limits,
  );
  for (const chunk of chunks) source.push(chunk);
  source.end();
  events.push(JSON.stringify(source.lineEnds));
  return { rows, events };
}

function unescaped(text: string, mark: string, quoted: boolean): string {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    if ((text[at] === mark || (quoted && text[at] === '"')) && at + 1 < text.length) at += 1;
    result += text[at];
  }
  return result;
}

const hostile = (...parts: string[]) =>
  fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((found) => found.join(''));

describe('with a usual dialect it gives what the usual scanner gives', () => {
  const text = hostile(';', '"', '""', '\n', '\r', '\r\n', 'a', 'å', '\0', ' ');

  test('on any bytes', () => {
    fc.assert(
      fc.property(text, (found) => {
        const data = encode(found);
        expect(scan(loosely({}), [data])).toEqual(scan(usually, [data]));
      }),
      { numRuns: 10_000 },
    );
  });

  test('with records longer than the limit', () => {
    const limits = { maxRecordBytes: 6, maxCells: 2 };
    // Where a quote stands just at the limit, one calls the record long and the other its quote broken.
    const short = hostile(';', '\n', '\r', '\r\n', 'a', 'å', '\0', ' ');
    fc.assert(
      fc.property(short, (found) => {
        const data = encode(found);
        expect(scan(loosely({}), [data], limits)).toEqual(scan(usually, [data], limits));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('the cut does not matter', () => {
  const dialects: [string, Partial<LooseDialect>, string[]][] = [
    ['a delimiter of several bytes', { delimiter: encode('||') }, ['|', '||', '"', '\n', 'a']],
    ['a line end of its own', { lineTerminator: encode('$$\n') }, ['$', '$$\n', '\n', ';', '"', 'a']],
    ['escapes', { escape: 0x5c, doubleQuote: false }, ['\\', '\\\\', '"', '\\"', ';', '\n', '\r\n', 'a']],
    [
      'everything at once',
      {
        delimiter: encode('::'),
        escape: 0x5c,
        comment: encode('//'),
        commentRows: [2],
        skipInitialSpace: true,
        nullSequence: encode('\\N'),
      },
      ['::', ':', '\\', '\\N', '/', '//', ' ', '"', '\n', '\r', 'å'],
    ],
  ];
  test.each(dialects)('%s', (_, dialect, parts) => {
    for (const limits of [
      { maxRecordBytes: 1 << 20, maxCells: 100 },
      { maxRecordBytes: 7, maxCells: 2 },
    ]) {
      fc.assert(
        fc.property(hostile(...parts), fc.array(fc.nat(60), { maxLength: 3 }), (text, places) => {
          const data = encode(text);
          const whole = scan(loosely(dialect), [data], limits);
          expect(scan(loosely(dialect), cutAt(...places)(data), limits)).toEqual(whole);
          expect(scan(loosely(dialect), byteByByte(data), limits)).toEqual(whole);
        }),
        { numRuns: 3000 },
      );
    }
  });
});

describe('the rows are those of csv-parse', () => {
  const cell = fc
    .array(fc.constantFrom('a', 'å', ';', '|', '#', '\n', '"', '\\', '1', ' '), { maxLength: 6 })
    .map((parts) => parts.join(''));
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  const options: Options = { relax_column_count: true, skip_empty_lines: false };
  const same = (data: string, dialect: Partial<LooseDialect>, theirs: Options, mark = '') =>
    expect(scan(loosely(dialect), [encode(data)], undefined, mark).rows).toEqual(
      parse(data, { ...options, ...theirs }),
    );
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

  test('a delimiter of several characters', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const data = rows.map((row) => row.map(quoted).join(';|')).join('\n');
        same(data, { delimiter: encode(';|') }, { delimiter: ';|' });
      }),
    );
    same('a|b||c\n||\n', { delimiter: encode('||') }, { delimiter: '||' });
  });

  test('an escape other than the quote', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const data = rows
          .map((row) => row.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(';'))
          .join('\n');
        same(data, { escape: 0x5c, doubleQuote: false }, { delimiter: ';', escape: '\\' }, '\\');
      }),
    );
  });

  test('comments at the beginning of records, whatever is in them', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const data = rows.map((row) => `# ${row.join().replaceAll('\n', '')}\n${row.map(quoted).join(';')}`);
        same(
          data.join('\n'),
          { comment: encode('#') },
          { delimiter: ';', comment: '#', comment_no_infix: true },
        );
      }),
    );
  });

  test('other line ends, another quote, no quotes and blanks after delimiters', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const data = rows.map((row) => row.map(quoted).join(';')).join('|\n');
        same(data, { lineTerminator: encode('|\n') }, { delimiter: ';', record_delimiter: '|\n' });
      }),
    );
    same("'a;b';\"c\n", { quote: 0x27 }, { delimiter: ';', quote: "'", escape: "'", relax_quotes: true });
    same('"a;b"\n', { quote: -1 }, { delimiter: ';', quote: null });
    same(' "a"; b;c d\n', { skipInitialSpace: true }, { delimiter: ';', ltrim: true });
  });
});

test('passes over rows by number, without reading quotes in them', () => {
  const { rows, events } = scan(loosely({ commentRows: [1, 3] }), [
    encode('Title "x\na;b\n"not closed\n1;2\n'),
  ]);
  expect(rows).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  expect(events.filter((event) => event.startsWith('quote'))).toEqual([]);
});
