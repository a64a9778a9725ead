/** The cell that a property of a description is shown in, and that a refusal of the service is about. Pure. */
import type { CellName } from './description-table.ts';

/** The cell that shows a property of a column. */
export const cellByProperty: Readonly<Record<string, CellName>> = {
  name: 'name',
  title: 'title',
  type: 'type',
  format: 'format',
  missingValues: 'missing',
  'no:identifier': 'identifier',
  'no:sensitivity': 'sensitivity',
  'constraints.required': 'required',
  'constraints.unique': 'unique',
  'constraints.minLength': 'min',
  'constraints.minimum': 'min',
  'constraints.maxLength': 'max',
  'constraints.maximum': 'max',
  'constraints.pattern': 'pattern',
  'constraints.enum': 'codes',
};

/** The cell that a refusal of the service is about: it names the property, `resources[0].schema.fields[3].name`. */
export function refusedCell(detail: string): { file: number; row: number; cell: CellName } | undefined {
  const found = /resources\[(\d+)\]\.schema\.fields\[(\d+)\]\.((?:no:)?[A-Za-z]+(?:\.[A-Za-z]+)?)/.exec(
    detail,
  );
  if (found === null) return undefined;
  const [, file, row, property = ''] = found;
  const cell = cellByProperty[property] ?? cellByProperty[property.split('.')[0] ?? ''];
  return cell === undefined ? undefined : { file: Number(file), row: Number(row), cell };
}
