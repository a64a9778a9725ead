/** The cell type of a described field. */
import { ByteTable } from './byte-table.ts';
import type { CellType } from './cell-type.ts';
import { dateType, timePattern } from './date-cells.ts';
import type { Field } from './description.ts';
import { integerType, numberType } from './number-cells.ts';

/** The reader of a field, and the property that this version does not follow (its cells are then read as text). */
export function cellTypeOf(field: Field): { type: CellType; unsupported?: string } {
  const format = field.format;
  const text = { type: textType };
  switch (field.type ?? (field.categories === undefined ? 'any' : 'string')) {
    case 'any':
      return text;
    case 'string':
      return format === undefined || format === 'default'
        ? text
        : { ...text, unsupported: `format "${format}"` };
    case 'integer':
      return { type: integerType(field) };
    case 'number':
      return { type: numberType(field) };
    case 'boolean':
      return { type: booleanType(field) };
    case 'year':
      return { type: dateType('year', ['%Y']) };
    case 'yearmonth':
      return { type: dateType('yearmonth', ['%Y-%m']) };
    case 'date':
    case 'time':
    case 'datetime': {
      const patterns = timePattern(field.type as 'date' | 'time' | 'datetime', format);
      return patterns === undefined
        ? { ...text, unsupported: `format "${format}"` }
        : { type: dateType(field.type as 'date' | 'time' | 'datetime', patterns) };
    }
    default:
      return { ...text, unsupported: `type "${field.type}"` };
  }
}

export const textType: CellType = { kind: 'text', read: () => null, value: Number.NaN, expected: '' };

function booleanType(field: Field): CellType {
  const truths = field.trueValues ?? ['true', 'True', 'TRUE', '1'];
  const falsehoods = field.falseValues ?? ['false', 'False', 'FALSE', '0'];
  const table = new ByteTable([...truths, ...falsehoods]);
  return {
    kind: 'boolean',
    value: Number.NaN,
    expected: [...truths, ...falsehoods].join(' | '),
    read: (buf, start, end) => (table.indexOf(buf, start, end) < 0 ? 'type-error/boolean' : null),
  };
}
