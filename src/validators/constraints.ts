/** A field's constraints, made ready for bytes and values. */
import { ByteTable } from './byte-table.ts';
import type { CellType } from './cell-type.ts';
import type { Field } from './description.ts';
import { compileJsonSchema, type JsonSchemaCheck } from './json-schema.ts';
import { compilePattern } from './patterns.ts';
import type { RuleId } from './rules.ts';

export interface Limit {
  readonly rule: RuleId;
  readonly expected: string;
  readonly holds: (value: number) => boolean;
}

export interface CompiledConstraints {
  readonly required: boolean;
  readonly unique: boolean;
  readonly minLength: number;
  readonly maxLength: number;
  readonly limits: readonly Limit[];
  readonly codes: CodeCounter | null;
  readonly pattern: { readonly text: string; readonly holds: (text: string) => boolean } | null;
  readonly jsonSchema: JsonSchemaCheck | null;
  /** Constraints that this version does not check. */
  readonly unsupported: readonly string[];
}

export function compileConstraints(field: Field, type: CellType): CompiledConstraints {
  const declared = field.constraints ?? {};
  const unsupported: string[] = [];
  const limits: Limit[] = [];
  const limit = (name: LimitName, sign: string, test: (value: number, bound: number) => boolean) => {
    const written = declared[name];
    if (written === undefined) return;
    const bound = boundOf(written, type);
    if (bound === undefined) {
      unsupported.push(`constraints.${name}`);
      return;
    }
    // NaN (the number type's own NaN) is below and above nothing.
    limits.push({
      rule: `constraint-error/${name}`,
      expected: `${sign} ${written}`,
      holds: (value) => Number.isNaN(value) || test(value, bound),
    });
  };
  limit('minimum', '≥', (value, bound) => value >= bound);
  limit('maximum', '≤', (value, bound) => value <= bound);
  limit('exclusiveMinimum', '>', (value, bound) => value > bound);
  limit('exclusiveMaximum', '<', (value, bound) => value < bound);
  const text = declared.pattern;
  const holds = text === undefined ? undefined : compilePattern(text);
  if (text !== undefined && holds === undefined) unsupported.push('constraints.pattern');
  const codes = codesOf(field);
  return {
    required: declared.required ?? false,
    unique: declared.unique ?? false,
    minLength: declared.minLength ?? 0,
    maxLength: declared.maxLength ?? Number.POSITIVE_INFINITY,
    limits,
    codes: codes === null ? null : new CodeCounter(codes, type),
    pattern: text === undefined || holds === undefined ? null : { text, holds },
    jsonSchema: jsonSchemaOf(declared.jsonSchema, type, unsupported),
    unsupported,
  };
}

type LimitName = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum';

function jsonSchemaOf(declared: unknown, type: CellType, unsupported: string[]): JsonSchemaCheck | null {
  if (declared === undefined) return null;
  const compiled = 'json' in type ? compileJsonSchema(declared) : { unsupported: '' };
  if (!('unsupported' in compiled)) return compiled;
  const { unsupported: keyword } = compiled;
  unsupported.push(`constraints.jsonSchema${keyword === '' ? '' : ` (${keyword})`}`);
  return null;
}

/** A bound is written as the field's own values are, or as the standard writes them. */
function boundOf(written: string | number, type: CellType): number | undefined {
  if (type.show === undefined) return undefined;
  const text = String(written);
  const bytes = new TextEncoder().encode(text);
  const value =
    type.kind === 'integer' || type.kind === 'number'
      ? Number(text.trim() === '' ? Number.NaN : text.replace(',', '.'))
      : type.read(bytes, 0, bytes.length) === null
        ? type.value
        : type.standard?.read(bytes, 0, bytes.length) === null
          ? type.standard.value
          : Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}

/** The codes as they may stand in a file; with both an enum and categories, those of the enum that are categories too. */
function codesOf(field: Field): readonly string[] | null {
  const written = (code: unknown) => (typeof code === 'object' ? JSON.stringify(code) : String(code));
  const declared = field.constraints?.enum?.map(written);
  const categories = field.categories?.map((entry) =>
    written(typeof entry === 'object' ? entry.value : entry),
  );
  if (declared === undefined || categories === undefined) return declared ?? categories ?? null;
  return declared.filter((code) => categories.includes(code));
}

/** A code list and how often each code was met. Compared as text and by value: 1,0 is 1, and P12M is P1Y. */
export class CodeCounter {
  readonly expected: string;
  readonly #codes: readonly string[];
  readonly #counts: Float64Array;
  readonly #byText: ByteTable;
  readonly #byValue: ReadonlyMap<number, number> | null;
  readonly #byCanonical: ReadonlyMap<string, number> | null;
  readonly #type: CellType;

  constructor(codes: readonly string[], type: CellType) {
    this.#codes = codes;
    this.#type = type;
    this.#counts = new Float64Array(codes.length);
    this.#byText = new ByteTable(codes);
    this.#byValue =
      type.show === undefined
        ? null
        : new Map(codes.map((code, index) => [boundOf(code, type) ?? Number.NaN, index]));
    this.#byCanonical =
      type.canonical === undefined
        ? null
        : new Map(codes.map((code, index) => [canonicalOf(code, type), index]));
    const shown = codes.slice(0, 8).join(', ');
    this.expected = codes.length > 8 ? `${shown} … (${codes.length})` : shown;
  }

  /** The place of the cell's code in the list, counted; -1 when it is not there. The cell is the one its type read last. */
  find(buf: Uint8Array, start: number, end: number, value: number): number {
    let index = this.#byText.indexOf(buf, start, end);
    if (index < 0 && this.#byValue !== null && !Number.isNaN(value)) index = this.#byValue.get(value) ?? -1;
    if (index < 0 && this.#byCanonical !== null) index = this.#byCanonical.get(this.#type.canonical!()) ?? -1;
    if (index >= 0) this.#counts[index]! += 1;
    return index;
  }

  /** The codes, each at its place. */
  get codes(): readonly string[] {
    return this.#codes;
  }

  /** Counts cells whose code the fast path found. */
  add(place: number, cells: number): void {
    this.#counts[place]! += cells;
  }

  distinct(): number {
    return this.#counts.reduce((met, count) => met + (count > 0 ? 1 : 0), 0);
  }

  /** The codes met most often, at most `limit`, each at least `threshold` times. */
  top(limit: number, threshold: number): { value: string; count: number }[] {
    return this.#codes
      .map((value, index) => ({ value, count: this.#counts[index]!, index }))
      .filter(({ count }) => count >= threshold)
      .sort((a, b) => b.count - a.count || a.index - b.index)
      .slice(0, limit)
      .map(({ value, count }) => ({ value, count }));
  }
}

/** A code as its type writes it; as it stands where the type cannot read it (the standard's `true` in a field of ja and nei). */
function canonicalOf(code: string, type: CellType): string {
  // JSON in ASCII means the same in every encoding of a file.
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const bytes = new TextEncoder().encode('json' in type ? code.replace(/[^\0-\x7f]/g, escaped) : code);
  return type.read(bytes, 0, bytes.length) === null ? type.canonical!() : code;
}
