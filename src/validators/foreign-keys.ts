/** Foreign keys: values that have to stand in other columns of the file, or of another file of the package. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import { type ForeignKey, keyFields, type Resource } from './description.ts';
import type { FindingField } from './findings.ts';
import { addJoinedCell, comparedByValue } from './key-cells.ts';
import { KeyJoin } from './key-join.ts';
import { placeMaker } from './key-places.ts';
import type { KeyPlace } from './key-spill.ts';
import type { Evidence } from './report.ts';
import type { RowCells } from './row-cells.ts';
import type { RuleId } from './rules.ts';

interface Reference {
  readonly columns: readonly Column[];
  /** Columns of the same file that hold the keys; null when the keys are another file's. */
  readonly targets: readonly Column[] | null;
  /** Per column: compared by value, because both have one. */
  readonly byValue: readonly boolean[];
  readonly field: FindingField | null;
  readonly shown: string;
  readonly property: string;
  readonly join: KeyJoin;
  readonly place: (cells: RowCells) => KeyPlace;
  seen: number;
  unmet: number;
  /** The first in order of rows. */
  readonly samples: KeyPlace[];
}

const rule: RuleId = 'foreign-key';

export class ForeignKeys {
  readonly #context: CheckContext;
  readonly #references: Reference[] = [];

  constructor(context: CheckContext, resource: Resource | undefined, columns: readonly Column[]) {
    this.#context = context;
    for (const key of resource?.schema?.foreignKeys ?? []) this.#compile(key, resource!.name, columns);
  }

  get needed(): boolean {
    return this.#references.length > 0;
  }

  check(cells: RowCells): void {
    const { findings, row } = this.#context;
    for (const reference of this.#references) {
      const { join, targets, columns, byValue } = reference;
      if (targets !== null && this.#build(join, targets, byValue, cells)) join.offer();
      if (!this.#build(join, columns, byValue, cells)) continue;
      reference.seen += 1;
      if (join.refer(() => reference.place(cells))) continue;
      reference.unmet += 1;
      findings.count(rule, reference.field, row);
      if (reference.samples.length < findings.maxSamples) reference.samples.push(reference.place(cells));
    }
  }

  /** Counts references that wait for their key: only now are all keys known. */
  finish(): void {
    const { findings } = this.#context;
    for (const reference of this.#references) this.#finishOne(reference);
    const samples = this.#references.flatMap((reference) =>
      reference.samples.map((place) => ({ reference, place })),
    );
    samples.sort((a, b) => a.place.row - b.place.row);
    for (const { reference, place } of samples) {
      const { field, columns, shown } = reference;
      if (!findings.wants(rule, field)) continue;
      findings.sample(rule, field, { ...place, column: columns[0]!.place, expected: shown });
    }
  }

  /** How far each foreign key could be followed. */
  evidence(): Evidence[] {
    return this.#references.map(({ property, join, seen, unmet }) => ({
      subject: 'foreign-key',
      source: 'declared',
      value: `${property}: ${join.failed ? 'not complete' : join.key.exact ? 'exact' : 'exact, but for a chance of less than 2^-60'}`,
      agreeing: join.failed ? null : seen - unmet,
      seen,
    }));
  }

  #finishOne(reference: Reference): void {
    const { join, field, property, samples } = reference;
    const { findings } = this.#context;
    let count = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = 0;
    join.finish((place) => {
      count += 1;
      lowest = Math.min(lowest, place.row);
      highest = Math.max(highest, place.row);
      if (samples.length === findings.maxSamples && place.row > (samples.at(-1)?.row ?? -1)) return;
      const before = samples.findLastIndex((one) => one.row < place.row);
      samples.splice(before + 1, 0, place);
      if (samples.length > findings.maxSamples) samples.pop();
    });
    if (join.failed) findings.add('foreign-key/not-compared', field, { expected: property });
    if (count > 0) findings.countLate(rule, field, { count, lowest, highest });
    reference.unmet += count;
  }

  #compile(foreign: ForeignKey, own: string, columns: readonly Column[]): void {
    const { findings, referenced } = this.#context;
    const { fields, reference } = foreign;
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
    if (parts === undefined || targets === undefined) {
      findings.unsupported(property, null);
      return;
    }
    const field = parts.length === 1 ? parts[0]! : null;
    const known = targets === null ? referenced(foreign) : undefined;
    if (targets === null && known?.state !== 'known') {
      const files = known?.files ?? [other];
      const state = known?.state === 'unread' ? 'foreign-key/file-not-read' : 'foreign-key/file-missing';
      findings.add(state, field, { expected: files.join(', ') });
      return;
    }
    const key = known?.state === 'known' ? known.key : null;
    this.#references.push({
      columns: parts,
      targets,
      byValue:
        key?.byValue ?? parts.map((part, index) => comparedByValue(part.field, targets![index]!.field)),
      field,
      shown: `${other}: ${targetNames.join(', ')}`,
      property,
      join: key?.join ?? new KeyJoin(this.#context.room),
      place: placeMaker(this.#context, parts[0]!, rule),
      seen: 0,
      unmet: 0,
      samples: [],
    });
  }

  /** Builds the key that the row has in these columns; false when a part of it is missing, which points at nothing. */
  #build(join: KeyJoin, columns: readonly Column[], byValue: readonly boolean[], cells: RowCells): boolean {
    join.key.begin();
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      if (column.missing) return false;
      addJoinedCell(join.key, column, byValue[index]!, cells, this.#context.text.encoding);
    }
    join.key.end();
    return true;
  }
}
