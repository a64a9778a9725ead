/** One column: reads its cells by type and constraints, counts them, and keeps the profile. */
import { ByteTable } from './byte-table.ts';
import type { CellType } from './cell-type.ts';
import type { CheckContext } from './check-context.ts';
import { type CompiledConstraints, compileConstraints } from './constraints.ts';
import type { Field } from './description.ts';
import { countChars, decode } from './encoding.ts';
import { cellTypeOf } from './field-type.ts';
import { checkIdentifier, type IdentifierFault, type IdentifierKind } from './identity-numbers.ts';
import { harmless, shapeOf } from './masking.ts';
import { isScientific } from './number-cells.ts';
import { findPersonNumber } from './person-number-search.ts';
import type { ColumnProfile } from './report.ts';
import type { RuleId } from './rules.ts';

const limitTop = 10;
/** Codes met more seldom, and bounds of fewer values, are not shown: what is rare may point at somebody. */
const threshold = 5;

const identifierRules: Record<IdentifierFault, RuleId> = {
  'lost-leading-zero': 'identifier/lost-leading-zero',
  'numeric-storage': 'identifier/numeric-storage',
  length: 'identifier/length',
  characters: 'identifier/characters',
  date: 'identifier/date',
  'control-1': 'identifier/control-1',
  'control-2': 'identifier/control-2',
  synthetic: 'identifier/synthetic',
};

const identifierForms: Record<IdentifierKind, string> = {
  person: 'DDMMYYNNNNN (11)',
  fnr: 'DDMMYYNNNNN (11)',
  dnr: 'DDMMYYNNNNN (11)',
  hnr: 'DDMMYYNNNNN (11)',
  duf: 'NNNNNNNNNNNN (12)',
  orgnr: 'NNNNNNNNN (9)',
};

/** What a spreadsheet leaves where a formula failed, in English and Norwegian. */
const formulaErrors = new ByteTable([
  ...[
    '#REF!',
    '#N/A',
    '#VALUE!',
    '#DIV/0!',
    '#NAME?',
    '#NUM!',
    '#NULL!',
    '#SPILL!',
    '#CALC!',
    '#GETTING_DATA',
  ],
  ...['#VERDI!', '#I/T', '#NAVN?', '#TALL!', '#NULL?', '#OVERFLYT!'],
]);

export class Column {
  /** Position in the file, from 1. */
  readonly number: number;
  readonly name: string | null;
  readonly field: Field | null;
  /** The last cell's value: what orders it, NaN without order, missing or wrong. */
  value = Number.NaN;
  /** True when the last cell was a declared missing value. */
  missing = false;

  readonly #context: CheckContext;
  readonly #type: CellType;
  readonly #missingValues: ByteTable | null;
  readonly #constraints: CompiledConstraints;
  readonly #identifier: IdentifierKind | null;
  readonly #strict: '2032' | 'strict';
  readonly #search: 'text' | 'number' | 'none';
  readonly #mayShow: boolean;
  #count = 0;
  #missingCount = 0;
  #invalid = 0;
  #minLength = Number.POSITIVE_INFINITY;
  #maxLength = -1;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** `missingValues` are the schema's; `field` null for a column that nobody described. */
  constructor(
    context: CheckContext,
    number: number,
    name: string | null,
    field: Field | null,
    missingValues: readonly string[],
  ) {
    this.#context = context;
    this.number = number;
    this.name = name;
    this.field = field;
    const { type, unsupported } = cellTypeOf(field ?? { name: '' });
    this.#type = type;
    this.#identifier = field?.['no:identifier'] ?? null;
    this.#strict = field?.['no:controlDigits'] ?? '2032';
    const missing =
      field?.missingValues?.map((entry) => (typeof entry === 'string' ? entry : entry.value)) ??
      missingValues;
    this.#missingValues = missing.length === 1 && missing[0] === '' ? null : new ByteTable(missing);
    this.#constraints = compileConstraints(field ?? { name: '' }, type);
    const kind = field?.type ?? 'any';
    this.#search =
      this.#identifier !== null
        ? 'none'
        : kind === 'integer' || kind === 'number'
          ? 'number'
          : type.show === undefined
            ? 'text'
            : 'none';
    this.#mayShow =
      this.#identifier === null &&
      field?.['no:sensitivity'] !== 'directIdentifier' &&
      (field?.['no:sensitivity'] === 'public' || this.#constraints.codes !== null);
    if (field === null) return;
    const properties = [
      ...(unsupported === undefined ? [] : [unsupported]),
      ...this.#constraints.unsupported,
    ];
    if (field['no:klass'] !== undefined) properties.push('no:klass');
    for (const property of properties) context.findings.unsupported(property, this);
  }

  get kind(): CellType['kind'] {
    return this.#type.kind;
  }

  /** True when values of the column have an order. */
  get ordered(): boolean {
    return this.#identifier === null && this.#type.show !== undefined;
  }

  /** Reads the cell `buf[start, end)`; `high` when it has bytes beyond ASCII; `byte` is its place in the file. */
  cell(buf: Uint8Array, start: number, end: number, high: boolean, byte: number): void {
    this.#count += 1;
    this.value = Number.NaN;
    this.missing =
      this.#missingValues === null ? start === end : this.#missingValues.indexOf(buf, start, end) >= 0;
    if (this.missing) {
      this.#missingCount += 1;
      if (this.#constraints.required) {
        this.#invalid += 1;
        this.#fault('constraint-error/required', buf, start, end, byte, null);
      }
      return;
    }
    const chars = high ? countChars(buf, start, end, this.#context.text.encoding) : end - start;
    if (chars < this.#minLength) this.#minLength = chars;
    if (chars > this.#maxLength) this.#maxLength = chars;
    const fault =
      this.#identifier === null ? this.#readTyped(buf, start, end) : this.#readIdentifier(buf, start, end);
    let wrong = fault !== null;
    if (fault !== null) {
      const expected = this.#identifier === null ? this.#type.expected : identifierForms[this.#identifier];
      this.#fault(fault, buf, start, end, byte, fault.startsWith('spreadsheet') ? null : expected);
    } else {
      wrong = this.#checkConstraints(buf, start, end, chars, byte);
    }
    if (this.#search !== 'none' && chars >= 11 && (this.#search === 'text' || chars === 11)) {
      if (findPersonNumber(buf, start, end)) {
        wrong ||= this.#context.described;
        this.#fault('unexpected-identifier', buf, start, end, byte, null);
      }
    }
    if (wrong) this.#invalid += 1;
  }

  #readTyped(buf: Uint8Array, start: number, end: number): RuleId | null {
    const fault = this.#type.read(buf, start, end);
    if (buf[start] === 0x23 && formulaErrors.indexOf(buf, start, end) >= 0)
      return 'spreadsheet/formula-error';
    if (fault !== null) return fault;
    const value = this.#type.value;
    this.value = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    return null;
  }

  #readIdentifier(buf: Uint8Array, start: number, end: number): RuleId | null {
    const context = this.#context;
    const fault = checkIdentifier(buf, start, end, this.#identifier!, this.#strict, context.today);
    if (fault === null || (fault === 'synthetic' && !context.refuseSynthetic)) return null;
    if (fault === 'characters') {
      if (isScientific(buf, start, end)) return 'spreadsheet/scientific';
      if (formulaErrors.indexOf(buf, start, end) >= 0) return 'spreadsheet/formula-error';
    }
    return identifierRules[fault];
  }

  #checkConstraints(buf: Uint8Array, start: number, end: number, chars: number, byte: number): boolean {
    const { codes, limits, minLength, maxLength } = this.#constraints;
    let wrong = false;
    if (codes !== null && !codes.has(buf, start, end, this.value)) {
      const rule = isScientific(buf, start, end) ? 'spreadsheet/scientific' : 'constraint-error/enum';
      this.#fault(rule, buf, start, end, byte, codes.expected);
      wrong = true;
    }
    if (chars < minLength) {
      this.#fault('constraint-error/minLength', buf, start, end, byte, `≥ ${minLength}`);
      wrong = true;
    }
    if (chars > maxLength) {
      this.#fault('constraint-error/maxLength', buf, start, end, byte, `≤ ${maxLength}`);
      wrong = true;
    }
    for (const limit of limits) {
      if (limit.holds(this.value)) continue;
      this.#fault(limit.rule, buf, start, end, byte, limit.expected);
      wrong = true;
    }
    return wrong;
  }

  #fault(
    rule: RuleId,
    buf: Uint8Array,
    start: number,
    end: number,
    byte: number,
    expected: string | null,
  ): void {
    const { findings, row, line, described } = this.#context;
    const severity = rule === 'unexpected-identifier' && !described ? 'warning' : undefined;
    if (!findings.count(rule, this, row, severity)) return;
    findings.sample(rule, this, {
      row,
      line,
      byte,
      column: this.number,
      ...this.show(buf, start, end, rule),
      expected,
    });
  }

  /** The cell as the report may bear it. */
  show(
    buf: Uint8Array,
    start: number,
    end: number,
    rule: RuleId,
  ): { shape: string | null; value: string | null } {
    if (start === end) return { shape: '', value: null };
    // A shape is short: what lies beyond is not even decoded.
    const text = decode(buf, start, Math.min(end, start + 200), this.#context.text.encoding);
    if (this.#mayShow && rule !== 'unexpected-identifier' && end - start <= 200 && harmless(text)) {
      return { shape: null, value: text };
    }
    return {
      shape: shapeOf(text, this.#identifier !== null || rule === 'unexpected-identifier' ? '#' : '9'),
      value: null,
    };
  }

  profile(): ColumnProfile {
    const codes = this.#constraints.codes;
    const hidden = this.#identifier !== null || this.field?.['no:sensitivity'] === 'directIdentifier';
    const quasi = hidden || this.field?.['no:sensitivity'] === 'quasi';
    return {
      name: this.name,
      type: this.#identifier ?? this.field?.type ?? null,
      count: this.#count,
      missing: this.#missingCount,
      distinct: codes?.distinct() ?? null,
      minLength: this.#maxLength < 0 ? null : this.#minLength,
      maxLength: this.#maxLength < 0 ? null : this.#maxLength,
      bounds: quasi ? null : this.#bounds(),
      top: codes === null || quasi ? null : codes.top(limitTop, threshold),
      invalid: this.#invalid,
    };
  }

  #bounds(): ColumnProfile['bounds'] {
    const show = this.#type.show;
    if (show === undefined || this.#min > this.#max) return null;
    const exact = this.field?.['no:sensitivity'] === 'public';
    if (!exact && this.#count - this.#missingCount - this.#invalid < threshold) return null;
    // Ten figures or more may be somebody's number in a column that should not have one.
    if (this.#search === 'number' && Math.max(Math.abs(this.#min), Math.abs(this.#max)) >= 1e9) return null;
    return { min: show(this.#min, exact), max: show(this.#max, exact) };
  }
}
