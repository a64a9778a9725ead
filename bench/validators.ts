/** Speed of the check engine beside csv-parse (which checks nothing): MB per CPU-second, same bytes, same run. */
import { parse } from 'csv-parse';
import { createChecker } from '../src/validators/checker.ts';
import { parseDataPackage } from '../src/validators/description.ts';

const megabytes = Number(process.argv[2] ?? 20);

/** A valid fødselsnummer of the synthetic series (month + 80), or an empty string where the control digits do not exist. */
function personNumber(seed: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const start = `${two((seed % 28) + 1)}${two((seed % 12) + 81)}${two(seed % 100)}${String(seed % 500).padStart(3, '0')}`;
  const digits = [...start].map(Number);
  const control = (weights: number[]) => {
    const sum = weights.reduce((total, weight, at) => total + weight * digits[at]!, 0);
    return (11 - (sum % 11)) % 11;
  };
  digits.push(control([3, 7, 6, 1, 8, 9, 4, 5, 2]));
  digits.push(control([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]));
  return digits.includes(10) ? '' : digits.join('');
}

function generate(bytes: number): Uint8Array {
  const people = Array.from({ length: 5000 }, (_, seed) => personNumber(seed * 7919)).filter(
    (number) => number !== '',
  );
  const words = ['Blåbærsyltetøy', 'Håndverker', 'Sjåfør', 'Lærer', 'Ingeniør', 'Bussjåfør på Ås'];
  const lines = ['fnr;orgnr;fra;til;kode;kommune;antall;timer;belop;tekst'];
  let length = 0;
  for (let row = 0; length < bytes; row++) {
    const text = words[row % words.length]!;
    const line = [
      people[row % people.length],
      '123456785',
      `20${String(row % 24).padStart(2, '0')}-0${(row % 9) + 1}-1${row % 10}`,
      `2024-1${row % 3}-2${row % 9}`,
      `0${row % 5}`,
      `0${301 + (row % 40)}`,
      String(row % 1000),
      String((row * 7) % 2000),
      `${(row * 37) % 900_000},${row % 10}${row % 7}`,
      row % 50 === 0 ? `"${text}; ""ny"""` : text,
    ].join(';');
    lines.push(line);
    length += line.length + 3;
  }
  return new TextEncoder().encode(lines.join('\n') + '\n');
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
          { name: 'kode', type: 'string', constraints: { enum: ['00', '01', '02', '03', '04'] } },
          { name: 'kommune', type: 'string', constraints: { minLength: 4, maxLength: 4 } },
          { name: 'antall', type: 'integer', constraints: { minimum: 0 } },
          { name: 'timer', type: 'integer' },
          { name: 'belop', type: 'number', decimalChar: ',' },
          { name: 'tekst', type: 'string' },
        ],
      },
    },
  ],
}).resources;

const chunkBytes = 512 * 1024;

function cpuSeconds(from: NodeJS.CpuUsage): number {
  const used = process.cpuUsage(from);
  return (used.user + used.system) / 1e6;
}

function checkAll(data: Uint8Array): number {
  const from = process.cpuUsage();
  const checker = createChecker({
    fileName: 'bench.csv',
    resource,
    language: 'nb',
    syntheticIds: 'accept',
    today: '2026-01-01',
    descriptionSha256: null,
  });
  for (let at = 0; at < data.length; at += chunkBytes) checker.push(data.subarray(at, at + chunkBytes));
  const report = checker.finish({ sha256: null });
  if (report.verdict !== 'accepted') throw new Error(JSON.stringify(report.rules.slice(0, 3), null, 1));
  return cpuSeconds(from);
}

async function parseAll(data: Uint8Array): Promise<number> {
  const from = process.cpuUsage();
  const parser = parse({ delimiter: ';' });
  parser.on('data', () => {});
  const ended = new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  for (let at = 0; at < data.length; at += chunkBytes) {
    if (!parser.write(data.subarray(at, at + chunkBytes)))
      await new Promise((resolve) => parser.once('drain', resolve));
  }
  parser.end();
  await ended;
  return cpuSeconds(from);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const data = generate(megabytes * 1e6);
checkAll(data);
const ours = median([checkAll(data), checkAll(data), checkAll(data)]);
const theirs = await parseAll(data);
const speed = (seconds: number) => (data.length / 1e6 / seconds).toFixed(0);
console.log(`${(data.length / 1e6).toFixed(0)} MB, 10 columns, MB per CPU-second:`);
console.log(`  check engine, generic path  ${speed(ours)}`);
console.log(`  csv-parse, no checks        ${speed(theirs)}`);
console.log(`  ratio                       ${(theirs / ours).toFixed(1)}`);
