/** Research data made up for tests: synthetic persons (month + 80) with control digits, counted from a number. */

const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

function controlDigit(digits: readonly number[], weights: readonly number[]): number {
  return (11 - (weights.reduce((sum, weight, at) => sum + weight * digits[at]!, 0) % 11)) % 11;
}

/**
 * The synthetic identity number of a birth date and the first sound serial at or after `serial`; `month` is 1 to 12.
 * Nobody has it: the tax administration's test numbers have the month plus 80.
 */
export function syntheticPerson(day: number, month: number, year: number, serial: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  for (let n = serial; n < 1000; n++) {
    const digits = [...`${two(day)}${two(month + 80)}${two(year % 100)}${String(n).padStart(3, '0')}`].map(
      Number,
    );
    const first = controlDigit(digits, firstWeights);
    const second = controlDigit([...digits, first], secondWeights);
    if (first < 10 && second < 10) return [...digits, first, second].join('');
  }
  throw new Error('no sound serial is left');
}

export const municipalities = ['0301', '1103', '3301', '4601', '5001', '5501'];

/** A Data Package that expects the files of `soundRows`. */
export function descriptionOf(...fileNames: string[]): string {
  return JSON.stringify({
    name: 'test',
    resources: fileNames.map((path) => ({
      name: path.replace(/\W/g, '-').toLowerCase(),
      path,
      encoding: 'utf-8',
      dialect: { delimiter: ';', header: true },
      'no:ruleset': 'ssb-2024',
      schema: {
        fields: [
          {
            name: 'fnr',
            type: 'string',
            'no:identifier': 'person',
            'no:sensitivity': 'directIdentifier',
            constraints: { required: true },
          },
          {
            name: 'kommune',
            type: 'string',
            'no:sensitivity': 'public',
            constraints: { enum: municipalities },
          },
          { name: 'dato', type: 'date', constraints: { required: true } },
          { name: 'inntekt', type: 'number', decimalChar: ',' },
          { name: 'yrke', type: 'string' },
          { name: 'merknad', type: 'string' },
        ],
        missingValues: [''],
      },
    })),
  });
}

export const header = ['fnr', 'kommune', 'dato', 'inntekt', 'yrke', 'merknad'];

/** `count` sound rows; about a third of the identity numbers begin with 0. */
export function soundRows(count: number): string[][] {
  const words = ['sykepleier', 'lærer', 'rørlegger', 'bonde på Østre Ås', 'bakerlærling', 'kokk'];
  return Array.from({ length: count }, (_, n) => [
    syntheticPerson(1 + ((n * 7) % 28), 1 + (n % 12), 1950 + (n % 49), (n * 13) % 400),
    municipalities[n % municipalities.length]!,
    `20${String(10 + (n % 13)).padStart(2, '0')}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`,
    `${300_000 + ((n * 37) % 400_000)},${String((n * 25) % 100).padStart(2, '0')}`,
    words[n % words.length]!,
    n % 5 === 0 ? '"på vent; æøå"' : '',
  ]);
}

export function asFile(rows: readonly (readonly string[])[], lineEnd = '\r\n'): string {
  return rows.map((cells) => cells.join(';') + lineEnd).join('');
}

/** A file of at least `bytes` bytes in the described form. */
export function soundFile(bytes: number): Buffer {
  const block = Buffer.from(asFile(soundRows(2000)));
  const blocks = Array.from({ length: Math.ceil(bytes / block.length) }, () => block);
  return Buffer.concat([Buffer.from(asFile([header])), ...blocks]);
}
