/** The file of the check benchmark and its description: ten columns, two rows of a hundred with a quoted cell. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { CheckOptions } from '../src/validators/checker.ts';
import { parseDataPackage } from '../src/validators/description.ts';

/** `bad`: each row has an identity number that fails its control, and one of five other faults. */
export type Rows = 'sound' | 'bad';

const two = (value: number) => String(value).padStart(2, '0');

function control(digits: readonly number[], weights: readonly number[]): number {
  return (11 - (weights.reduce((sum, weight, at) => sum + weight * digits[at]!, 0) % 11)) % 11;
}

/** A fødselsnummer of the synthetic series (month + 80); undefined where the control digits do not exist. */
function personNumber(seed: number): string | undefined {
  const start = `${two((seed % 28) + 1)}${two((seed % 12) + 81)}${two(seed % 100)}${String(seed % 500).padStart(3, '0')}`;
  const digits = [...start].map(Number);
  digits.push(control(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]));
  digits.push(control(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]));
  return digits.includes(10) ? undefined : digits.join('');
}

function organisationNumber(seed: number): string | undefined {
  const digits = [...String(80_000_000 + ((seed * 104_729) % 19_999_999))].map(Number);
  digits.push(control(digits, [3, 2, 7, 6, 5, 4, 3, 2]));
  return digits.includes(10) ? undefined : digits.join('');
}

function numbers(make: (seed: number) => string | undefined): string[] {
  return Array.from({ length: 40_000 }, (_, seed) => make(seed * 7919)).filter(
    (number) => number !== undefined,
  );
}

export const municipalities = Array.from({ length: 357 }, (_, at) => String(301 + at * 15).padStart(4, '0'));
export const codes = ['01', '02', '03', '04', '05', '06', '07', '99'];
const words = [
  'Blåbærsyltetøy',
  'Håndverker',
  'Sjåfør',
  'Lærer',
  'Ingeniør',
  'Bussjåfør på Ås',
  'Kokk',
  'Rådgiver',
];

/** Rows of a fixed pseudo-random sequence, so that every run has the same file. */
export function writeFile(file: string, bytes: number, rows: Rows): void {
  const people = numbers(personNumber);
  const organisations = numbers(organisationNumber);
  const descriptor = openSync(file, 'w');
  let state = 1;
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let lines = ['fnr;orgnr;fra;til;kode;kommune;antall;timer;belop;tekst'];
  let written = 0;
  for (let row = 0; written < bytes; row++) {
    const word = words[next(words.length)]!;
    const year = 1990 + next(34);
    const cells = [
      people[next(people.length)]!,
      organisations[next(organisations.length)]!,
      `${year}-${two(1 + next(12))}-${two(1 + next(28))}`,
      next(10) === 0 ? '' : `${year + 1}-${two(1 + next(12))}-${two(1 + next(28))}`,
      codes[next(codes.length)]!,
      municipalities[next(municipalities.length)]!,
      String(next(1000)),
      String(next(100_000)),
      `${next(900_000)},${next(10)}${next(10)}`,
      next(50) === 0 ? `"${word}; ""ny"""` : word,
    ];
    if (rows === 'bad') spoil(cells, row);
    lines.push(cells.join(';'));
    if (lines.length < 10_000) continue;
    written += writeSync(descriptor, `${lines.join('\n')}\n`);
    lines = [];
  }
  closeSync(descriptor);
}

function spoil(cells: string[], row: number): void {
  cells[0] = cells[0]!.slice(0, 10) + String((Number(cells[0]!.at(-1)) + 1) % 10);
  const faults: [number, string][] = [
    [2, '2020-02-30'],
    [4, '9'],
    [6, 'mange'],
    [8, '12.5.1'],
    [1, '123456789'],
  ];
  const [column, value] = faults[row % faults.length]!;
  cells[column] = value;
}

const [resource] = parseDataPackage({
  resources: [
    {
      name: 'bench',
      path: 'bench.csv',
      schema: {
        fields: [
          { name: 'fnr', type: 'string', 'no:identifier': 'person', constraints: { required: true } },
          { name: 'orgnr', type: 'string', 'no:identifier': 'orgnr' },
          { name: 'fra', type: 'date', format: 'default', constraints: { required: true } },
          { name: 'til', type: 'date', format: 'default' },
          { name: 'kode', type: 'string', constraints: { enum: codes } },
          { name: 'kommune', type: 'string', 'no:klass': { classification: '131', validAt: '2024-01-01' } },
          { name: 'antall', type: 'integer', constraints: { minimum: 0, maximum: 1000 } },
          { name: 'timer', type: 'integer' },
          { name: 'belop', type: 'number', decimalChar: ',', constraints: { minimum: 0 } },
          { name: 'tekst', type: 'string', constraints: { maxLength: 60 } },
        ],
      },
    },
  ],
}).resources;

export const checkOptions: CheckOptions = {
  fileName: 'bench.csv',
  resource,
  codeLists: [
    {
      classification: '131',
      codes: municipalities.map((code) => ({ code, level: 1, validFrom: '2020-01-01', validTo: null })),
      changes: [],
    } as never,
  ],
  language: 'nb',
  syntheticIds: 'accept',
  today: '2026-01-01',
  descriptionSha256: null,
};
