/** Rules over several cells of a row, or over rows: uniqueness, keys, duplicates and row constraints. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import { keyFields, type Resource, type RowConstraint } from './description.ts';
import { Findings } from './findings.ts';
import { ForeignKeys } from './foreign-keys.ts';
import { addCell } from './key-cells.ts';
import { placeMaker } from './key-places.ts';
import type { KeyRoom } from './key-room.ts';
import type { KeyPlace } from './key-spill.ts';
import { type KlassCodes, periodOf } from './klass-codes.ts';
import { MicrodataRows } from './microdata-rows.ts';
import type { Evidence, Sample } from './report.ts';
import type { RowCells } from './row-cells.ts';
import type { RowChecks } from './row-checks.ts';
import type { RuleId } from './rules.ts';
import { UniqueRows } from './unique-rows.ts';

interface Key {
  readonly columns: readonly Column[];
  readonly required: boolean;
  readonly rows: UniqueRows;
  readonly place: (cells: RowCells) => KeyPlace;
}

export class RowRules implements RowChecks {
  readonly #context: CheckContext;
  readonly #keys: Key[] = [];
  readonly #rows: UniqueRows | null;
  /** Where equal rows are declared: looks for the first pair, and is null when there is one. */
  #repeats: UniqueRows | null;
  readonly #microdata: MicrodataRows | null;
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
    const { room } = context;
    const schema = resource?.schema;
    const named = (name: string) => columns.find((column) => column.field?.name === name);
    const key = (rule: RuleId, property: string, names: readonly string[], required: boolean) => {
      const parts = names.map(named).filter((column) => column !== undefined);
      // A missing column is its own finding, unless the description lets it be missing.
      if (parts.length < names.length) context.findings.unsupported(property, null);
      else {
        const field = parts.length === 1 ? parts[0]! : null;
        const shown = `${property} ${names.join(', ')}`;
        const rows = new UniqueRows(context.findings, room, rule, shown, field, parts[0]!.place);
        this.#keys.push({ columns: parts, required, rows, place: placeMaker(context, parts[0]!, rule) });
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
    this.#rows =
      resource?.['no:duplicates'] === false
        ? new UniqueRows(context.findings, room, 'duplicates', 'no:duplicates', null, null)
        : null;
    this.#repeats = resource?.['no:duplicates'] === true ? declaredRepeats(room) : null;
    const [unit, start, stop] = [named('unit_id'), named('start'), named('stop')];
    const temporality = resource?.['no:profile'] === 'microdata' ? resource['no:temporality'] : undefined;
    this.#microdata =
      temporality === undefined || unit === undefined || start === undefined || stop === undefined
        ? null
        : new MicrodataRows(context, room, temporality, { unit, start, stop });
    this.needed =
      this.#microdata !== null ||
      this.#foreignKeys.needed ||
      this.#keys.length > 0 ||
      this.#constraints.length > 0 ||
      this.#dated.length > 0 ||
      this.#rows !== null ||
      this.#repeats !== null;
  }

  check(cells: RowCells): void {
    for (const key of this.#keys) this.#checkKey(key, cells);
    const { findings, row, line } = this.#context;
    for (const { left, right, rule } of this.#constraints) {
      // A value that is missing or wrong breaks no rule between two: an end that is not known yet is no fault.
      const a = valueBeside(left, right);
      const b = valueBeside(right, left);
      if (Number.isNaN(a) || Number.isNaN(b) || holds(a, rule.op, b)) continue;
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
      const period = periodOf(kind, date.day);
      if (!klass.covers(period)) dated.notCovered += 1;
      else if (!codes.codeValidIn(period)) {
        cells.select(codes.number - 1);
        codes.codeNotValidIn(period, date.field!, cells.buf, cells.start, cells.end, cells.byte);
      }
    }
    this.#microdata?.check(cells);
    const rows = this.#rows ?? this.#repeats;
    if (rows === null) return;
    const { key } = rows;
    key.begin();
    for (let index = 0; index < this.#columns.length; index++) {
      cells.select(index);
      key.addBytes(cells.buf, cells.start, cells.end);
    }
    key.end();
    rows.see(row, () => ({ row, line, byte: null, shape: null, value: null }));
    if (this.#repeats !== null && this.#repeats.repeated > 0) this.#repeats = null;
  }

  #checkKey({ columns, required, rows, place }: Key, cells: RowCells): void {
    const { findings, row, line } = this.#context;
    const { key } = rows;
    key.begin();
    for (const column of columns) {
      cells.select(column.number - 1);
      if (column.missing) {
        if (required) {
          findings.add('primary-key/missing', column, { row, line, byte: cells.byte, column: column.place });
        }
        return;
      }
      addCell(key, column, cells);
    }
    key.end();
    rows.see(row, () => place(cells));
  }

  /** Names what could not be followed to the end of the file. */
  finish(): void {
    this.#finishKeys();
    this.#finishRepeats();
    this.#microdata?.finish();
    this.#foreignKeys.finish();
    for (const { codes, klass, date, notCovered } of this.#dated) {
      if (notCovered === 0) continue;
      const property = `no:klass ${klass.classification} validAt ${date.field!.name} (${notCovered})`;
      this.#context.findings.unsupported(property, codes);
    }
  }

  /** How far each rule of uniqueness could be followed. */
  evidence(): Evidence[] {
    return [
      ...this.#uniqueRules().map((rule) => rule.evidence()),
      ...this.#foreignKeys.evidence(),
      ...(this.#microdata?.evidence() ?? []),
    ];
  }

  /** Equal rows were declared, and every row is another: the file or the description is not the one that was meant. */
  #finishRepeats(): void {
    const repeats = this.#repeats;
    if (repeats === null) return;
    repeats.finish();
    const { findings } = this.#context;
    if (repeats.fault !== null) findings.unsupported('no:duplicates', null);
    else if (repeats.repeated === 0 && repeats.seen > 0) findings.add('duplicates/none', null, {});
  }

  #finishKeys(): void {
    const { findings } = this.#context;
    const rules = this.#uniqueRules();
    // Rules without a field of their own share one finding, so their samples are put in order of rows together.
    const samples = new Map<string, { rule: UniqueRows; samples: Sample[] }>();
    for (const rule of rules) {
      rule.finish();
      const place = `${rule.rule} ${rule.field?.number ?? 0}`;
      const known = samples.get(place);
      if (known === undefined) samples.set(place, { rule, samples: rule.samples() });
      else known.samples.push(...rule.samples());
      if (rule.fault !== null) findings.add(rule.fault.rule, rule.field, { expected: rule.fault.expected });
    }
    for (const { rule, samples: found } of samples.values()) {
      found.sort((a, b) => a.row! - b.row!);
      for (const sample of found) {
        if (findings.wants(rule.rule, rule.field)) findings.sample(rule.rule, rule.field, sample);
      }
    }
  }

  #uniqueRules(): UniqueRows[] {
    return [...this.#keys.map((key) => key.rows), ...(this.#rows === null ? [] : [this.#rows])];
  }
}

/** Counts for itself: what is looked for is no finding. */
function declaredRepeats(room: KeyRoom): UniqueRows {
  return new UniqueRows(new Findings(0), room, 'duplicates', 'no:duplicates', null, null);
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
  const dated = (column: Column) => column.kind === 'date' || column.kind === 'datetime';
  return (
    left.ordered &&
    right.ordered &&
    (left.kind === right.kind || (numeric(left) && numeric(right)) || (dated(left) && dated(right)))
  );
}

/** A moment compared with a day is that day. */
function valueBeside(column: Column, other: Column): number {
  const wholeDay = column.kind === 'datetime' && other.kind === 'date';
  return wholeDay && !Number.isNaN(column.value) ? column.day : column.value;
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
