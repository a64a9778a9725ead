/** The header against the description: which column is which field, and what is wrong with the labels. */
import type { Field, Schema } from './description.ts';
import type { FindingField, Findings } from './findings.ts';
import { labelMayBeShown, looksLikeData, shapeOf } from './masking.ts';
import { variableNameFaults } from './names.ts';
import type { Sample } from './report.ts';
import type { RuleId } from './rules.ts';

export interface Label {
  readonly text: string;
  readonly byte: number;
}

/** A column of the file: the field that describes it, or null, and a name that may be shown, or null. */
export interface ColumnPlan {
  readonly name: string | null;
  readonly field: Field | null;
}

/** Beyond this many columns, findings on labels are counted for the file, not for each column. */
const limitNamed = 200;

/** Columns by position: for files without a header. */
export function planWithoutHeader(schema: Schema | undefined, cells: number): ColumnPlan[] {
  const count = schema?.fields.length ?? cells;
  return Array.from({ length: count }, (_, index) => {
    const field = schema?.fields[index] ?? null;
    return { name: field?.name ?? null, field };
  });
}

/** Columns by label. What is wrong goes to `findings`. */
export function planByHeader(
  findings: Findings,
  labels: readonly Label[],
  line: number,
  schema: Schema | undefined,
  options: { outgoing: boolean },
): ColumnPlan[] {
  const fields = schema?.fields ?? [];
  const described = new Map(fields.map((field) => [field.name, field]));
  const seen = new Set<string>();
  const columns: (Field | null)[] = labels.map((label) => {
    if (seen.has(label.text)) return null;
    seen.add(label.text);
    return described.get(label.text) ?? null;
  });
  if (isData(labels, columns)) {
    findings.add('structure/no-header', null, { line, byte: labels[0]!.byte, column: 1 });
    const positional = labels.length === fields.length;
    return labels.map((_, index) => {
      const field = positional ? fields[index]! : null;
      return { name: field?.name ?? null, field };
    });
  }
  // With a description, labels of which not one is described may be a first row of words: they stay hidden.
  const trusted = schema === undefined || columns.some((field) => field !== null);
  const mayShow = (label: string) => described.has(label) || (trusted && labelMayBeShown(label));
  const report = new LabelReport(findings, labels, line, mayShow);
  judgeNames(report, labels, described, options);
  if (schema !== undefined) {
    const match = schema.fieldsMatch ?? 'exact';
    matchNearly(report, labels, columns, fields);
    if (match === 'exact' && labels.length === fields.length) matchByPlace(report, columns, fields);
    judgeMatch(report, match, labels, columns, fields);
  }
  return labels.map((label, index) => {
    const field = columns[index] ?? null;
    return { name: field?.name ?? (mayShow(label.text) ? label.text : null), field };
  });
}

/** True for a first record that is data: no label is described, and some are numbers, dates or empty. */
function isData(labels: readonly Label[], columns: readonly (Field | null)[]): boolean {
  if (columns.some((field) => field !== null)) return false;
  const suspects = labels.filter((label) => label.text !== '' && looksLikeData(label.text)).length;
  return suspects > 0 && (suspects * 3 >= labels.length || labels.some((label) => /\d{6}/.test(label.text)));
}

function judgeNames(
  report: LabelReport,
  labels: readonly Label[],
  described: ReadonlyMap<string, Field>,
  { outgoing }: { outgoing: boolean },
): void {
  const seen = new Map<string, number>();
  labels.forEach(({ text }, index) => {
    if (text.trim() === '') {
      report.add('blank-label', index, null);
      return;
    }
    const first = seen.get(text);
    if (first !== undefined) report.add('duplicate-label', index, `≠ ${first + 1}`);
    else seen.set(text, index);
    // A name that the description itself bears is the agency's own, and no reason to refuse the file.
    for (const rule of variableNameFaults(text)) {
      report.add(
        rule,
        index,
        rule === 'variable-name/length' ? '≤ 32' : 'A–Z a–z 0–9 _',
        described.has(text) || outgoing ? 'warning' : 'error',
      );
    }
  });
}

/** A label that differs in case, blanks or hyphens only is the field, under a wrong name. */
function matchNearly(
  report: LabelReport,
  labels: readonly Label[],
  columns: (Field | null)[],
  fields: readonly Field[],
): void {
  const fold = (text: string) => text.toLowerCase().replace(/[\s\u00a0\ufeff_.-]+/g, '');
  const free = new Map<string, number>();
  labels.forEach((label, index) => {
    if (columns[index] === null && !free.has(fold(label.text))) free.set(fold(label.text), index);
  });
  const found = new Set(columns);
  for (const field of fields) {
    const index = found.has(field) ? undefined : free.get(fold(field.name));
    if (index === undefined || columns[index] !== null) continue;
    columns[index] = field;
    report.add('incorrect-label/name', index, field.name);
  }
}

/** With as many columns as fields, an unknown label where a field is missing is that field, under a wrong name. */
function matchByPlace(report: LabelReport, columns: (Field | null)[], fields: readonly Field[]): void {
  const found = new Set(columns);
  fields.forEach((field, index) => {
    if (columns[index] !== null || found.has(field)) return;
    columns[index] = field;
    report.add('incorrect-label/name', index, field.name);
  });
}

function judgeMatch(
  report: LabelReport,
  match: NonNullable<Schema['fieldsMatch']>,
  labels: readonly Label[],
  columns: readonly (Field | null)[],
  fields: readonly Field[],
): void {
  const found = new Set(columns);
  const missing = fields.filter((field) => !found.has(field));
  const mayMiss = match === 'superset' || (match === 'partial' && missing.length < fields.length);
  if (!mayMiss) {
    const places = new Map(fields.map((field, index) => [field, index + 1]));
    for (const field of missing) report.missing(field.name, places.get(field)!);
  }
  if (match === 'exact' || match === 'equal' || match === 'superset') {
    const seen = new Set<string>();
    columns.forEach((field, index) => {
      const { text } = labels[index]!;
      const repeated = seen.has(text);
      seen.add(text);
      if (field === null && !repeated && text.trim() !== '') report.add('extra-label', index, null);
    });
  }
  if (match !== 'exact' || missing.length > 0 || found.has(null)) return;
  columns.forEach((field, index) => {
    if (field !== fields[index]) report.add('incorrect-label/order', index, fields[index]?.name ?? null);
  });
}

/** Puts findings on labels in place, and shows a label only when it is described or cannot be data. */
class LabelReport {
  readonly #findings: Findings;
  readonly #labels: readonly Label[];
  readonly #line: number;
  readonly #mayShow: (label: string) => boolean;

  constructor(
    findings: Findings,
    labels: readonly Label[],
    line: number,
    mayShow: (label: string) => boolean,
  ) {
    this.#findings = findings;
    this.#labels = labels;
    this.#line = line;
    this.#mayShow = mayShow;
  }

  add(rule: RuleId, index: number, expected: string | null, severity?: 'error' | 'warning'): void {
    const label = this.#labels[index]!;
    const known = this.#mayShow(label.text);
    const shown: Partial<Sample> = known ? { value: label.text } : { shape: shapeOf(label.text) };
    const field: FindingField | null =
      index < limitNamed ? { name: known ? label.text : null, number: index + 1 } : null;
    const place = { line: this.#line, byte: label.byte, column: index + 1 };
    this.#findings.add(rule, field, { ...place, ...shown, expected }, severity);
  }

  /** A field that no column bears; its number is its place in the description. */
  missing(name: string, number: number): void {
    this.#findings.add('missing-label', { name, number }, { line: this.#line, expected: name });
  }
}
