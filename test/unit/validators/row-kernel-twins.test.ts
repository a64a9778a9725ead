/** The kernel and its host number the same places, operations and answers, each in its own language: here they are compared as text. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (name: string) =>
  readFileSync(new URL(`../../../src/validators/${name}`, import.meta.url), 'utf8');

interface Sources {
  kernel: string;
  host: string;
  plan: string;
  records: string;
  check: string;
}

const sources: Sources = {
  kernel: read('fast/row-kernel.as'),
  host: read('fast/row-kernel.ts'),
  plan: read('fast/column-plan.ts'),
  records: read('records.ts'),
  check: read('delimited-check.ts'),
};

type Numbers = Record<string, number>;

/** A number, or a product or shift of two. */
function numberIn(text: string): number {
  const parts = /^(\d+)(?: (\*|<<) (\d+))?$/.exec(text);
  if (parts === null) throw new Error(`not a number that this test reads: ${text}`);
  const [, left, operator, right] = parts;
  if (operator === undefined) return Number(left);
  return operator === '*' ? Number(left) * Number(right) : Number(left) << Number(right);
}

function camel(name: string): string {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `const NAME: i32 = 1;`, in the order of the file. */
function kernelConstants(kernel: string): [string, number][] {
  return [...kernel.matchAll(/^const ([A-Z0-9_]+): \w+ = ([^;]+);/gm)].map(([, name, value]) => [
    name!,
    numberIn(value!),
  ]);
}

/** The constants from `first` to `last`, named as the host names them. */
function run(kernel: string, first: string, last: string): Numbers {
  const all = kernelConstants(kernel);
  const names = all.map(([name]) => name);
  const [from, to] = [names.indexOf(first), names.indexOf(last)];
  if (from === -1 || to < from) throw new Error(`${first} … ${last} is not in the kernel`);
  return Object.fromEntries(all.slice(from, to + 1).map(([name, value]) => [camel(name), value]));
}

/** `const NAME = { a: 0, b: 1 } as const`. */
function hostRecord(text: string, name: string): Numbers {
  const body = new RegExp(`^(?:export )?const ${name} = \\{([^}]*)\\} as const;`, 'm').exec(text)?.[1];
  if (body === undefined) throw new Error(`${name} is not in the host`);
  const bare = body.replace(/\/\*[\s\S]*?\*\//g, '');
  return Object.fromEntries([...bare.matchAll(/(\w+): (\d+)/g)].map(([, key, value]) => [key!, +value!]));
}

function hostNumber(text: string, name: string): number {
  const value = new RegExp(`^(?:export )?const ${name} = ([^;]+);`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`${name} is not in the host`);
  return numberIn(value);
}

/** The cases of the kernel's operations, each under a comment that names them. */
function kernelOperations(kernel: string): Numbers {
  const blocks = kernel.matchAll(/\/\/ (op\.[^\n]*)\n((?:\s*case \d+:[^\n]*\n)+)/g);
  return Object.fromEntries(
    [...blocks].flatMap(([, comment, cases]) => {
      const names = [...comment!.matchAll(/op\.(\w+)/g)].map(([, name]) => name!);
      const numbers = [...cases!.matchAll(/case (\d+):/g)].map(([, number]) => Number(number));
      if (names.length !== numbers.length) throw new Error(`not a case for each of ${comment}`);
      return names.map((name, at) => [name, numbers[at]!]);
    }),
  );
}

const times = (factor: number, numbers: Numbers): Numbers =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, value * factor]));

/** What each side says, in the same shape: they must be equal. */
function sides({ kernel, host, plan, records, check }: Sources): { kernel: unknown; host: unknown } {
  const of = Object.fromEntries(kernelConstants(kernel));
  const { met, term, ...columnAt } = run(kernel, 'OP', 'TERM');
  const { missing, ...work } = hostRecord(host, 'work');
  // The kernel has no name for these: it leaves such cells to the column, and takes UTF-8's opposite for the rest.
  const { windows1252: _opposite, ...textMode } = hostRecord(host, 'textMode');
  const { column: _left, ...operations } = hostRecord(plan, 'op');
  return {
    kernel: {
      state: Object.fromEntries(
        kernelConstants(kernel)
          .filter(([name]) => name.startsWith('STATE_'))
          .map(([name, value]) => [camel(name.slice('STATE_'.length)), value]),
      ),
      columnAt,
      // Of the kernel alone: the host has left these places free.
      own: { met, term, lineFeed: of.LF, carriageReturn: of.CR },
      columnBytes: of.COLUMN_BYTES,
      columnShift: of.COLUMN_SHIFT,
      answers: run(kernel, 'WINDOW_READ', 'RECORD'),
      work: run(kernel, 'MISSES', 'WIDENS'),
      flags: run(kernel, 'HIGH', 'DOUBLED'),
      modes: run(kernel, 'UNDECIDED', 'UTF8'),
      operations: kernelOperations(kernel),
      rowBytes: of.MAX_ROW_BYTES,
    },
    host: {
      // The host counts the state in words of four bytes.
      state: times(4, hostRecord(host, 'stateAt')),
      columnAt: hostRecord(host, 'columnAt'),
      own: { met: 40, term: 116, lineFeed: 10, carriageReturn: 13 },
      columnBytes: hostNumber(host, 'columnBytes'),
      // And the columns too.
      columnShift: hostNumber(host, 'columnShift') + 2,
      answers: hostRecord(host, 'ended'),
      work: { misses: missing, ...work },
      flags: hostRecord(records, 'cellFlag'),
      modes: textMode,
      operations,
      rowBytes: hostNumber(check, 'maxRecordBytes'),
    },
  };
}

const agree = (given: Sources): boolean => {
  const { kernel, host } = sides(given);
  return JSON.stringify(sorted(kernel)) === JSON.stringify(sorted(host));
};

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, inner]) => [key, sorted(inner)]);
}

/** The text with one more in the place of a number. */
function changed(text: string, index: number, digits: string): string {
  return `${text.slice(0, index)}${Number(digits) + 1}${text.slice(index + digits.length)}`;
}

test('the kernel and its host have the same numbers', () => {
  const { kernel, host } = sides(sources);
  expect(kernel).toEqual(host);
  expect(agree(sources)).toBe(true);
});

test('there is one of each place, and none lies beyond its column', () => {
  const { columnAt, own, columnBytes } = sides(sources).kernel as {
    columnAt: Numbers;
    own: { met: number; term: number };
    columnBytes: number;
  };
  const places = [...Object.values(columnAt), own.met, own.term];
  expect(new Set(places).size).toBe(places.length);
  expect(Math.max(...places)).toBeLessThan(columnBytes);
});

test('whichever number of the kernel is changed, the two differ', () => {
  const constants = [...sources.kernel.matchAll(/^const [A-Z0-9_]+: \w+ = (\d+)(?: (?:\*|<<) \d+)?;/gm)];
  const cases = [...sources.kernel.matchAll(/^ {4}case (\d+):/gm)];
  expect(constants.length).toBeGreaterThan(45);
  expect(cases.length).toBe(10);
  for (const match of [...constants, ...cases]) {
    const index = match.index + match[0].indexOf(match[1]!, match[0].search(/= |case /));
    const kernel = changed(sources.kernel, index, match[1]!);
    expect(agree({ ...sources, kernel }), match[0]).toBe(false);
  }
});

test.each([
  ['host', 'stateAt'],
  ['host', 'columnAt'],
  ['host', 'ended'],
  ['host', 'work'],
  ['host', 'columnShift'],
  ['host', 'columnBytes'],
  ['plan', 'op'],
  ['records', 'cellFlag'],
  ['check', 'maxRecordBytes'],
] as const)('whichever number of %s.%s is changed, the two differ', (where, name) => {
  const text = sources[where];
  const start = text.search(new RegExp(`^(?:export )?const ${name} = `, 'm'));
  const whole = text.slice(start, text.indexOf(';', start));
  const numbers = [...whole.matchAll(/(?:: |= )(\d+)/g)];
  expect(numbers.length).toBeGreaterThan(0);
  for (const match of numbers) {
    // Nothing in the kernel bears its number.
    if (where === 'plan' && match[1] === '0') continue;
    const index = start + match.index + match[0].length - match[1]!.length;
    expect(agree({ ...sources, [where]: changed(text, index, match[1]!) }), match[0]).toBe(false);
  }
});
