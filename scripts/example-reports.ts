/** Files as researchers send them, each with one common accident, for docs/reports. All identity numbers are synthetic. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeListForCheck, parseSnapshot } from '../src/catalogue/snapshot.ts';
import { createChecker } from '../src/validators/checker.ts';
import { type Field, parseDataPackage, type Resource, resourcePaths } from '../src/validators/description.ts';
import type { Report } from '../src/validators/report.ts';

export interface Example {
  /** Of the files in docs/reports. */
  readonly name: string;
  /** What happened to the file. */
  readonly about: string;
  readonly report: Report;
}

const fileName = 'sysselsetting_2023.csv';

const fields: Field[] = [
  { name: 'fnr', type: 'string', 'no:identifier': 'person', constraints: { required: true } },
  { name: 'startdato', type: 'date', format: '%Y-%m-%d' },
  { name: 'kommune', type: 'string', 'no:klass': { classification: '131', validAt: '2023-01-01' } },
  { name: 'yrke', type: 'string' },
  { name: 'timelonn', type: 'number', decimalChar: ',' },
];

const rows = [
  ['01838530164', '2023-01-01', '0301', 'Sykepleier', '287,50'],
  ['07916223484', '2023-02-15', '4601', 'Lærer', '301,00'],
  ['14869141276', '2023-02-01', '5001', 'Snekker', '265,75'],
  ['29817711829', '2023-08-01', '0301', 'Bussjåfør', '243,10'],
  ['03899945548', '2023-03-20', '4601', 'Renholder', '212,40'],
  ['22925837745', '2023-11-01', '5001', 'Kokk, kjøkkensjef', '254,00'],
];
const header = fields.map(({ name }) => name);

function written(cells: readonly (readonly string[])[], delimiter = ';', ends = '\r\n'): string {
  return cells.map((row) => row.join(delimiter) + ends).join('');
}

/** The file with each row changed by `change`. */
function spoiled(change: (row: string[], index: number) => string[]): string {
  return written([header, ...rows.map((row, index) => change([...row], index))]);
}

const klass = codeListForCheck(
  parseSnapshot(readFileSync(join(import.meta.dirname, '../test/vectors/klass/131-utvalg.json'), 'utf8')),
);

/** `beside` is the file that foreign keys point at, with its part of the description. */
function reportOn(
  data: string | Uint8Array,
  more: Partial<Resource> = {},
  beside?: { content: string; resource: Resource },
): Report {
  const resource = {
    name: 'sysselsetting',
    path: fileName,
    dialect: { delimiter: ';' },
    schema: { fields },
    ...more,
  };
  const description = JSON.stringify({ resources: [resource] });
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const hash = (of: string | Uint8Array) => createHash('sha256').update(of).digest('hex');
  const checker = createChecker({
    fileName,
    resource: parseDataPackage(JSON.parse(description)).resources[0],
    codeLists: [klass],
    language: 'nb',
    syntheticIds: 'accept',
    today: '2026-11-23',
    descriptionSha256: hash(description),
    referenced: beside && [
      { resource: beside.resource, fileName: resourcePaths(beside.resource)[0]!, present: true },
    ],
  });
  if (beside !== undefined) {
    checker.pushReferenced(0, new TextEncoder().encode(beside.content));
    checker.endReferenced(0);
  }
  checker.push(bytes);
  return checker.finish({ sha256: hash(bytes) });
}

/** What 1 January 1900 being day 1 makes of a date, as spreadsheets count. */
function dayNumber(date: string): string {
  return String(Date.parse(date) / 86_400_000 + 25_569);
}

/** The first entry of a workbook, as Excel writes it. */
function workbook(): Uint8Array {
  const name = Buffer.from('[Content_Types].xml');
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name, Buffer.alloc(512, 0xa5)]);
}

export function exampleReports(): Example[] {
  return [
    {
      name: 'lost-leading-zeros',
      about:
        'The identity numbers were read as numbers on the way, and those that begin with 0 have lost it.',
      report: reportOn(spoiled(([fnr = '', ...rest]) => [fnr.replace(/^0/, ''), ...rest])),
    },
    {
      name: 'scientific-notation',
      about:
        'The file was opened and saved in a spreadsheet, which rounded the identity numbers to 1,83853E+09.',
      report: reportOn(
        spoiled(([fnr = '', ...rest]) => [
          Number(fnr)
            .toExponential(5)
            .replace('.', ',')
            .replace(/e\+(\d)$/, 'E+0$1')
            .replace('e', 'E'),
          ...rest,
        ]),
      ),
    },
    {
      name: 'dates-as-numbers',
      about: 'The dates have become day numbers of a spreadsheet.',
      report: reportOn(spoiled(([fnr = '', date = '', ...rest]) => [fnr, dayNumber(date), ...rest])),
    },
    {
      name: 'wrong-delimiter',
      about: 'The file has commas where semicolons were agreed on.',
      report: reportOn(
        written(
          [header, ...rows.map((row) => row.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)))],
          ',',
        ),
      ),
    },
    {
      name: 'missing-column',
      about: 'A column that was agreed on is not there.',
      report: reportOn(written([header, ...rows].map((row) => row.filter((_, at) => at !== 3)))),
    },
    {
      name: 'windows-1252',
      about: 'The file was described as UTF-8, but is written in windows-1252.',
      report: reportOn(
        Buffer.from(
          spoiled((row) => row),
          'latin1',
        ),
        { encoding: 'utf-8' },
      ),
    },
    {
      name: 'broken-quote',
      about: 'A quote opens a text and is never closed.',
      report: reportOn(
        spoiled((row, index) => (index === 3 ? [...row.slice(0, 3), '"Bussjåfør', row[4]!] : row)),
      ),
    },
    {
      name: 'ended-code',
      about:
        'A municipality has the number it had before it was merged, and another has lost its leading zero.',
      report: reportOn(
        spoiled((row, index) =>
          row.map((cell, at) => (at === 2 ? (['301', cell, '0602'][index] ?? cell) : cell)),
        ),
      ),
    },
    {
      name: 'totals-line',
      about: 'The spreadsheet had a line of totals, and it came along.',
      report: reportOn(written([header, ...rows, ['Sum', '', '', '', '1563,75']]), {
        'no:records': rows.length,
      }),
    },
    {
      name: 'reference-not-met',
      about: 'A person of this file is not in the file of persons that came before it.',
      report: reportOn(
        spoiled((row) => row),
        {
          schema: {
            fields,
            foreignKeys: [{ fields: 'fnr', reference: { resource: 'personer', fields: 'fnr' } }],
          },
        },
        {
          content: written([['fnr'], ...rows.slice(0, 5).map(([fnr = '']) => [fnr])]),
          resource: { name: 'personer', path: 'personer_2023.csv', schema: { fields: fields.slice(0, 1) } },
        },
      ),
    },
    {
      name: 'workbook-named-csv',
      about: 'A workbook was given the extension .csv.',
      report: reportOn(workbook()),
    },
    {
      name: 'empty-file',
      about: 'The export never wrote anything.',
      report: reportOn(''),
    },
  ];
}
