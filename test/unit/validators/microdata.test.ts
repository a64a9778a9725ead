/** Timespans of a unit against a plain comparison of every pair, in memory and outside it. */
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDataPackage, type Resource } from '../../../src/validators/description.ts';
import type { Report } from '../../../src/validators/report.ts';
import type { SpillStore } from '../../../src/validators/spill-store.ts';
import { openSpillFile } from '../../../src/validators/worker/spill-file.ts';
import { check, findings } from './check.ts';

function profiled(temporality: string): Resource {
  const resource = { name: 'fil', 'no:profile': 'microdata', 'no:temporality': temporality };
  return parseDataPackage({ resources: [resource] }).resources[0]!;
}

function memoryStore(): SpillStore {
  return {
    createRun() {
      const kept: Uint8Array[] = [];
      return { append: (block) => kept.push(block.slice()), blocks: () => kept };
    },
    close() {},
  };
}

const day = (at: number) =>
  `2020-${String(1 + Math.floor(at / 28)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;

interface Span {
  readonly unit: string;
  readonly start: number;
  readonly stop: number | null;
}

/** Rows that overlap one that begins before them, or at the same time in an earlier row. */
function overlapping(spans: readonly Span[]): number[] {
  const stopOf = (span: Span) => span.stop ?? Number.POSITIVE_INFINITY;
  return spans.flatMap((span, at) => {
    const found = spans.some(
      (other, place) =>
        other.unit === span.unit &&
        (other.start < span.start || (other.start === span.start && place < at)) &&
        stopOf(other) >= span.start,
    );
    return found ? [at + 1] : [];
  });
}

const overlapOf = (report: Report) => report.rules.find((rule) => rule.sub === 'overlap');

describe('timespans of one unit', () => {
  const span = fc.record({
    unit: fc.constantFrom('1', '2', '10', 'en enhet med langt navn', 'x'),
    start: fc.nat(300),
    length: fc.option(fc.nat(9), { freq: 8 }),
  });

  test('every overlap is found, and no other', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 60 }), (drawn) => {
        const spans = drawn.map(({ unit, start, length }) => ({
          unit,
          start,
          stop: length === null ? null : start + length,
        }));
        const rows = spans.map(
          ({ unit, start, stop }) => `${unit};1;${day(start)};${stop === null ? '' : day(stop)};`,
        );
        const report = check(`${rows.join('\n')}\n`, { resource: profiled('EVENT'), maxSamples: 100 });
        const expected = overlapping(spans);
        expect(overlapOf(report)?.samples.map((sample) => sample.row) ?? []).toEqual(expected);
        expect(overlapOf(report)?.count ?? 0).toBe(expected.length);
      }),
      { numRuns: 200 },
    );
  });

  test('outside memory as in it', () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => {
      const start = (at * 7919) % 300;
      return `${(at * 31) % 5000};1;${day(start)};${day(start + (at % 3))};`;
    });
    const data = `${rows.join('\n')}\n`;
    const resource = profiled('ACCUMULATED');
    const inMemory = check(data, { resource });
    expect(overlapOf(inMemory)?.count).toBeGreaterThan(100);
    for (const openSpill of [memoryStore, () => openSpillFile({ folder: tmpdir() })]) {
      expect(check(data, { resource, keyHost: { memoryBytes: 0, openSpill } })).toEqual(inMemory);
    }
    const without = check(data, { resource, keyHost: { memoryBytes: 500_000 } });
    expect(findings(without)).toContain('uniqueness/memory start: 1');
    expect(without.complete).toBe(false);
  });
});

describe('the description', () => {
  const parse = (more: object) => () =>
    parseDataPackage({ resources: [{ name: 'fil', 'no:profile': 'microdata', ...more }] });

  test('has to give the temporality', () => {
    expect(parse({})).toThrow('no:temporality');
  });

  test('has none but the five fields', () => {
    expect(parse({ 'no:temporality': 'EVENT', schema: { fields: [{ name: 'verdi' }] } })).toThrow(
      'schema.fields[0].name',
    );
  });
});
