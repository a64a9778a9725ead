/** A field's constraints, made ready for bytes and values. */
import { ByteTable } from './byte-table.ts';
import type { CellType } from './cell-type.ts';
import type { Field } from './description.ts';
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
  if (declared.pattern !== undefined) unsupported.push('constraints.pattern');
  if (declared.jsonSchema !== undefined) unsupported.push('constraints.jsonSchema');
  const codes = codesOf(field);
  return {
    required: declared.required ?? false,
    unique: declared.unique ?? false,
    minLength: declared.minLength ?? 0,
    maxLength: declared.maxLength ?? Number.POSITIVE_INFINITY,
    limits,
    codes: codes === null ? null : new CodeCounter(codes, type),
    unsupported,
  };
}

type LimitName = 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum';

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
        : Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}

function codesOf(field: Field): readonly string[] | null {
  const declared = field.constraints?.enum;
  if (declared !== undefined) return declared.map(String);
  return field.categories?.map((entry) => String(typeof entry === 'object' ? entry.value : entry)) ?? null;
}

/** A code list and how often each code was met. Numbers are compared as numbers, everything else as text. */
export class CodeCounter {
  readonly expected: string;
  readonly #codes: readonly string[];
  readonly #counts: Float64Array;
  readonly #byText: ByteTable;
  readonly #byValue: ReadonlyMap<number, number> | null;

  constructor(codes: readonly string[], type: CellType) {
    this.#codes = codes;
    this.#counts = new Float64Array(codes.length);
    this.#byText = new ByteTable(codes);
    this.#byValue =
      type.show === undefined
        ? null
        : new Map(codes.map((code, index) => [boundOf(code, type) ?? Number.NaN, index]));
    const shown = codes.slice(0, 8).join(', ');
    this.expected = codes.length > 8 ? `${shown} … (${codes.length})` : shown;
  }

  /** The place of the cell's code in the list, counted; -1 when it is not there. */
  find(buf: Uint8Array, start: number, end: number, value: number): number {
    let index = this.#byText.indexOf(buf, start, end);
    if (index < 0 && this.#byValue !== null) index = this.#byValue.get(value) ?? -1;
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
