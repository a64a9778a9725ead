/** What a property of the check engine is to the fuzzer: a claim, how many cases it is owed, and a batch of them from a seed. */
import fc from 'fast-check';

/** A case is one file (or one text for the scanner) whose reading was compared with what it should be. */
export interface FuzzProperty {
  /** As the command line names it. */
  readonly name: string;
  /** What a failure contradicts. */
  readonly claim: string;
  /** Its share of a run of a million. */
  readonly cases: number;
  /** Drawn values in a batch of a second or so. */
  readonly batchRuns: number;
  readonly batch: (draw: Draw) => Promise<BatchResult>;
}

export interface Draw {
  readonly seed: number;
  readonly runs: number;
  /** Where fast-check found the smallest counterexample; for a repetition. */
  readonly path?: string | undefined;
}

export interface BatchResult {
  readonly cases: number;
  /** What went wrong, with the seed; null when nothing did. */
  readonly failure: string | null;
}

/**
 * A property over values of an arbitrary. `judge` throws when the claim does not hold; it gives the number of files
 * compared where that is not one.
 */
export function propertyOf<T>(
  about: Pick<FuzzProperty, 'name' | 'claim' | 'cases' | 'batchRuns'>,
  values: fc.Arbitrary<T>,
  judge: (value: T) => number | undefined,
): FuzzProperty {
  return {
    ...about,
    batch: ({ seed, runs, path }) => {
      let cases = 0;
      const property = fc.property(values, (value) => {
        cases += judge(value) ?? 1;
      });
      const details = fc.check(property, { seed, numRuns: runs, ...(path === undefined ? {} : { path }) });
      const failure = details.failed
        ? `${fc.defaultReportMessage(details) ?? ''}
${String(details.errorInstance)}`
        : null;
      return Promise.resolve({ cases, failure });
    },
  };
}

/** Throws with what stands around the first difference, when they are not the same text. */
export function demandSame(found: string, expected: string, where: string): void {
  if (found === expected) return;
  let at = 0;
  while (found[at] === expected[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 200), at + 400);
  throw new Error(`${where}, at ${at}:\n  found    ${around(found)}\n  expected ${around(expected)}`);
}
