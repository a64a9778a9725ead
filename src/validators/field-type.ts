/** The cell type of a described field. */
import { ByteTable } from './byte-table.ts';
import type { CellType } from './cell-type.ts';
import { dateType, timePattern } from './date-cells.ts';
import type { Field } from './description.ts';
import { durationType } from './duration-cells.ts';
import { decode } from './encoding.ts';
import { geopointType } from './geopoint-cells.ts';
import { arrayType, geojsonType, objectType, type ReadText } from './json-cells.ts';
import { listType } from './list-cells.ts';
import { integerType, numberType } from './number-cells.ts';
import { strptimeType } from './strptime-cells.ts';
import { formattedType } from './text-formats.ts';

interface FieldType {
  readonly type: CellType;
  /** A property that this version does not follow; the cells are then read as text. */
  readonly unsupported?: string;
}

/** The reader of a field. `text` gives cells as text, in the encoding of the file. */
export function cellTypeOf(field: Field, text: ReadText = readUtf8): FieldType {
  const format = field.format;
  const plain = { type: textType };
  const orFormat = (type: CellType | undefined): FieldType =>
    type === undefined ? { ...plain, unsupported: `format "${format}"` } : { type };
  switch (field.type ?? (field.categories === undefined ? 'any' : 'string')) {
    case 'any':
      return plain;
    case 'string':
      return format === undefined || format === 'default' ? plain : orFormat(formattedType(format));
    case 'integer':
    case 'number': {
      const odd = oddMark(field);
      if (odd !== null) return { ...plain, unsupported: odd };
      return { type: field.type === 'integer' ? integerType(field) : numberType(field) };
    }
    case 'boolean':
      return { type: booleanType(field) };
    case 'year':
      return { type: dateType('year', ['%Y']) };
    case 'yearmonth':
      return { type: dateType('yearmonth', ['%Y-%m']) };
    case 'date':
    case 'time':
    case 'datetime': {
      const kind = field.type as 'date' | 'time' | 'datetime';
      const patterns = timePattern(kind, format);
      return patterns === undefined
        ? orFormat(strptimeType(kind, format!))
        : { type: dateType(kind, patterns) };
    }
    case 'duration':
      return { type: durationType() };
    case 'object':
      return { type: objectType(text) };
    case 'array':
      return { type: arrayType(text) };
    case 'list': {
      const item = field.itemType;
      const typed =
        item === undefined || item === 'string' ? undefined : cellTypeOf({ name: '', type: item }, text);
      return { type: listType(text, field.delimiter ?? ',', typed?.type) };
    }
    case 'geopoint':
      return orFormat(geopointType(text, format ?? 'default'));
    case 'geojson':
      return format === undefined || format === 'default' || format === 'topojson'
        ? { type: geojsonType(text, format === 'topojson') }
        : orFormat(undefined);
  }
}

const readUtf8: ReadText = (buf, start, end) => decode(buf, start, end, 'utf-8');

export const textType: CellType = { kind: 'text', read: () => null, value: Number.NaN, expected: '' };

/** Marks are looked for as single bytes: more than one sign, or a sign beyond ASCII, is not followed. */
function oddMark(field: Field): string | null {
  if (field.groupChar !== undefined && !/^[\0-\x7f\u00a0]$/.test(field.groupChar))
    return `groupChar "${field.groupChar}"`;
  return field.decimalChar === undefined || /^[\0-\x7f]$/.test(field.decimalChar)
    ? null
    : `decimalChar "${field.decimalChar}"`;
}

function booleanType(field: Field): CellType {
  const truths = field.trueValues ?? ['true', 'True', 'TRUE', '1'];
  const falsehoods = field.falseValues ?? ['false', 'False', 'FALSE', '0'];
  const table = new ByteTable([...truths, ...falsehoods]);
  let found = 0;
  return {
    kind: 'boolean',
    value: Number.NaN,
    expected: [...truths, ...falsehoods].join(' | '),
    canonical: () => String(found < truths.length),
    read: (buf, start, end) => {
      found = table.indexOf(buf, start, end);
      return found < 0 ? 'type-error/boolean' : null;
    },
  };
}
