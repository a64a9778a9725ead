/** Counts what is found: exact per rule and field, with a capped number of masked samples. */

import type { Rule, Sample } from './report.ts';
import { type RuleId, ruleOrder, ruleTable, type Severity, splitRule } from './rules.ts';

/** The field a finding belongs to. */
export interface FindingField {
  readonly name: string | null;
  readonly number: number;
}

/** How often a rule of the report was broken, or has been so far. */
export type RuleCount = Pick<Rule, 'code' | 'sub' | 'field' | 'fieldNumber' | 'severity' | 'count'>;

interface Finding {
  readonly id: RuleId;
  readonly severity: Severity;
  readonly field: FindingField | null;
  count: number;
  firstRow: number | null;
  lastRow: number | null;
  readonly samples: Sample[];
}

export const nowhere: Sample = {
  row: null,
  line: null,
  byte: null,
  column: null,
  shape: null,
  value: null,
  expected: null,
};

/** In the whole report, so that a table of thousands of columns that are all wrong stays readable by a program. */
const limitSamples = 20_000;

const severityOrder: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

export class Findings {
  readonly #maxSamples: number;
  readonly #byField: Map<RuleId, Finding>[] = [];
  /** By field: the finding counted last, as a field that goes wrong most often does so in one way. */
  readonly #latest: (Finding | undefined)[] = [];
  readonly #infos: Finding[] = [];
  #errors = 0;
  #samplesLeft = limitSamples;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  /** Findings of severity error so far. */
  get errors(): number {
    return this.#errors;
  }

  /** Counts one finding; true when a sample is still wanted (give it with `sample`). */
  count(id: RuleId, field: FindingField | null, row: number | null, severity?: Severity): boolean {
    const slot = field === null ? 0 : field.number;
    let finding = slot < this.#latest.length ? this.#latest[slot] : undefined;
    if (finding === undefined || finding.id !== id) finding = this.#findingOf(id, field, slot, row, severity);
    finding.count += 1;
    if (row !== null) {
      finding.firstRow ??= row;
      finding.lastRow = row;
    }
    if (finding.severity === 'error') this.#errors += 1;
    return finding.samples.length < this.#maxSamples && this.#samplesLeft > 0;
  }

  #findingOf(
    id: RuleId,
    field: FindingField | null,
    slot: number,
    row: number | null,
    severity: Severity | undefined,
  ): Finding {
    let found = this.#byField[slot];
    if (found === undefined) {
      found = new Map();
      this.#byField[slot] = found;
    }
    let finding = found.get(id);
    if (finding === undefined) {
      const gravity = severity ?? ruleTable[id];
      finding = { id, severity: gravity, field, count: 0, firstRow: row, lastRow: row, samples: [] };
      found.set(id, finding);
    }
    this.#latest[slot] = finding;
    return finding;
  }

  get maxSamples(): number {
    return this.#maxSamples;
  }

  /** True when a sample of a finding that `count` has counted is still wanted. */
  wants(id: RuleId, field: FindingField | null): boolean {
    const finding = this.#byField[field?.number ?? 0]?.get(id);
    return finding !== undefined && finding.samples.length < this.#maxSamples && this.#samplesLeft > 0;
  }

  /** Counts what was found after the last row, out of the order of rows. */
  countLate(
    id: RuleId,
    field: FindingField | null,
    late: { readonly count: number; readonly lowest: number; readonly highest: number },
  ): void {
    const lastRow = this.#byField[field?.number ?? 0]?.get(id)?.lastRow ?? 0;
    this.count(id, field, late.lowest);
    const finding = this.#byField[field?.number ?? 0]!.get(id)!;
    finding.count += late.count - 1;
    finding.firstRow = Math.min(finding.firstRow ?? late.lowest, late.lowest);
    finding.lastRow = Math.max(lastRow, late.highest);
    if (finding.severity === 'error') this.#errors += late.count - 1;
  }

  /** Adds a sample to a finding that `count` has just counted. */
  sample(id: RuleId, field: FindingField | null, sample: Partial<Sample>): void {
    this.#samplesLeft -= 1;
    this.#byField[field?.number ?? 0]?.get(id)?.samples.push({ ...nowhere, ...sample });
  }

  /** One finding with its sample. */
  add(id: RuleId, field: FindingField | null, sample: Partial<Sample>, severity?: Severity): void {
    if (this.count(id, field, sample.row ?? null, severity)) this.sample(id, field, sample);
  }

  /** A property of the description that was not checked. It is named, so that nobody takes it for checked. */
  unsupported(property: string, field: FindingField | null): void {
    const known = this.#infos.find((info) => info.field?.number === field?.number);
    const sample: Sample = { ...nowhere, expected: property };
    if (known !== undefined) {
      known.count += 1;
      if (known.samples.length < this.#maxSamples) known.samples.push(sample);
      return;
    }
    this.#infos.push({
      id: 'format/unsupported',
      severity: 'info',
      field,
      count: 1,
      firstRow: null,
      lastRow: null,
      samples: [sample],
    });
  }

  /** Every finding as a rule of the report: errors first; file, labels, cells; by field; in the table's order. */
  rules(hint: (id: RuleId, severity: Severity, samples: readonly Sample[]) => string): Rule[] {
    return this.#inOrder().map((finding) => ({
      ...countOf(finding),
      firstRow: finding.firstRow,
      lastRow: finding.lastRow,
      samples: finding.samples,
      hint: hint(finding.id, finding.severity, finding.samples),
    }));
  }

  /** What is counted so far, in the order of the report; the first `limit` of it. */
  counts(limit: number): RuleCount[] {
    return this.#inOrder().slice(0, limit).map(countOf);
  }

  #inOrder(): Finding[] {
    const all = [
      ...this.#byField.flatMap((found) => (found === undefined ? [] : [...found.values()])),
      ...this.#infos,
    ];
    return all.sort(
      (a, b) =>
        severityOrder[a.severity] - severityOrder[b.severity] ||
        scope(a) - scope(b) ||
        (a.field?.number ?? 0) - (b.field?.number ?? 0) ||
        ruleOrder(a.id) - ruleOrder(b.id),
    );
  }
}

function countOf({ id, field, severity, count }: Finding): RuleCount {
  return {
    ...splitRule(id),
    field: field?.name ?? null,
    fieldNumber: field?.number ?? null,
    severity,
    count,
  };
}

/** 0 for the file, 1 for labels, 2 for cells. */
function scope(finding: Finding): number {
  if (finding.field === null) return 0;
  return finding.firstRow === null ? 1 : 2;
}
