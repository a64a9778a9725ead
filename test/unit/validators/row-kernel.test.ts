/** The kernel of the fast path and its window: chunks larger than it, rows that do not fit, rows that it leaves, no WebAssembly. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { CheckOptions } from '../../../src/validators/checker.ts';
import { described } from './check.ts';

const options: CheckOptions = {
  fileName: 'fil.csv',
  language: 'nb',
  syntheticIds: 'accept',
  today: '2026-11-23',
  descriptionSha256: null,
  resource: described([
    { name: 'tall', type: 'number', constraints: { maximum: 4000 } },
    { name: 'tekst', type: 'string' },
    { name: 'kode', type: 'string', constraints: { enum: ['a', 'bb', '01234567', 'å'] } },
    { name: 'dag', type: 'date', missingValues: ['', 'NA'] },
  ]),
};

async function reports(data: Uint8Array): Promise<[fast: string, generic: string]> {
  const { createChecker } = await import('../../../src/validators/checker.ts');
  const of = (path: 'fast' | 'generic') => {
    const checker = createChecker(options, {}, { path });
    checker.push(data);
    return JSON.stringify(checker.finish({ sha256: null }));
  };
  return [of('fast'), of('generic')];
}

function rows(count: number, row: (at: number) => string): Uint8Array {
  const lines = Array.from({ length: count }, (_, at) => row(at));
  return new TextEncoder().encode(`tall;tekst;kode;dag\n${lines.join('\n')}\n`);
}

const codes = ['a', 'bb', '01234567', 'å', 'c', '012345678'];
const days = ['2020-02-29', '', 'NA', '2021-02-29', '"2020-01-01"', '01.02.2020'];

function mixed(at: number): string {
  const text = ['Å gå', '"si ""ja"""', 'x'.repeat(at % 40), `${at}`, '"a\nb"'][at % 5]!;
  return `${at % 5000},${at % 10};${text};${codes[at % 6]};${days[at % 6]}`;
}

describe('the window', () => {
  test('a chunk of many windows', async () => {
    const [fast, generic] = await reports(rows(60_000, mixed));
    expect(fast).toBe(generic);
  });

  test('rows longer than it, between others', async () => {
    const data = rows(300, (at) => (at % 100 === 50 ? `1;${'lang '.repeat(70_000)};a;` : mixed(at)));
    const [fast, generic] = await reports(data);
    expect(fast).toBe(generic);
  });

  test('a chunk in which every row is left to the scanner', async () => {
    const [fast, generic] = await reports(rows(20_000, (at) => `${at};x;a;;`));
    expect(fast).toBe(generic);
    expect((JSON.parse(fast) as { rows: number }).rows).toBe(20_000);
  });

  test('text of every length up to three blocks, with letters beyond ASCII at every place', async () => {
    const lines: string[] = [];
    for (let length = 1; length <= 50; length++) {
      for (let place = 0; place < length; place++) {
        for (const letter of ['å', '€', '😀', '\u07ff', '\u0800', '\ud7ff', '\ue000', '"']) {
          const text = `${'x'.repeat(place)}${letter}${'y'.repeat(length - place - 1)}`;
          lines.push(`1;${letter === '"' ? `"${text.replace('"', '""')}"` : text};a;`);
        }
      }
    }
    const [fast, generic] = await reports(rows(lines.length, (at) => lines[at]!));
    expect(fast).toBe(generic);
  });

  test('bytes that are no UTF-8 at every place of a cell', async () => {
    const faults = [
      [0xc3],
      [0xe2, 0x82],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0x80],
      [0xff],
      [0xe0, 0x9f, 0xbf],
    ];
    const good = new TextEncoder().encode('1;æ;a;\n');
    const bytes = [...new TextEncoder().encode('tall;tekst;kode;dag\n'), ...good];
    for (const fault of faults) {
      for (let place = 0; place < 36; place++) {
        const cell = [...Array<number>(place).fill(0x78), ...fault, ...Array<number>(36 - place).fill(0x79)];
        for (const cut of [cell, cell.slice(0, place + fault.length)]) {
          bytes.push(0x31, 0x3b, ...cut, 0x3b, 0x61, 0x3b, 0x0a, ...good);
        }
      }
    }
    const [fast, generic] = await reports(Uint8Array.from(bytes));
    expect(fast).toBe(generic);
  });

  test('numbers of every length, with their marks and signs', async () => {
    const lines: string[] = [];
    for (const digits of ['1', '12', '123', '1234567', '12345678', '123456789', '1234567890']) {
      for (const rest of ['', ',', ',5', ',1234567', ',12345678', '.5', ' 5', 'x', ',5x']) {
        for (const sign of ['', '-', '+', '"']) {
          lines.push(`${sign}${digits}${rest}${sign === '"' ? '"' : ''};x;a;`);
        }
      }
    }
    const [fast, generic] = await reports(rows(lines.length, (at) => lines[at]!));
    expect(fast).toBe(generic);
  });
});

describe('a host without WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test('gives the same report', async () => {
    const data = rows(2000, mixed);
    const [fast] = await reports(data);
    vi.resetModules();
    vi.stubGlobal('WebAssembly', undefined);
    const [without, generic] = await reports(data);
    expect(without).toBe(fast);
    expect(generic).toBe(fast);
  });
});
