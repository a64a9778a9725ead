/** Made-up data for trying the service: synthetic persons (month + 80), never anybody's. */

const municipalities = ['0301', '1103', '3301', '4601', '5001', '5501'];
const industries = ['A', 'C', 'F', 'G', 'P', 'Q'];
const occupations = ['sykepleier', 'lærer', 'bonde', 'rørlegger', 'bakerlærling', 'kokk'];
const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const organisationWeights = [3, 2, 7, 6, 5, 4, 3, 2];

export const demoFileName = 'sysselsetting.csv';

/** The description that the demo project gets. */
export const demoDescription = {
  name: 'demo',
  title: 'Sysselsetting, eksempel',
  resources: [
    {
      name: 'sysselsetting',
      path: demoFileName,
      title: 'Arbeidsforhold',
      encoding: 'utf-8',
      dialect: { delimiter: ';', header: true },
      'no:ruleset': 'ssb-2024',
      'no:population': 'Syntetiske personer med arbeidsforhold per 2023-11-01',
      schema: {
        fields: [
          {
            name: 'fnr',
            type: 'string',
            title: 'Fødselsnummer',
            'no:identifier': 'person',
            'no:sensitivity': 'directIdentifier',
            constraints: { required: true },
          },
          {
            name: 'orgnr',
            type: 'string',
            title: 'Organisasjonsnummer',
            'no:identifier': 'orgnr',
            constraints: { required: true },
          },
          {
            name: 'kommune',
            type: 'string',
            title: 'Kommune',
            'no:sensitivity': 'quasi',
            constraints: { required: true, enum: municipalities },
          },
          {
            name: 'naering',
            type: 'string',
            title: 'Næring',
            'no:sensitivity': 'public',
            constraints: { enum: industries },
          },
          { name: 'start_dato', type: 'date', title: 'Startdato', constraints: { required: true } },
          { name: 'slutt_dato', type: 'date', title: 'Sluttdato' },
          {
            name: 'stillingsprosent',
            type: 'number',
            decimalChar: ',',
            title: 'Stillingsprosent',
            constraints: { minimum: 0, maximum: 100 },
          },
          { name: 'manedslonn', type: 'integer', title: 'Månedslønn' },
          { name: 'yrke', type: 'string', title: 'Yrke' },
        ],
        missingValues: [''],
      },
    },
  ],
} as const;

const header = demoDescription.resources[0].schema.fields.map((field) => field.name);

function check(digits: readonly number[], weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, i) => total + weight * (digits[i] ?? 0), 0);
  return (11 - (sum % 11)) % 11;
}

/** The n-th synthetic person's number, about a third of them beginning with 0; some n give none. */
function personNumber(n: number): string | undefined {
  const day = String(1 + ((n * 7) % 28)).padStart(2, '0');
  const month = String(81 + (n % 12)).padStart(2, '0');
  const year = String(50 + (n % 50)).padStart(2, '0');
  const digits = [...`${day}${month}${year}${String((n * 13) % 500).padStart(3, '0')}`].map(Number);
  const k1 = check(digits, firstWeights);
  const k2 = check([...digits, k1], secondWeights);
  return k1 === 10 || k2 === 10 ? undefined : [...digits, k1, k2].join('');
}

function organisationNumber(n: number): string | undefined {
  const digits = [...`9${String((n * 7919) % 10_000_000).padStart(7, '0')}`].map(Number);
  const control = check(digits, organisationWeights);
  return control === 10 ? undefined : [...digits, control].join('');
}

function row(n: number, fnr: string, orgnr: string): string[] {
  const of = <T>(list: readonly T[], step: number): T => list[Math.floor(n / step) % list.length] as T;
  const start = `20${String(10 + (n % 13)).padStart(2, '0')}-${String(1 + (n % 12)).padStart(2, '0')}-01`;
  const end = n % 4 === 0 ? '2023-11-30' : '';
  const percent = n % 3 === 0 ? '62,5' : '100,0';
  const occupation = n % 9 === 0 ? `"${of(occupations, 3)}; vikar"` : of(occupations, 3);
  return [
    fnr,
    orgnr,
    of(municipalities, 1),
    of(industries, 2),
    start,
    end,
    percent,
    String(31_000 + ((n * 37) % 40_000)),
    occupation,
  ];
}

/** `records` rows in the described form, as the text of a file. */
export function soundFile(records: number): string {
  return [header, ...rows(records)].map((cells) => cells.join(';')).join('\r\n') + '\r\n';
}

/** The same with the common accidents: a spreadsheet ate the leading zeros, a date that is none, a code that is unknown, a column left out. */
export function faultyFile(records: number): string {
  const faulty = rows(records).map((cells, i) => {
    const changed = [...cells];
    if (cells[0]?.startsWith('0')) changed[0] = cells[0].slice(1);
    if (i % 100 === 41) changed[4] = '2023-02-30';
    if (i % 150 === 77) changed[2] = '9998';
    return changed.slice(0, -1);
  });
  return [header.slice(0, -1), ...faulty].map((cells) => cells.join(';')).join('\r\n') + '\r\n';
}

function rows(records: number): string[][] {
  const made: string[][] = [];
  for (let n = 1; made.length < records; n++) {
    const fnr = personNumber(n);
    const orgnr = organisationNumber(n);
    if (fnr !== undefined && orgnr !== undefined) made.push(row(n, fnr, orgnr));
  }
  return made;
}
