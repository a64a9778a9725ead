/** Files that are wrong as a whole, for each of the readers: usual and unusual dialects, and fixed positions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../src/validators/description.ts';
import { Report } from '../../../src/validators/report.ts';
import { byteByByte, check, cutAt, described, findings } from './check.ts';

const encode = (text: string) => new TextEncoder().encode(text);

interface Reader {
  readonly name: string;
  readonly resource: Resource;
  /** A right file of three rows, without a line end after the last. */
  readonly right: string;
  /** The header alone; null where there is none. */
  readonly header: string | null;
}

const fields = [
  { name: 'id', type: 'integer' },
  { name: 'navn', type: 'string', constraints: { required: true } },
];
const records = { 'no:records': 3 };
const readers: Reader[] = [
  {
    name: 'delimited',
    resource: described(fields, { ...records, dialect: { delimiter: ';' } }),
    right: 'id;navn\n1;"Åse"\n2;"b ""c"""\n3;d',
    header: 'id;navn\n',
  },
  {
    name: 'an unusual dialect',
    resource: described(fields, {
      ...records,
      dialect: { delimiter: '||', escapeChar: '\\', commentChar: '#', skipInitialSpace: true },
    }),
    right: '# x\nid||navn\n1|| "Å\\"se"\n# y\n2||b\\\n\n3||d',
    header: '# x\nid||navn\n',
  },
  {
    name: 'fixed positions',
    resource: described(
      [
        { ...fields[0], 'no:start': 1, 'no:width': 3 },
        { ...fields[1], 'no:start': 4, 'no:width': 4 },
      ],
      records,
    ),
    right: '  1Åse \n  2b   \n  3dddd',
    header: null,
  },
];

describe.each(readers)('$name', ({ resource, right, header }) => {
  const rules = (data: string | Uint8Array) =>
    findings(check(data, { resource })).map((id) => id.split(':')[0]);

  test('takes the right file, with and without a line end after the last row', () => {
    for (const data of [right, `${right}\n`]) {
      const report = check(data, { resource });
      expect(findings(report)).toEqual([]);
      expect([report.verdict, report.complete, report.rows]).toEqual(['accepted', true, 3]);
    }
  });

  test('an empty file, one byte, one line end', () => {
    expect(rules('')).toEqual(['structure/empty']);
    for (const data of ['\n', '\r\n', 'x', ';', '"', '\0', '\\', '|', '#', new Uint8Array([0xe6])]) {
      expect(check(data, { resource }).verdict).toBe('rejected');
    }
    expect(rules('\n')).toContain('structure/empty');
  });

  test('a header without rows', () => {
    if (header === null) return;
    expect(rules(header)).toEqual(['structure/no-rows', 'record-count']);
    expect(rules(header.trimEnd())).toEqual(['structure/no-rows', 'record-count']);
  });

  test('cut at any byte it is rejected, whole it is taken', () => {
    const data = encode(right);
    for (let end = 0; end < data.length; end++) {
      const report = check(data.slice(0, end), { resource });
      // What lies inside the last cell only cannot be told from a shorter value.
      const lines = new TextDecoder().decode(data.slice(0, end)).split('\n');
      const mayBeWhole =
        report.rows === 3 && lines.at(-1) !== '' && lines.length === right.split('\n').length;
      if (!mayBeWhole) expect(report.verdict, `cut at ${end}`).toBe('rejected');
    }
    expect(check(data, { resource }).verdict).toBe('accepted');
  });

  test('UTF-16, with and without a byte order mark, in both byte orders', () => {
    const units = Array.from(right, (char) => char.charCodeAt(0));
    const little = Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
    const big = Uint8Array.from(units.flatMap((unit) => [unit >> 8, unit & 0xff]));
    for (const data of [little, big, [0xff, 0xfe, ...little], [0xfe, 0xff, ...big]]) {
      expect(rules(Uint8Array.from(data))).toEqual(['encoding/utf-16']);
    }
  });

  test('a zip file, a workbook and other formats under the name of a text', () => {
    const head = (hex: string) =>
      Uint8Array.from([
        ...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)),
        ...encode(right),
      ]);
    for (const hex of [
      '504b0304',
      '504b0506',
      'd0cf11e0a1b11ae1',
      '377abcaf271c',
      '1f8b08',
      '50415231',
      '255044462d',
    ]) {
      const report = check(head(hex), { resource });
      expect(findings(report)).toEqual(['format/not-what-name-says: 1']);
      expect([report.verdict, report.complete]).toEqual(['rejected', false]);
    }
  });

  test('NUL bytes are errors wherever they stand, but in comments', () => {
    const data = encode(right);
    for (let at = 0; at <= data.length; at++) {
      const line = new TextDecoder().decode(data.slice(0, at)).split('\n').at(-1)!;
      if (line.startsWith('#')) continue;
      const broken = Uint8Array.from([...data.slice(0, at), 0, ...data.slice(at)]);
      expect(check(broken, { resource }).verdict, `at ${at}`).toBe('rejected');
    }
  });

  test('256 MB without a line end, in memory that stays as it is', () => {
    const piece = encode('x'.repeat(1 << 20));
    function* endless(data: Uint8Array): Generator<Uint8Array> {
      yield data;
      for (let count = 0; count < 256; count++) yield piece;
    }
    for (const start of ['', '"'] as const) {
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      const report = check(`${right}\n${start}`, {
        resource,
        chunks: function* (data) {
          for (const chunk of endless(data)) {
            yield chunk;
            most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          }
        },
      });
      expect(most).toBeLessThan(64 * (1 << 20));
      expect(findings(report)).toContain('structure/too-long: 1');
      expect([report.verdict, report.complete, report.rows]).toEqual(['rejected', false, 4]);
    }
  });

  test('a million columns', () => {
    for (const sign of [';', '|', '||', ',', ' ', '\t']) {
      const report = check(`${right}\n${`1${sign}`.repeat(500_000)}\n`, { resource });
      expect(report.verdict).toBe('rejected');
      expect(report.rules.length).toBeLessThan(20);
    }
  });

  test('any bytes: a report in the right shape, the same however they come, and never accepted without being read', () => {
    const words = [...right, ...'\r\n;|"\\# \t', 'navn', '\0', '||', '\n  1abcd'];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => encode(parts.join(''))),
      fc
        .array(fc.constantFrom(...words), { maxLength: 60 })
        .map((parts) => encode((header ?? '') + parts.join(''))),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(150), { maxLength: 3 }), (data, places) => {
        const report = check(data, { resource });
        expect(Report.parse(report)).toEqual(report);
        expect(check(data, { resource, chunks: cutAt(...places) })).toEqual(report);
        expect(check(data, { resource, chunks: byteByByte })).toEqual(report);
        if (report.verdict === 'accepted') expect([report.complete, report.rows]).toEqual([true, 3]);
      }),
      { numRuns: 1000 },
    );
  });
});
