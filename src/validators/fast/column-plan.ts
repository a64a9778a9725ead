/** How the fast path reads each column: an operation where the cell's form is plain, else the column itself. */
import type { CheckContext } from '../check-context.ts';
import type { Column } from '../column.ts';
import type { CodeCounter } from '../constraints.ts';
import type { Field } from '../description.ts';
import { encode } from '../encoding.ts';
import { type IdentifierKind, identifierLength } from '../identity-numbers.ts';
import { type CodeTable, codeTable, type PackedCode, packCode } from './code-lookup.ts';

/** As row-kernel.as numbers them. */
export const op = {
  /** The column reads every cell. */
  column: 0,
  text: 1,
  code: 2,
  integer: 3,
  number: 4,
  person: 5,
  organisation: 6,
  dateYmd: 7,
  dateDmy: 8,
  dateCompact: 9,
  /** Nothing declared: each of the three above. */
  dateAny: 10,
} as const;

/** What a plan knows beside its operation; the rest have their neutral values. */
export interface ColumnPlan {
  readonly op: number;
  /** Byte between the parts of a date; the decimal mark, -1 while the column has shown none. */
  readonly mark: number;
  /** Of persons' numbers: the day that two digits mean, the month that the next two do; 0 for none. */
  readonly days: { readonly days: Uint8Array; readonly months: Uint8Array } | null;
  /** Of dates: where the digits of yyyymmdd stand in the cell. */
  readonly digitsAt: readonly number[] | null;
  /** Makes the table of the column's codes, each counted where `countedAt` says. */
  readonly table: ((countedAt: (code: number) => number) => CodeTable) | null;
  /** Where the counts of the column's codes begin among all, and who takes them in the end; null where nobody does. */
  readonly firstPlace: number;
  readonly counter: CodeCounter | null;
  /** Bit n: a missing value has n bytes (31 for more), so that such a cell must be compared. The empty value aside. */
  readonly missingLengths: number;
  readonly emptyIsMissing: boolean;
}

export interface Plan {
  readonly columns: readonly ColumnPlan[];
  /** Places of codes, over all columns; place 0 is nobody's. */
  readonly places: number;
}

const comma = 0x2c;
/** Larger tables fall out of the processor's cache, and the fast path out of its purpose. */
const limitCodes = 1 << 15;

/** Properties that say nothing about what is right, or that the operations follow. Any other leaves the column alone. */
const knownProperties = new Set([
  ...['name', 'title', 'description', 'example', 'type', 'format', 'constraints', 'categories'],
  ...['categoriesOrdered', 'missingValues', 'decimalChar', 'groupChar', 'bareNumber'],
  ...['no:identifier', 'no:controlDigits', 'no:sensitivity', 'no:klass'],
]);
const knownConstraints = new Set([
  ...['required', 'unique', 'minLength', 'maxLength', 'enum'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
]);

export function planColumns(columns: readonly Column[], context: CheckContext, delimiter: number): Plan {
  let places = 1;
  const plans = columns.map((column): ColumnPlan => {
    const { missing, constraints } = column.reading;
    const plain: ColumnPlan = {
      op: op.column,
      mark: -1,
      days: null,
      digitsAt: null,
      table: null,
      firstPlace: 0,
      counter: null,
      missingLengths: lengthsOf(missing),
      emptyIsMissing: missing.includes('') && !constraints.required,
    };
    const field = column.field;
    if (field === null) return { ...plain, op: op.text };
    if (!isPlain(field)) return plain;
    const kind = field['no:identifier'];
    const declared = field.constraints ?? {};
    const bounded = declared.minLength !== undefined || declared.maxLength !== undefined;
    const codes = codesOf(column, delimiter);
    if (kind !== undefined) {
      // Several kinds in one column.
      if (typeof kind !== 'string') return plain;
      if (codes !== null || column.klass !== null || bounded) return plain;
      return { ...plain, ...identifierPlan(kind, field, context.refuseSynthetic) };
    }
    if (codes !== null) {
      if (!isText(column, field)) return plain;
      const first = places;
      if (codes.known.length > limitCodes) return plain;
      places += codes.counter.codes.length;
      const table: ColumnPlan['table'] = (countedAt) =>
        codeTable(codes.known.map(({ packed, place }) => ({ packed, countedAt: countedAt(first + place) })));
      return { ...plain, op: op.code, table, firstPlace: first, counter: codes.counter };
    }
    if (isText(column, field)) return { ...plain, op: op.text };
    // A property that is not followed makes text of the column.
    return column.kind === field.type ? { ...plain, ...typedPlan(field, delimiter) } : plain;
  });
  return { columns: plans, places };
}

function isPlain(field: Field): boolean {
  return (
    Object.keys(field).every((name) => knownProperties.has(name)) &&
    Object.keys(field.constraints ?? {}).every((name) => knownConstraints.has(name))
  );
}

/** A field whose every cell is right as far as its type goes. */
function isText({ kind }: Column, field: Field): boolean {
  if (kind !== 'text') return false;
  const type = field.type ?? (field.categories === undefined ? 'any' : 'string');
  return type === 'any' || (type === 'string' && (field.format ?? 'default') === 'default');
}

function lengthsOf(missing: readonly string[]): number {
  let lengths = 0;
  for (const word of missing) {
    if (word === '') continue;
    for (const encoding of ['utf-8', 'windows-1252'] as const) {
      const bytes = encode(word, encoding);
      if (bytes !== undefined) lengths |= 1 << Math.min(31, bytes.length);
    }
  }
  return lengths;
}

/** The codes that a cell of the column may have without any finding; null for a column without one single list. */
function codesOf(
  column: Column,
  delimiter: number,
): { counter: CodeCounter; known: { packed: PackedCode; place: number }[] } | null {
  const { codes, minLength, maxLength } = column.reading.constraints;
  const klass = column.klass;
  const counter = codes ?? klass?.counter ?? null;
  if (counter === null) return null;
  const known: { packed: PackedCode; place: number }[] = [];
  // With both lists, or dates by the row, the column reads every cell itself.
  if ((codes !== null && klass !== null) || (klass !== null && klass.dateField !== null))
    return { counter, known };
  const seen = new Set<string>();
  counter.codes.forEach((code, place) => {
    const packed = packCode(code, delimiter);
    if (packed === undefined || seen.has(code)) return;
    seen.add(code);
    if (code.length < minLength || code.length > maxLength || klass?.validThen(place) === false) return;
    known.push({ packed, place });
  });
  return { counter, known };
}

function identifierPlan(kind: IdentifierKind, field: Field, refuseSynthetic: boolean): Partial<ColumnPlan> {
  if (kind === 'orgnr') return { op: op.organisation };
  if (identifierLength[kind] !== 11 || field['no:controlDigits'] === 'strict') return {};
  const days = new Uint8Array(100);
  const months = new Uint8Array(100);
  for (let day = 1; day <= 31; day++) {
    if (kind !== 'dnr') days[day] = day;
    if (kind === 'dnr' || kind === 'person') days[day + 40] = day;
  }
  for (let month = 1; month <= 12; month++) {
    months[kind === 'hnr' ? month + 40 : month] = month;
    if (kind !== 'hnr' && !refuseSynthetic) months[month + 80] = month;
  }
  return { op: op.person, days: { days, months } };
}

function typedPlan(field: Field, delimiter: number): Partial<ColumnPlan> {
  const { minLength, maxLength } = field.constraints ?? {};
  if (minLength !== undefined || maxLength !== undefined) return {};
  // A digit, a sign or a mark that groups would change what the plain forms mean.
  const group = field.groupChar;
  if (group !== undefined && group !== ' ' && group !== '\u00a0') return {};
  switch (field.type) {
    case 'integer':
      return { op: op.integer };
    case 'number':
      // Where the decimal mark may be the delimiter, `1,5` is a number in quotes only, and two cells without.
      if (delimiter === comma && field.decimalChar !== '.') return {};
      // What is stripped from a number that is not bare may have a mark of its own.
      if (field.decimalChar === undefined) return field.bareNumber === false ? {} : { op: op.number };
      return /^[.,]$/.test(field.decimalChar) ? { op: op.number, mark: field.decimalChar.charCodeAt(0) } : {};
    case 'date':
      return datePlan(field.format);
    default:
      return {};
  }
}

const ymdAt = [0, 1, 2, 3, 5, 6, 8, 9];
const dmyAt = [6, 7, 8, 9, 3, 4, 0, 1];
const compactAt = [0, 1, 2, 3, 4, 5, 6, 7];

function datePlan(format: string | undefined): Partial<ColumnPlan> {
  if (format === undefined || format === 'any') return { op: op.dateAny };
  if (format === 'default' || format === '%F') return { op: op.dateYmd, mark: 0x2d, digitsAt: ymdAt };
  if (format === '%Y%m%d') return { op: op.dateCompact, digitsAt: compactAt };
  const ymd = /^%Y([-./])%m\1%d$/.exec(format);
  if (ymd !== null) return { op: op.dateYmd, mark: ymd[1]!.charCodeAt(0), digitsAt: ymdAt };
  const dmy = /^%d([-./])%m\1%Y$/.exec(format);
  return dmy === null ? {} : { op: op.dateDmy, mark: dmy[1]!.charCodeAt(0), digitsAt: dmyAt };
}
