/** Blank lines: an error when a record follows, a remark at the end of the file. */
import type { Findings } from './findings.ts';
import type { Sample } from './report.ts';

export class BlankRows {
  readonly #findings: Findings;
  readonly #maxSamples: number;
  #count = 0;
  #samples: Partial<Sample>[] = [];

  constructor(findings: Findings, maxSamples: number) {
    this.#findings = findings;
    this.#maxSamples = maxSamples;
  }

  get waiting(): boolean {
    return this.#count > 0;
  }

  add(line: number, byte: number): void {
    this.#count += 1;
    if (this.#samples.length < this.#maxSamples) this.#samples.push({ line, byte });
  }

  /** Counts the blank lines met since the last record. */
  report(rule: 'blank-row' | 'blank-row/at-end'): void {
    for (let index = 0; index < this.#count; index++) {
      if (!this.#findings.count(rule, null, null)) continue;
      const sample = this.#samples[index];
      if (sample !== undefined) this.#findings.sample(rule, null, sample);
    }
    this.#count = 0;
    this.#samples = [];
  }
}
