/** Bytes that nobody meant: random ones, files cut short at every byte, and text in one encoding or another. */
import fc from 'fast-check';
import { Report } from '../../../src/validators/report.ts';
import { byteByByte, cutAt, described } from '../../unit/validators/check.ts';
import { reportOf, reportText, rowsWith } from '../engine.ts';
import { demandSame, type FuzzProperty, propertyOf } from '../fuzz-property.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const fields = [
  { name: 'fnr', 'no:identifier': 'person', constraints: { unique: true, required: true } },
  { name: 'fra', type: 'date' },
  { name: 'belop', type: 'number', constraints: { minimum: 0 } },
  { name: 'kode', constraints: { enum: ['01', 'å'] } },
];
const resources = [
  undefined,
  described(fields, { 'no:duplicates': false }),
  described(fields, {
    dialect: { delimiter: '||', escapeChar: '\\', commentChar: '#', skipInitialSpace: true },
  }),
  described(
    fields.map((field, at) => ({ ...field, 'no:start': 1 + at * 11, 'no:width': 11 })),
    {},
  ),
];
const words = [
  ...';"\n\r,1a0#E+-. é|\\\t\'',
  '\r\n',
  '\0',
  '||',
  '\ufeff',
  '30108299920',
  '2020-01-01',
  'Sum',
];
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 120 }),
  fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => encode(parts.join(''))),
  fc
    .tuple(fc.constantFrom(';', '||'), fc.array(fc.constantFrom(...words), { maxLength: 60 }))
    .map(([sign, parts]) => encode(`fnr;fra;belop;kode\n${parts.join('')}`.replaceAll(';', sign))),
  fc
    .tuple(fc.array(fc.constantFrom(...words), { maxLength: 30 }), fc.uint8Array({ maxLength: 30 }))
    .map(([parts, bytes]) => Uint8Array.from([...encode(parts.join('')), ...bytes])),
);

const codes = ['01', '02', '03'];
/** Every cell is required and of one length, so that each prefix is known to be whole or not. */
const wholeTable = fc.record({
  cells: fc.array(fc.array(fc.constantFrom(...codes), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 6,
  }),
  end: fc.constantFrom('\n', '\r\n'),
  quoted: fc.boolean(),
});
const tableOfCodes = described(
  ['a', 'b', 'c'].map((name) => ({ name, constraints: { required: true, enum: codes } })),
  { dialect: { delimiter: ';' } },
);

const cellBytes = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', 'æ', 'Å', 'é', '€', '𝒳', 'Ã', '¦'), maxLength: 5 })
    .map((text) => [...encode(text)]),
  fc.array(fc.constantFrom(0x61, 0xe6, 0xf8, 0xe5, 0x80, 0x81, 0x9f, 0xc3, 0xa6, 0xff, 0xa0), {
    maxLength: 5,
  }),
);
const declarations = ['utf-8', 'windows-1252', undefined] as const;
const tableOfText = new Map(
  declarations.map((encoding) => [
    encoding,
    described([{ name: 'a' }, { name: 'b' }], {
      dialect: { delimiter: ';' },
      ...(encoding === undefined ? {} : { encoding }),
    }),
  ]),
);
const strict = new TextDecoder('utf-8', { fatal: true });

function utf8Text(bytes: readonly number[]): string | null {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}

/** Rows whose second cell is wrong in the encoding of the file, and its longest cell, said once more in other words. */
function expectedOf(cells: readonly (readonly number[])[], declared: string | undefined, mark: boolean) {
  const high = cells.find((bytes) => bytes.some((byte) => byte > 0x7f));
  const encoding = mark
    ? 'utf-8'
    : (declared ?? (high === undefined || utf8Text(high) !== null ? 'utf-8' : 'windows-1252'));
  const wrong = cells.flatMap((bytes, at) => {
    const text = utf8Text(bytes);
    const bad =
      encoding === 'utf-8'
        ? text === null
        : bytes.some((byte) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)) ||
          (text !== null && /[æøåÆØÅ]/.test(text));
    return bad ? [at + 1] : [];
  });
  return { encoding, wrong };
}

export const bytes: FuzzProperty[] = [
  propertyOf(
    {
      name: 'random-bytes',
      claim:
        'any bytes, by every reader: a report of the right shape, the same however cut, never accepted unread',
      cases: 50_000,
      batchRuns: 1500,
    },
    fc.tuple(anyBytes, fc.constantFrom(...resources), fc.array(fc.nat(150), { maxLength: 3 })),
    ([data, resource, places]) => {
      const options = { resource };
      const report = reportOf(data, { options, internals: { path: 'generic' } });
      Report.parse(report);
      if (report.verdict === 'accepted' && !report.complete) throw new Error('accepted, but not read whole');
      if (report.verdict === 'accepted' && report.rows === 0) throw new Error('accepted without a row');
      if (report.file.bytes !== data.length) throw new Error(`${report.file.bytes} bytes`);
      const expected = JSON.stringify(report);
      demandSame(reportText(data, { options }), expected, 'whole');
      demandSame(reportText(data, { options, chunks: cutAt(...places)(data) }), expected, 'cut');
      const internals = { headBytes: 1 << 16 };
      demandSame(
        reportText(data, { options, internals, chunks: byteByByte(data) }),
        expected,
        'byte by byte',
      );
      return undefined;
    },
  ),
  propertyOf(
    {
      name: 'truncated',
      claim: 'a table cut at every byte: accepted exactly where a row ends, with the rows that are there',
      cases: 110_000,
      batchRuns: 40,
    },
    wholeTable,
    ({ cells, end, quoted }) => {
      const line = (row: readonly string[]) => row.map((cell) => (quoted ? `"${cell}"` : cell)).join(';');
      const lines = ['a;b;c', ...cells.map(line)];
      const data = encode(lines.join(end) + end);
      /** Rows that are whole at each length. */
      const whole = new Map<number, number>();
      let at = 0;
      lines.forEach((text, row) => {
        at += text.length;
        for (let more = 0; row > 0 && more <= end.length; more++) whole.set(at + more, row);
        at += end.length;
      });
      for (let length = 0; length <= data.length; length++) {
        const report = reportOf(data.subarray(0, length), {
          options: { resource: tableOfCodes },
          internals: { headBytes: 8 },
        });
        const found = report.verdict === 'accepted' ? report.rows : undefined;
        if (found !== whole.get(length) || report.file.bytes !== length) {
          throw new Error(`cut at ${length}: ${report.verdict}, ${report.rows} rows`);
        }
      }
      return data.length + 1;
    },
  ),
  propertyOf(
    {
      name: 'encodings',
      claim: 'cells in UTF-8, windows-1252, both or neither: the encoding found, wrong rows and lengths',
      cases: 110_000,
      batchRuns: 3000,
    },
    fc.tuple(
      fc.array(cellBytes, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...declarations),
      fc.boolean(),
    ),
    ([cells, declared, mark]) => {
      const file = cells.flatMap((cell) => [0x78, 0x3b, ...cell, 10]);
      const data = Uint8Array.from([...(mark ? [0xef, 0xbb, 0xbf] : []), ...encode('a;b\n'), ...file]);
      const report = reportOf(data, {
        options: { resource: tableOfText.get(declared) },
        internals: { headBytes: 16 },
      });
      const { encoding, wrong } = expectedOf(cells, declared, mark);
      const found = { encoding: report.file.encoding, wrong: rowsWith(report, ['encoding']) };
      demandSame(JSON.stringify(found), JSON.stringify({ encoding, wrong }), 'encoding');
      if (wrong.length > 0) return undefined;
      const lengths = cells
        .filter((cell) => cell.length > 0)
        .map((cell) => (encoding === 'utf-8' ? [...utf8Text(cell)!].length : cell.length));
      const longest = lengths.length === 0 ? null : Math.max(...lengths);
      demandSame(String(report.columns[1]!.maxLength), String(longest), 'longest cell');
      return undefined;
    },
  ),
];
