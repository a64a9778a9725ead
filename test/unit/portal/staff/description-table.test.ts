import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cellsOf,
  type DescriptionTable,
  descriptionOf,
  emptyCells,
  fieldOf,
  isByLength,
  type RowCells,
  tableOf,
  withDraft,
} from '../../../../src/portal/staff/description-table.ts';
import { fieldTypes } from '../../../../src/portal/staff/field-types.ts';
import { type DataPackage, type Field, parseDataPackage } from '../../../../src/validators/description.ts';

let count = 0;
const keys = () => {
  count += 1;
  return `k${count}`;
};

const text = fc.string({ minLength: 1, maxLength: 12 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const bound = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), text);

/** Fields as anybody may have written them, with properties that the table does not show. */
const field: fc.Arbitrary<Field> = fc
  .record({
    name: text,
    title: maybe(fc.string()),
    type: maybe(fc.constantFrom(...fieldTypes)),
    format: maybe(text),
    description: maybe(text),
    decimalChar: maybe(fc.constantFrom(',', '.')),
    missingValues: maybe(
      fc.array(fc.oneof(fc.string(), fc.record({ value: fc.string(), label: text })), { maxLength: 3 }),
    ),
    'no:identifier': maybe(
      fc.oneof(fc.constantFrom('person', 'orgnr'), fc.constant(['fnr', 'dnr'] as const)),
    ),
    'no:sensitivity': maybe(fc.constantFrom('directIdentifier', 'quasi', 'public')),
    constraints: maybe(
      fc
        .record({
          required: maybe(fc.boolean()),
          unique: maybe(fc.boolean()),
          minLength: maybe(fc.nat()),
          maxLength: maybe(fc.nat()),
          minimum: maybe(bound),
          maximum: maybe(bound),
          exclusiveMinimum: maybe(bound),
          pattern: maybe(fc.string()),
          enum: maybe(
            fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 4 }),
          ),
        })
        .map(defined),
    ),
  })
  .map((one) => defined(one) as Field);

function defined<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}

const content = (fields: readonly Field[]): DataPackage => ({
  name: 'd',
  'no:own': { kept: true },
  resources: [{ name: 'a', path: 'a.csv', schema: { fields: [...fields], missingValues: [''] } }],
});

test('a description that nobody has touched comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
      const before = content(fields);
      expect(descriptionOf(tableOf(before, keys))).toEqual(before);
    }),
  );
});

/** What a person may type, in the form in which it is shown again. */
const cells: fc.Arbitrary<RowCells> = fc
  .record({
    name: text,
    title: fc.string(),
    type: fc.constantFrom(...fieldTypes),
    format: fc.constantFrom('', '%Y-%m-%d'),
    required: fc.boolean(),
    unique: fc.boolean(),
    min: fc.nat({ max: 99 }).map(String),
    max: fc.nat({ max: 99 }).map(String),
    pattern: fc.constantFrom('', '[A-Z]+'),
    codes: fc.constantFrom('', '1; 2', 'A; "b; c"; 01', '""; x'),
    missing: fc.constantFrom('', '""; NA'),
    identifier: fc.constantFrom('', 'person', 'orgnr', 'fnr+dnr'),
    sensitivity: fc.constantFrom('' as const, 'quasi' as const, 'public' as const),
  })
  .chain((row) => fc.constantFrom(row, { ...row, min: '', max: '' }));

test('what is typed into a row, new or read, is shown again as it was typed', () => {
  fc.assert(
    fc.property(cells, maybe(field), (typed, base) => {
      expect(cellsOf(fieldOf({ base, cells: typed }))).toEqual(typed);
    }),
  );
});

test('what is typed is a description that the service takes', () => {
  fc.assert(
    fc.property(cells, (typed) => {
      const made = fieldOf({ base: undefined, cells: typed });
      expect(parseDataPackage(content([made])).resources[0]?.schema?.fields[0]).toEqual(made);
    }),
  );
});

test('changing one cell leaves every other property alone', () => {
  fc.assert(
    fc.property(field, (base) => {
      const { title: _title, ...rest } = fieldOf({ base, cells: { ...cellsOf(base), title: 'Ny tittel' } });
      const { title: _before, ...before } = base;
      expect(rest).toEqual(before);
    }),
  );
});

test('a column that turns from text to number takes its limits with it', () => {
  const base: Field = {
    name: 'x',
    type: 'string',
    constraints: { minLength: 1, maxLength: 4, unique: true },
  };
  const turned = fieldOf({ base, cells: { ...cellsOf(base), type: 'integer' } });
  expect(turned).toEqual({
    name: 'x',
    type: 'integer',
    constraints: { minimum: 1, maximum: 4, unique: true },
  });
  expect([isByLength('string'), isByLength('integer')]).toEqual([true, false]);
});

test('labels of missing values and the form of codes stay when others are added', () => {
  const base: Field = {
    name: 'x',
    type: 'integer',
    missingValues: ['', { value: '99', label: 'ukjent' }],
    constraints: { enum: [1, '02'] },
  };
  const more = fieldOf({
    base,
    cells: { ...cellsOf(base), codes: '1; 02; 3; 04', missing: '""; 99; 98' },
  });
  expect(more.missingValues).toEqual(['', { value: '99', label: 'ukjent' }, '98']);
  expect(more.constraints?.enum).toEqual([1, '02', 3, '04']);
});

test('a new name is followed through keys, rules and the days of classifications', () => {
  const before: DataPackage = {
    resources: [
      {
        name: 'a',
        schema: {
          fields: [
            { name: 'id', type: 'string' },
            { name: 'dag', type: 'date' },
            { name: 'kode', type: 'string', 'no:klass': { classification: 7, validAt: { field: 'dag' } } },
          ],
          primaryKey: ['id', 'dag'],
          uniqueKeys: ['id'],
          foreignKeys: [
            { fields: 'id', reference: { resource: 'b', fields: 'id' } },
            { fields: 'kode', reference: { fields: 'id' } },
          ],
        },
        'no:rowConstraints': [{ left: 'id', op: '<', right: 'dag' }],
      },
    ],
  };
  const table = tableOf(before, keys);
  const renamed: Readonly<Record<string, string>> = { id: 'nr', dag: 'dato' };
  const edited: DescriptionTable = {
    ...table,
    files: table.files.map((file) => ({
      ...file,
      rows: file.rows.map((row) => ({
        ...row,
        cells: { ...row.cells, name: renamed[row.cells.name] ?? row.cells.name },
      })),
    })),
  };
  const [after] = descriptionOf(edited).resources;
  expect(after?.schema).toMatchObject({
    primaryKey: ['nr', 'dato'],
    uniqueKeys: ['nr'],
    foreignKeys: [
      { fields: 'nr', reference: { resource: 'b', fields: 'id' } },
      { fields: 'kode', reference: { fields: 'nr' } },
    ],
  });
  expect(after?.schema?.fields[2]?.['no:klass']).toEqual({ classification: 7, validAt: { field: 'dato' } });
  expect(after?.['no:rowConstraints']).toEqual([{ left: 'nr', op: '<', right: 'dato' }]);
  expect(() => parseDataPackage(descriptionOf(edited))).not.toThrow();
});

test('a draft takes the place of the same file, and stands beside others', () => {
  const draft = (name: string, column: string) =>
    tableOf({ resources: [{ name, path: `${name}.csv`, schema: { fields: [{ name: column }] } }] }, keys);
  const names = (table: DescriptionTable) =>
    descriptionOf(table).resources.map((one) => `${one.name}: ${one.schema?.fields[0]?.name}`);
  const both = withDraft(draft('a', 'x'), draft('b', 'y'));
  expect(names(both)).toEqual(['a: x', 'b: y']);
  expect(names(withDraft(both, draft('a', 'z')))).toEqual(['a: z', 'b: y']);
  expect(names(withDraft(undefined, both))).toEqual(['a: x', 'b: y']);
});

test('a file that is described without its columns stays so', () => {
  const before: DataPackage = { resources: [{ name: 'a', path: 'a.parquet' }] };
  expect(descriptionOf(tableOf(before, keys))).toEqual(before);
  expect(fieldOf({ base: undefined, cells: { ...emptyCells, name: 'x' } })).toEqual({
    name: 'x',
    type: 'string',
  });
});
