/** Lines that could not be read: a broken quote and what follows it, reported once with all its lines. */
import type { Findings } from './findings.ts';
import type { Sample } from './report.ts';

type LostRule = 'structure/quote' | 'structure/too-long';

export class LostLines {
  readonly #findings: Findings;
  #rule: LostRule = 'structure/quote';
  #first = 0;
  #last = 0;
  /** Null when no sample is wanted any more. */
  #sample: Partial<Sample> | null = null;
  /** True until there is a record with all its cells again. */
  waiting = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Counts a record that is lost, and waits for the lines that belong to it. */
  open(rule: LostRule, row: number | null, line: number, place: Partial<Sample>): void {
    this.#rule = rule;
    this.#first = line;
    this.#last = line;
    this.#sample = this.#findings.count(rule, null, row) ? { row, line, ...place } : null;
    this.waiting = true;
  }

  /** The line belongs to what was lost. */
  extend(line: number): void {
    this.#last = line;
  }

  close(): void {
    if (!this.waiting) return;
    this.waiting = false;
    if (this.#sample === null) return;
    const expected = this.#last > this.#first ? { expected: `${this.#first}–${this.#last}` } : {};
    this.#findings.sample(this.#rule, null, { ...this.#sample, ...expected });
  }
}
