/** A description as a table and back again: one row for each column of the file. What the table does not show stays as it was. Pure. */
import type { Constraints, DataPackage, Field, Resource } from '../../validators/description.ts';
import { renamedKlass, renamedSchema } from './renamed-columns.ts';
import { listOf, listText } from './value-list.ts';

/** What one types; empty text is what is not said. */
export interface RowCells {
  readonly name: string;
  readonly title: string;
  readonly type: Field['type'] | '';
  readonly format: string;
  readonly required: boolean;
  readonly unique: boolean;
  /** Of values, or of the number of characters where values have no order. */
  readonly min: string;
  readonly max: string;
  readonly pattern: string;
  readonly codes: string;
  readonly missing: string;
  readonly identifier: string;
  readonly sensitivity: Field['no:sensitivity'] | '';
}

export type CellName = keyof RowCells;

export interface Row {
  /** Its own as long as the page is open. */
  readonly key: string;
  /** As it was read; undefined for a row that was added. */
  readonly base: Field | undefined;
  readonly cells: RowCells;
}

export interface FileTable {
  readonly key: string;
  readonly base: Resource;
  readonly rows: readonly Row[];
}

export interface DescriptionTable {
  readonly base: DataPackage;
  readonly files: readonly FileTable[];
}

const byLength: ReadonlySet<string> = new Set(['', 'string', 'object', 'array', 'list', 'any', 'geojson']);

/** Whether `min` and `max` are of how long a value is. */
export function isByLength(type: RowCells['type']): boolean {
  return byLength.has(type ?? '');
}

export const emptyCells: RowCells = {
  name: '',
  title: '',
  type: 'string',
  format: '',
  required: false,
  unique: false,
  min: '',
  max: '',
  pattern: '',
  codes: '',
  missing: '',
  identifier: '',
  sensitivity: '',
};

const written = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

const missingText = (value: string | { readonly value: string }): string =>
  typeof value === 'string' ? value : value.value;

export function cellsOf(field: Field): RowCells {
  const { constraints = {} } = field;
  const type = field.type ?? '';
  const length = isByLength(type);
  const identifier = field['no:identifier'];
  return {
    name: field.name,
    title: field.title ?? '',
    type,
    format: field.format ?? '',
    required: constraints.required ?? false,
    unique: constraints.unique ?? false,
    min: written(length ? constraints.minLength : constraints.minimum),
    max: written(length ? constraints.maxLength : constraints.maximum),
    pattern: constraints.pattern ?? '',
    codes: listText((constraints.enum ?? []).map(written)),
    missing: listText((field.missingValues ?? []).map(missingText)),
    identifier: typeof identifier === 'string' ? identifier : (identifier ?? []).join('+'),
    sensitivity: field['no:sensitivity'] ?? '',
  };
}

export function fieldOf({ base, cells }: Pick<Row, 'base' | 'cells'>): Field {
  const start: Field = base ?? { name: '' };
  const before = base === undefined ? { ...emptyCells, type: '' as const } : cellsOf(base);
  const isNew = (name: CellName) => cells[name] !== before[name];
  const field: Record<string, unknown> = { ...start, name: cells.name };
  const put = (into: Record<string, unknown>, key: string, value: unknown) => {
    if (value === undefined || value === '') delete into[key];
    else into[key] = value;
  };
  for (const name of ['title', 'type', 'format'] as const) if (isNew(name)) put(field, name, cells[name]);
  if (isNew('sensitivity')) put(field, 'no:sensitivity', cells.sensitivity);
  if (isNew('identifier')) {
    const kinds = cells.identifier.split('+');
    put(field, 'no:identifier', kinds.length > 1 ? kinds : cells.identifier);
  }
  if (isNew('missing')) put(field, 'missingValues', missingOf(cells.missing, start));
  const constraints: Record<string, unknown> = { ...start.constraints };
  if (isNew('required')) put(constraints, 'required', cells.required || undefined);
  if (isNew('unique')) put(constraints, 'unique', cells.unique || undefined);
  if (isNew('pattern')) put(constraints, 'pattern', cells.pattern);
  putBounds(constraints, cells, before, put);
  if (isNew('codes')) put(constraints, 'enum', codesOf(cells, start.constraints));
  if (Object.keys(constraints).length > 0) field.constraints = constraints;
  else if (isEmptied(start.constraints)) delete field.constraints;
  return field as Field;
}

/** An empty group that was there before stays there. */
function isEmptied(constraints: Constraints | undefined): boolean {
  return constraints !== undefined && Object.keys(constraints).length > 0;
}

function putBounds(
  constraints: Record<string, unknown>,
  cells: RowCells,
  before: RowCells,
  put: (into: Record<string, unknown>, key: string, value: unknown) => void,
): void {
  const length = isByLength(cells.type);
  const turned = length !== isByLength(before.type);
  if (turned) {
    for (const key of ['minLength', 'maxLength', 'minimum', 'maximum']) delete constraints[key];
  }
  for (const [name, ofLength, ofValue] of [
    ['min', 'minLength', 'minimum'],
    ['max', 'maxLength', 'maximum'],
  ] as const) {
    if (!turned && cells[name] === before[name]) continue;
    const text = cells[name].trim();
    const number = length || cells.type === 'integer' || cells.type === 'number' ? numberOf(text) : undefined;
    put(constraints, length ? ofLength : ofValue, number ?? text);
  }
}

/** A number that is written as numbers are; undefined for what is not. */
function numberOf(text: string): number | undefined {
  const number = Number(text.replace(',', '.'));
  return text !== '' && Number.isFinite(number) ? number : undefined;
}

/** Values that stood there before keep their form: labels of missing values, numbers and objects among codes. */
function missingOf(text: string, { missingValues = [] }: Field): Field['missingValues'] {
  const values = listOf(text);
  if (values.length === 0) return undefined;
  return values.map((value) => missingValues.find((each) => missingText(each) === value) ?? value);
}

function codesOf({ codes, type }: RowCells, before: Constraints | undefined): unknown[] | undefined {
  const values = listOf(codes);
  if (values.length === 0) return undefined;
  const numbers = type === 'integer' || type === 'number';
  return values.map((value) => {
    const known = before?.enum?.find((each) => written(each) === value);
    if (known !== undefined) return known;
    const number = numbers ? numberOf(value) : undefined;
    return number !== undefined && String(number) === value ? number : value;
  });
}

/** `keys` gives each row and file a key of its own. */
export function tableOf(content: DataPackage, keys: () => string): DescriptionTable {
  return {
    base: content,
    files: content.resources.map((base) => ({
      key: keys(),
      base,
      rows: (base.schema?.fields ?? []).map((field) => ({ key: keys(), base: field, cells: cellsOf(field) })),
    })),
  };
}

export function descriptionOf({ base, files }: DescriptionTable): DataPackage {
  return { ...base, resources: files.map(resourceOf) };
}

function resourceOf({ base, rows }: FileTable): Resource {
  // A file that is described without its columns stays so until it gets some.
  if (base.schema === undefined && rows.length === 0) return base;
  const names = rows.flatMap((row) =>
    row.base === undefined ? [] : [[row.base.name, row.cells.name] as const],
  );
  const renamed = renamedSchema(base, names);
  const fields = rows.map((row) => renamedKlass(fieldOf(row), names));
  return { ...renamed, schema: { ...renamed.schema, fields } };
}

/** Takes in what was drafted: in the place of the same file, or beside the others. */
export function withDraft(table: DescriptionTable | undefined, drafted: DescriptionTable): DescriptionTable {
  if (table === undefined) return drafted;
  const names = (file: FileTable) => [file.base.name, ...[file.base.path ?? []].flat()];
  const isSame = (one: FileTable, other: FileTable) => names(one).some((name) => names(other).includes(name));
  const added = drafted.files.filter((file) => !table.files.some((one) => isSame(one, file)));
  return {
    base: table.base,
    files: [...table.files.map((one) => drafted.files.find((file) => isSame(one, file)) ?? one), ...added],
  };
}
