/** What is wrong in the cells of a description, as they are typed: what the check itself could not follow. Pure. */
import { compileConstraints } from '../../validators/constraints.ts';
import { cellTypeOf } from '../../validators/field-type.ts';
import {
  type CellName,
  type DescriptionTable,
  type FileTable,
  fieldOf,
  isByLength,
  type Row,
} from './description-table.ts';
import { listOf } from './value-list.ts';

export type CellFault =
  | 'name-missing'
  | 'name-twice'
  | 'length'
  | 'bound'
  | 'crossed'
  | 'no-bounds'
  | 'pattern'
  | 'format'
  | 'code-twice';

/** The faults of a row, by its cells. */
export type RowFaults = Partial<Readonly<Record<CellName, CellFault>>>;

/** Of the row by itself. Kept for as long as the row is the same. */
const known = new WeakMap<Row, RowFaults>();

export function rowFaults(row: Row): RowFaults {
  const before = known.get(row);
  if (before !== undefined) return before;
  const found = findFaults(row);
  known.set(row, found);
  return found;
}

function findFaults(row: Row): RowFaults {
  const { cells } = row;
  const faults: { [Name in CellName]?: CellFault } = {};
  if (cells.name === '') faults.name = 'name-missing';
  const codes = listOf(cells.codes);
  if (new Set(codes).size < codes.length) faults.codes = 'code-twice';
  const field = fieldOf(row);
  const { type, unsupported } = cellTypeOf(field);
  if (unsupported !== undefined && cells.format !== '') faults.format = 'format';
  if (isByLength(cells.type)) {
    for (const name of ['min', 'max'] as const) {
      if (cells[name].trim() !== '' && !/^\d{1,9}$/.test(cells[name].trim())) faults[name] = 'length';
    }
    if (faults.min === undefined && faults.max === undefined && isCrossed(cells.min, cells.max))
      faults.max = 'crossed';
  }
  if (unsupported !== undefined) return faults;
  const followed = compileConstraints(field, type);
  if (followed.unsupported.includes('constraints.pattern')) faults.pattern = 'pattern';
  const fault = type.show === undefined ? 'no-bounds' : 'bound';
  if (followed.unsupported.includes('constraints.minimum')) faults.min = fault;
  if (followed.unsupported.includes('constraints.maximum')) faults.max = fault;
  if (!isByLength(cells.type) && faults.min === undefined && faults.max === undefined) {
    // The upper bound by itself, tried with the lower one as its value: the reader knows the order of its own type.
    const bytes = new TextEncoder().encode(cells.min.trim());
    const upper = followed.limits.find(({ rule }) => rule === 'constraint-error/maximum');
    const readable = cells.min.trim() !== '' && type.read(bytes, 0, bytes.length) === null;
    if (upper !== undefined && readable && !upper.holds(type.value)) faults.max = 'crossed';
  }
  return faults;
}

function isCrossed(min: string, max: string): boolean {
  return min.trim() !== '' && max.trim() !== '' && Number(min) > Number(max);
}

/** Names that stand twice in a file, the second time and later, are faults of their rows. */
export function fileFaults(file: FileTable): ReadonlyMap<string, RowFaults> {
  const seen = new Set<string>();
  return new Map(
    file.rows.map((row) => {
      const { name } = row.cells;
      const twice = name !== '' && seen.has(name);
      seen.add(name);
      return [row.key, twice ? { ...rowFaults(row), name: 'name-twice' as const } : rowFaults(row)];
    }),
  );
}

export function countFaults({ files }: DescriptionTable): number {
  return files
    .flatMap((file) => [...fileFaults(file).values()])
    .reduce((sum, faults) => sum + Object.keys(faults).length, 0);
}
