import { expect, test } from 'vitest';
import type { AppError } from '../../../../src/platform/errors.ts';
import { countFaults, fileFaults, rowFaults } from '../../../../src/portal/staff/description-faults.ts';
import { emptyCells, type RowCells, tableOf } from '../../../../src/portal/staff/description-table.ts';
import { refusedCell } from '../../../../src/portal/staff/refused-cell.ts';
import { parseDataPackage } from '../../../../src/validators/description.ts';

const faults = (cells: Partial<RowCells>) =>
  rowFaults({ key: 'k', base: undefined, cells: { ...emptyCells, name: 'x', ...cells } });

test.each<[Partial<RowCells>, object]>([
  [{}, {}],
  [{ name: '' }, { name: 'name-missing' }],
  [{ min: 'to' }, { min: 'length' }],
  [{ min: '4', max: '3' }, { max: 'crossed' }],
  [{ min: '3', max: '12' }, {}],
  [{ type: 'integer', min: '9', max: '12' }, {}],
  [{ type: 'integer', min: '12', max: '9' }, { max: 'crossed' }],
  [{ type: 'number', min: '0,5' }, {}],
  [{ type: 'integer', max: 'mange' }, { max: 'bound' }],
  [{ type: 'date', min: '2024-01-01', max: '2023-12-31' }, { max: 'crossed' }],
  [{ type: 'date', min: '2024-02-30' }, { min: 'bound' }],
  [{ type: 'date', format: '%d.%m.%Y', min: '01.02.2024' }, {}],
  [{ type: 'date', format: '%H' }, { format: 'format' }],
  [{ type: 'boolean', min: '1' }, { min: 'no-bounds' }],
  [{ pattern: '[a-z' }, { pattern: 'pattern' }],
  [{ pattern: '[a-z]{3}' }, {}],
  [{ codes: 'A; B; A' }, { codes: 'code-twice' }],
])('%o', (cells, expected) => {
  expect(faults(cells)).toEqual(expected);
});

test('a name that stands twice is a fault of the later one', () => {
  let key = 0;
  const table = tableOf(
    { resources: [{ name: 'a', schema: { fields: [{ name: 'x' }, { name: 'y' }, { name: 'x' }] } }] },
    () => `k${key++}`,
  );
  const [file] = table.files;
  expect([...(file === undefined ? [] : fileFaults(file).values())]).toEqual([
    {},
    {},
    { name: 'name-twice' },
  ]);
  expect(countFaults(table)).toBe(1);
});

test('the cell that a refusal is about is found in the words of the service itself', () => {
  const refusal = (field: object): string => {
    try {
      parseDataPackage({
        resources: [{ name: 'a', schema: { fields: [{ name: 'x' }, { name: 'y', ...field }] } }],
      });
      return '';
    } catch (thrown) {
      return (thrown as AppError).detail.nb;
    }
  };
  const cell = (field: object) => refusedCell(refusal(field));
  expect(cell({ constraints: { minLength: -1 } })).toEqual({ file: 0, row: 1, cell: 'min' });
  expect(cell({ constraints: { enum: [] } })).toEqual({ file: 0, row: 1, cell: 'codes' });
  expect(cell({ name: 'x' })).toEqual({ file: 0, row: 1, cell: 'name' });
  expect(cell({ type: 'tekst' })).toEqual({ file: 0, row: 1, cell: 'type' });
  expect(cell({ 'no:sensitivity': 'hemmelig' })).toEqual({ file: 0, row: 1, cell: 'sensitivity' });
  expect(refusedCell('Noe helt annet.')).toBeUndefined();
});
