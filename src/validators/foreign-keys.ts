/** Foreign keys: values that have to stand in other columns of the file, or of a file whose keys are given. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import { type ForeignKey, keyFields, type Resource } from './description.ts';
import { decode } from './encoding.ts';
import type { FindingField } from './findings.ts';
import { ReferenceSet } from './reference-set.ts';
import type { RowCells } from './row-cells.ts';

interface Reference {
  readonly columns: readonly Column[];
  /** Columns of the same file that hold the keys; null when the keys are another file's. */
  readonly targets: readonly Column[] | null;
  /** Per column: compared by value, because both have one. */
  readonly byValue: readonly boolean[];
  readonly field: FindingField | null;
  readonly shown: string;
  readonly property: string;
  readonly set: ReferenceSet;
}

/** Memory for the keys of one foreign key, about four million of them. */
const budgetBytes = 96 * 1024 * 1024;

export class ForeignKeys {
  readonly #context: CheckContext;
  readonly #references: Reference[] = [];
  readonly #number = new Float64Array(1);
  readonly #numberBytes = new Uint8Array(this.#number.buffer);

  constructor(context: CheckContext, resource: Resource | undefined, columns: readonly Column[]) {
    this.#context = context;
    for (const key of resource?.schema?.foreignKeys ?? []) this.#compile(key, resource!.name, columns);
  }

  get needed(): boolean {
    return this.#references.length > 0;
  }

  check(cells: RowCells): void {
    for (const reference of this.#references) {
      const { set, targets, columns } = reference;
      if (targets !== null && this.#begin(set, targets, reference.byValue, cells)) set.add();
      if (!this.#begin(set, columns, reference.byValue, cells, targets === null) || set.has()) continue;
      const { row, line, findings } = this.#context;
      cells.select(columns[0]!.number - 1);
      if (targets !== null) {
        set.wait(row, line, cells.byte);
        continue;
      }
      if (!findings.count('foreign-key', reference.field, row)) continue;
      findings.sample('foreign-key', reference.field, {
        row,
        line,
        byte: cells.byte,
        column: columns[0]!.place,
        ...columns[0]!.show(cells.buf, cells.start, cells.end, 'foreign-key'),
        expected: reference.shown,
      });
    }
  }

  /** Counts references within the file: only now are all of its keys known. */
  finish(): void {
    const { findings } = this.#context;
    for (const { set, field, property, columns, shown } of this.#references) {
      if (set.full) findings.unsupported(`${property} (> ${set.size})`, field);
      for (const { row, line, byte } of set.unmet()) {
        findings.add('foreign-key', field, { row, line, byte, column: columns[0]!.place, expected: shown });
      }
    }
  }

  #compile({ fields, reference }: ForeignKey, own: string, columns: readonly Column[]): void {
    const { findings } = this.#context;
    const named = (names: readonly string[]) => {
      const found = names.map((name) => columns.find((column) => column.field?.name === name));
      return found.every((column) => column !== undefined) ? (found as Column[]) : undefined;
    };
    const names = keyFields(fields);
    const targetNames = keyFields(reference.fields);
    const other = reference.resource === undefined || reference.resource === '' ? own : reference.resource;
    const property = `foreignKeys ${names.join(', ')} → ${other}`;
    const parts = named(names);
    const targets = other === own ? named(targetNames) : null;
    const given = this.#context.referenceKeys.find(
      (keys) => keys.resource === other && keys.fields.join('\n') === targetNames.join('\n'),
    );
    if (parts === undefined || targets === undefined || (targets === null && given === undefined)) {
      findings.unsupported(property, null);
      return;
    }
    const set = new ReferenceSet(budgetBytes);
    const compiled: Reference = {
      columns: parts,
      targets,
      byValue: parts.map((part, index) => targets !== null && sameValues(part, targets[index]!)),
      field: parts.length === 1 ? parts[0]! : null,
      shown: `${other}: ${targetNames.join(', ')}`,
      property,
      set,
    };
    this.#references.push(compiled);
    if (targets !== null) return;
    const utf8 = new TextEncoder();
    for (const key of given!.keys) {
      set.begin();
      for (const value of key) {
        const bytes = utf8.encode(value);
        set.feed(bytes, 0, bytes.length);
      }
      set.add();
    }
  }

  /** Begins the key that the row has in these columns; false when a part of it is missing, which points at nothing. */
  #begin(
    set: ReferenceSet,
    columns: readonly Column[],
    byValue: readonly boolean[],
    cells: RowCells,
    asUtf8 = false,
  ): boolean {
    set.begin();
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      if (column.missing) return false;
      if (byValue[index] && !Number.isNaN(column.value)) {
        this.#number[0] = column.value + 0;
        set.feed(this.#numberBytes, 0, 8);
        continue;
      }
      cells.select(column.number - 1);
      const { encoding } = this.#context.text;
      if (!asUtf8 || encoding === 'utf-8') {
        set.feed(cells.buf, cells.start, cells.end);
      } else {
        const bytes = new TextEncoder().encode(decode(cells.buf, cells.start, cells.end, encoding));
        set.feed(bytes, 0, bytes.length);
      }
    }
    return true;
  }
}

function sameValues(one: Column, other: Column): boolean {
  const numeric = ({ kind }: Column) => kind === 'integer' || kind === 'number';
  return one.ordered && other.ordered && (one.kind === other.kind || (numeric(one) && numeric(other)));
}
