/** Rules over several cells of a row, or over rows: uniqueness, keys, duplicates and row constraints. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import { keyFields, type Resource, type RowConstraint } from './description.ts';
import type { FindingField } from './findings.ts';
import { ForeignKeys } from './foreign-keys.ts';
import { type KeyBudget, KeySet } from './key-set.ts';
import { type KlassCodes, periodOf } from './klass-codes.ts';
import type { RowCells } from './row-cells.ts';
import type { RuleId } from './rules.ts';

interface Key {
  readonly rule: RuleId;
  readonly property: string;
  readonly columns: readonly Column[];
  readonly field: FindingField | null;
  readonly required: boolean;
  readonly set: KeySet;
}

/** Memory that exact uniqueness may use in one check: about five million values. */
const budgetBytes = 128 * 1024 * 1024;

export class RowRules {
  readonly #context: CheckContext;
  readonly #keys: Key[] = [];
  readonly #rows: KeySet | null;
  readonly #constraints: { left: Column; right: Column; rule: RowConstraint }[] = [];
  readonly #columns: readonly Column[];
  /** Columns of codes that are judged at the date in another column, and the rows where the list says nothing of it. */
  readonly #dated: { codes: Column; klass: KlassCodes; date: Column; kind: DateKind; notCovered: number }[] =
    [];
  readonly #foreignKeys: ForeignKeys;
  /** True when a row has to be given to `check`. */
  readonly needed: boolean;

  constructor(context: CheckContext, resource: Resource | undefined, columns: readonly Column[]) {
    this.#context = context;
    this.#columns = columns;
    const budget: KeyBudget = { left: budgetBytes };
    const schema = resource?.schema;
    const named = (name: string) => columns.find((column) => column.field?.name === name);
    const key = (rule: RuleId, property: string, names: readonly string[], required: boolean) => {
      const parts = names.map(named).filter((column) => column !== undefined);
      // A missing column is its own finding, unless the description lets it be missing.
      if (parts.length < names.length) context.findings.unsupported(property, null);
      else {
        const field = parts.length === 1 ? parts[0]! : null;
        this.#keys.push({ rule, property, columns: parts, field, required, set: new KeySet(budget) });
      }
    };
    if (schema?.primaryKey !== undefined)
      key('primary-key', 'primaryKey', keyFields(schema.primaryKey), true);
    for (const names of schema?.uniqueKeys ?? []) key('unique-error', 'uniqueKeys', keyFields(names), false);
    for (const column of columns) {
      if (column.field?.constraints?.unique)
        key('unique-error', 'constraints.unique', [column.field.name], false);
    }
    this.#foreignKeys = new ForeignKeys(context, resource, columns);
    for (const rule of resource?.['no:rowConstraints'] ?? []) {
      const left = named(rule.left);
      const right = named(rule.right);
      if (left === undefined || right === undefined || !comparable(left, right)) {
        context.findings.unsupported(`no:rowConstraints ${rule.left} ${rule.op} ${rule.right}`, null);
      } else {
        this.#constraints.push({ left, right, rule });
      }
    }
    for (const column of columns) {
      const dateField = column.klass?.dateField ?? null;
      if (column.klass === null || dateField === null) continue;
      const date = named(dateField);
      const kind = dateKind(date);
      if (date === undefined || kind === null) {
        context.findings.unsupported(`no:klass ${column.klass.classification} validAt ${dateField}`, column);
      } else {
        this.#dated.push({ codes: column, klass: column.klass, date, kind, notCovered: 0 });
      }
    }
    this.#rows = resource?.['no:duplicates'] === false ? new KeySet(budget) : null;
    this.needed =
      this.#foreignKeys.needed ||
      this.#keys.length > 0 ||
      this.#constraints.length > 0 ||
      this.#dated.length > 0 ||
      this.#rows !== null;
  }

  check(cells: RowCells): void {
    for (const key of this.#keys) this.#checkKey(key, cells);
    const { findings, row, line } = this.#context;
    for (const { left, right, rule } of this.#constraints) {
      if (Number.isNaN(left.value) || Number.isNaN(right.value) || holds(left.value, rule.op, right.value))
        continue;
      if (!findings.count('row-constraint', left, row)) continue;
      cells.select(left.number - 1);
      const shown = left.show(cells.buf, cells.start, cells.end, 'row-constraint');
      const expected = `${rule.left} ${rule.op} ${rule.right}`;
      findings.sample('row-constraint', left, {
        row,
        line,
        byte: cells.byte,
        column: left.place,
        ...shown,
        expected,
      });
    }
    if (this.#foreignKeys.needed) this.#foreignKeys.check(cells);
    for (const dated of this.#dated) {
      const { codes, klass, date, kind } = dated;
      if (Number.isNaN(date.value) || codes.missing) continue;
      const period = periodOf(kind, date.value);
      if (!klass.covers(period)) dated.notCovered += 1;
      else if (!codes.codeValidIn(period)) {
        cells.select(codes.number - 1);
        codes.codeNotValidIn(period, date.field!, cells.buf, cells.start, cells.end, cells.byte);
      }
    }
    if (this.#rows === null) return;
    this.#rows.begin();
    for (let index = 0; index < this.#columns.length; index++) {
      cells.select(index);
      this.#rows.feed(cells.buf, cells.start, cells.end);
    }
    const first = this.#rows.seenIn(row);
    if (first > 0) findings.add('duplicates', null, { row, line, expected: `= ${first}` });
  }

  #checkKey(key: Key, cells: RowCells): void {
    const { findings, row, line } = this.#context;
    key.set.begin();
    for (const column of key.columns) {
      cells.select(column.number - 1);
      if (column.missing) {
        if (key.required) {
          findings.add('primary-key/missing', column, { row, line, byte: cells.byte, column: column.place });
        }
        return;
      }
      key.set.feed(cells.buf, cells.start, cells.end);
    }
    const first = key.set.seenIn(row);
    if (first === 0 || !findings.count(key.rule, key.field, row)) return;
    cells.select(key.columns[0]!.number - 1);
    const shown = key.columns[0]!.show(cells.buf, cells.start, cells.end, key.rule);
    const place = { row, line, byte: cells.byte, column: key.columns[0]!.number };
    findings.sample(key.rule, key.field, { ...place, ...shown, expected: `= ${first}` });
  }

  /** Names what could not be followed to the end of the file. */
  finish(): void {
    this.#foreignKeys.finish();
    for (const key of this.#keys) {
      if (key.set.full) this.#context.findings.unsupported(`${key.property} (> ${key.set.size})`, key.field);
    }
    for (const { codes, klass, date, notCovered } of this.#dated) {
      if (notCovered === 0) continue;
      const property = `no:klass ${klass.classification} validAt ${date.field!.name} (${notCovered})`;
      this.#context.findings.unsupported(property, codes);
    }
    if (this.#rows?.full) this.#context.findings.unsupported(`no:duplicates (> ${this.#rows.size})`, null);
  }
}

type DateKind = Parameters<typeof periodOf>[0];

function dateKind(column: Column | undefined): DateKind | null {
  switch (column?.kind) {
    case 'date':
    case 'datetime':
    case 'year':
    case 'yearmonth':
      return column.kind;
    default:
      return null;
  }
}

function comparable(left: Column, right: Column): boolean {
  const numeric = (column: Column) => column.kind === 'integer' || column.kind === 'number';
  return left.ordered && right.ordered && (left.kind === right.kind || (numeric(left) && numeric(right)));
}

function holds(left: number, op: RowConstraint['op'], right: number): boolean {
  switch (op) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>=':
      return left >= right;
    case '>':
      return left > right;
  }
}
