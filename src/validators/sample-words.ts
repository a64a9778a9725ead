/** One place of a finding in words: where it is, how the cell looks, what was asked for. */
import { formatName } from './format-names.ts';
import type { Sample } from './report.ts';
import type { Words } from './words.ts';

/** 1234567 → `1 234 567`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** What of the cell may be seen: as it stands for public fields and codes, else its shape. */
export function shownCell(sample: Sample): string | null {
  return sample.value ?? sample.shape;
}

/** What is asked for, or what the finding is about; empty when there is nothing to say. `code` as `code/sub`. */
export function noteOf(sample: Sample, code: string, say: Words): string {
  const { expected } = sample;
  if (expected === null || expected === '') return '';
  const [asked = '', found] = expected.split(' ≠ ');
  if (found !== undefined) {
    const name = namer(code, say);
    return `${say.expected} ${name(asked)}, ${say.but} ${name(found)}`;
  }
  // `= 17` is the row that had the value first, `≠ 2` another column.
  if (/^= \d+$/.test(expected)) return say.sameAsRow(grouped(Number(expected.slice(2))));
  // `∩ 17` is the row of the other timespan.
  if (/^∩ \d+$/.test(expected)) return `∩ ${say.row} ${grouped(Number(expected.slice(2)))}`;
  if (/^≠ \d+$/.test(expected)) return `≠ ${say.column} ${expected.slice(2)}`;
  if (code === 'code-list/not-valid-at') return validity(expected, say);
  // Lines that the broken quotes swallowed.
  if (code === 'structure/quote') return `${say.line} ${expected}`;
  if (code === 'structure/delimiter')
    return `${say.seemsToBe}: ${expected === 'tab' ? say.tab : `«${expected}»`}`;
  if (code === 'foreign-key') return `${say.mustBeIn} ${expected}`;
  if (code === 'file-name/not-expected') return `${say.described}: ${expected}`;
  if (code === 'format/unsupported') return `${say.about}: ${formatName(expected, say.formats)}`;
  if (code === 'structure/line-ends' || /^(uniqueness|foreign-key)\//.test(code))
    return `${say.about}: ${expected}`;
  if (/^Klass \S+$/.test(expected)) return `${say.expected}: ${say.codeOf(expected)}`;
  if (/^(type-error|identifier)\//.test(code)) return `${say.expected}: ${form(expected, say)}`;
  return `${say.expected}: ${expected}`;
}

/** `YYYY-MM-DD | YYYYMMDD` in the letters of the language. */
function form(expected: string, say: Words): string {
  return expected
    .replaceAll('YYYY', say.year)
    .replaceAll('YYN', `${say.year.slice(0, 2)}N`)
    .replaceAll(' | ', ` ${say.or} `);
}

/** How the two sides of `asked ≠ found` are called. */
function namer(code: string, say: Words): (part: string) => string {
  if (code === 'format/not-what-name-says')
    return (part) => formatName(part === '?' ? 'unknown' : part, say.formats);
  const count = (word: (count: string) => string) => (part: string) =>
    /^\d+$/.test(part) ? word(grouped(Number(part))) : part;
  if (code === 'missing-cell' || code === 'extra-cell' || code === 'structure/truncated')
    return count(say.cells);
  if (code === 'record-count') return count(say.rowCount);
  return (part) => part;
}

/** `2020-01-01..2024-01-01 ∌ 2024-06-01 → 3301`, see KlassCodes.expectedIn. */
function validity(expected: string, say: Words): string {
  const [, from = '', to = '', when = '', instead] =
    /^(.*?)\.\.(.*?) ∌ (.*?)(?: → (.*))?$/.exec(expected) ?? [];
  const asked = /^\d{4}-\d\d-\d\d$/.test(when) ? when : say.dateIn(when);
  return say.wasValid(from, to, asked) + (instead === undefined ? '' : `; ${say.validThen(instead)}`);
}
