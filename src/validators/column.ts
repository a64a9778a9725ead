/** One column: reads its cells by type and constraints, counts them, and keeps the profile. */
import { ByteTable } from './byte-table.ts';
import { accidentBehind, isAccident, isFormulaError } from './cell-accidents.ts';
import type { CellType } from './cell-type.ts';
import type { CheckContext } from './check-context.ts';
import { CodeLook, hasWord } from './code-look.ts';
import { type CellTally, ColumnCounts, profileOf } from './column-profile.ts';
import { type CompiledConstraints, compileConstraints } from './constraints.ts';
import type { Field } from './description.ts';
import { countChars, decode } from './encoding.ts';
import { cellTypeOf } from './field-type.ts';
import { type IdentifierCells, identifierCells } from './identifier-cells.ts';
import type { ReadText } from './json-cells.ts';
import { compileKlass, type KlassCodes, type Period } from './klass-codes.ts';
import { harmless, shapeOf } from './masking.ts';
import { isScientific } from './number-cells.ts';
import { searchesOf, searchOutgoing } from './outgoing-numbers.ts';
import { findPersonNumber } from './person-number-search.ts';
import type { ColumnProfile } from './report.ts';
import type { RuleId } from './rules.ts';
import { isDateLike, isLongNumberOfExcel } from './spreadsheet-cells.ts';

/** What decides whether a cell of the column is right, for the fast path. */
export interface ColumnReading {
  readonly missing: readonly string[];
  readonly constraints: CompiledConstraints;
}

export class Column {
  /** Position in the file, from 1. */
  readonly number: number;
  /** What samples give as column: the number, or where the field begins in fixed positions. */
  readonly place: number;
  readonly name: string | null;
  readonly field: Field | null;
  /** The last cell's value: what orders it, NaN without order, missing or wrong. */
  value = Number.NaN;
  /** True when the last cell was a declared missing value. */
  missing = false;
  /** The code list that the field names, when it is there. */
  readonly klass: KlassCodes | null;
  readonly reading: ColumnReading;

  readonly #context: CheckContext;
  readonly #type: CellType;
  readonly #missingValues: ByteTable | null;
  readonly #constraints: CompiledConstraints;
  readonly #identifier: IdentifierCells | null;
  readonly #search: 'text' | 'number' | 'none';
  /** What must not leave in this column; empty for what does not leave. */
  readonly #mustNotLeave: ReturnType<typeof searchesOf>;
  readonly #mayShow: boolean;
  /** Of a column of codes. */
  readonly #codeLook: CodeLook | null;
  /** A column of text or decimal numbers without a code list. */
  readonly #mayBeAccident: boolean;
  /** Of the last cell: its place in the code list, -1 when it has none; and whether it was counted as wrong. */
  #code = -1;
  #wrong = false;
  readonly #counts = new ColumnCounts();

  /** `missingValues` are the schema's; `field` null for a column that nobody described. */
  constructor(
    context: CheckContext,
    number: number,
    name: string | null,
    field: Field | null,
    missingValues: readonly string[],
    place: number = number,
  ) {
    this.#context = context;
    this.number = number;
    this.place = place;
    this.name = name;
    this.field = field;
    const read: ReadText = (buf, start, end) => decode(buf, start, end, context.text.encoding);
    const { type, unsupported } = cellTypeOf(field ?? { name: '' }, read);
    this.#type = type;
    this.#identifier = identifierCells(field);
    const missing =
      field?.missingValues?.map((entry) => (typeof entry === 'string' ? entry : entry.value)) ??
      missingValues;
    this.#missingValues = missing.length === 1 && missing[0] === '' ? null : new ByteTable(missing);
    this.#constraints = compileConstraints(field ?? { name: '' }, type);
    this.reading = { missing, constraints: this.#constraints };
    const declared = field?.['no:klass'];
    const klass = declared === undefined ? null : compileKlass(declared, context.codeLists);
    this.klass = klass?.codes ?? null;
    const kind = field?.type ?? 'any';
    this.#mustNotLeave = context.outgoing ? searchesOf(field) : [];
    this.#search =
      this.#identifier !== null || context.outgoing
        ? 'none'
        : kind === 'integer' || kind === 'number'
          ? 'number'
          : type.show === undefined
            ? 'text'
            : 'none';
    this.#mayShow =
      this.#identifier === null &&
      field?.['no:sensitivity'] !== 'directIdentifier' &&
      (field?.['no:sensitivity'] === 'public' || this.#constraints.codes !== null || this.klass !== null);
    const codes = [...(this.#constraints.codes?.codes ?? []), ...(this.klass?.everyCode() ?? [])];
    this.#codeLook = this.#mayShow && codes.length > 0 ? new CodeLook(codes) : null;
    this.#mayBeAccident =
      this.#identifier === null &&
      (type.kind === 'text' || type.kind === 'number') &&
      this.#constraints.codes === null &&
      this.klass === null;
    if (field === null) return;
    const properties = [
      ...(unsupported === undefined ? [] : [unsupported]),
      ...this.#constraints.unsupported,
    ];
    if (klass !== null && klass.unsupported !== null) properties.push(klass.unsupported);
    for (const property of properties) context.findings.unsupported(property, this);
  }

  get kind(): CellType['kind'] {
    return this.#type.kind;
  }

  /** The last cell's day or period as yyyymmdd, as it is written; of no use when it has no value. */
  get day(): number {
    return this.#type.day ?? this.value;
  }

  /** True when values of the column have an order. */
  get ordered(): boolean {
    return this.#identifier === null && this.#type.show !== undefined;
  }

  /** Reads the cell `buf[start, end)`; `high` when it has bytes beyond ASCII; `byte` is its place in the file. */
  cell(buf: Uint8Array, start: number, end: number, high: boolean, byte: number): void {
    this.#counts.count += 1;
    this.value = Number.NaN;
    this.#code = -1;
    this.#wrong = false;
    const leaves = this.#mustNotLeave.length > 0 && this.#mayNotLeave(buf, start, end, byte);
    this.missing =
      this.#missingValues === null ? start === end : this.#missingValues.indexOf(buf, start, end) >= 0;
    if (this.missing) {
      this.#counts.missing += 1;
      if (leaves || this.#constraints.required) this.#counts.invalid += 1;
      if (this.#constraints.required) {
        this.#fault('constraint-error/required', buf, start, end, byte, null);
      }
      return;
    }
    const chars = high ? countChars(buf, start, end, this.#context.text.encoding) : end - start;
    if (chars < this.#counts.minLength) this.#counts.minLength = chars;
    if (chars > this.#counts.maxLength) this.#counts.maxLength = chars;
    const fault =
      this.#identifier === null ? this.#readTyped(buf, start, end) : this.#readIdentifier(buf, start, end);
    let wrong = fault !== null || leaves;
    if (fault !== null) {
      const expected = this.#identifier === null ? this.#type.expected : this.#identifier.expected;
      this.#fault(fault, buf, start, end, byte, isAccident(fault) ? null : expected);
    } else {
      wrong = this.#checkConstraints(buf, start, end, chars, byte) || wrong;
      if (!wrong && this.#mayBeAccident) this.#warnOfAccident(buf, start, end, byte);
    }
    if (this.#search !== 'none' && chars >= 11 && (this.#search === 'text' || chars === 11)) {
      if (findPersonNumber(buf, start, end)) {
        wrong ||= this.#context.described;
        this.#fault('unexpected-identifier', buf, start, end, byte, null);
      }
    }
    this.#wrong = wrong;
    if (wrong) this.#counts.invalid += 1;
  }

  /** Counts the numbers in the cell that must not leave; true when there is one. */
  #mayNotLeave(buf: Uint8Array, start: number, end: number, byte: number): boolean {
    let found = false;
    searchOutgoing(this.#mustNotLeave, buf, start, end, this.#context.today, (rule) => {
      found = true;
      this.#fault(rule, buf, start, end, byte, null);
    });
    return found;
  }

  /** Adds what the fast path counted. */
  absorb(tally: CellTally): void {
    this.#counts.absorb(tally);
  }

  /** True when the last cell's code was valid in the period, or the cell has no code at all. */
  codeValidIn(period: Period): boolean {
    return this.#code < 0 || this.klass!.validIn(this.#code, period);
  }

  /** Counts the last cell, which stands in `buf`, as a code that was not valid at the date in another field of the row. */
  codeNotValidIn(
    period: Period,
    date: Field,
    buf: Uint8Array,
    start: number,
    end: number,
    byte: number,
  ): void {
    if (!this.#wrong) this.#counts.invalid += 1;
    this.#wrong = true;
    // The codes that were valid then tell something about the date.
    const withInstead = date['no:identifier'] === undefined && date['no:sensitivity'] !== 'directIdentifier';
    this.#fault('code-list/not-valid-at', buf, start, end, byte, () =>
      this.klass!.expectedIn(this.#code, period, date.name, withInstead),
    );
  }

  #readTyped(buf: Uint8Array, start: number, end: number): RuleId | null {
    const fault = this.#type.read(buf, start, end);
    if (buf[start] === 0x23 && isFormulaError(buf, start, end)) return 'spreadsheet/formula-error';
    if (fault !== null) return accidentBehind(fault, buf, start, end);
    const value = this.#type.value;
    this.value = value;
    if (value < this.#counts.min) this.#counts.min = value;
    if (value > this.#counts.max) this.#counts.max = value;
    return null;
  }

  #readIdentifier(buf: Uint8Array, start: number, end: number): RuleId | null {
    const context = this.#context;
    const fault = this.#identifier!.check(buf, start, end, context.today);
    if (fault === null || (fault === 'identifier/synthetic' && !context.refuseSynthetic)) return null;
    if (fault === 'identifier/characters' || fault === 'identifier/parts') {
      if (isScientific(buf, start, end)) return 'spreadsheet/scientific';
      if (isFormulaError(buf, start, end)) return 'spreadsheet/formula-error';
      if (isDateLike(buf, start, end)) return 'spreadsheet/date-like';
    }
    return fault;
  }

  #checkConstraints(buf: Uint8Array, start: number, end: number, chars: number, byte: number): boolean {
    const { codes, limits, minLength, maxLength, pattern, jsonSchema } = this.#constraints;
    const size = this.#type.size ?? chars;
    let wrong = false;
    if (codes !== null && codes.find(buf, start, end, this.value) < 0) {
      this.#fault(
        accidentBehind('constraint-error/enum', buf, start, end),
        buf,
        start,
        end,
        byte,
        codes.expected,
      );
      wrong = true;
    }
    if (this.klass !== null) wrong = this.#checkCode(this.klass, buf, start, end, byte) || wrong;
    if (size < minLength) {
      this.#fault('constraint-error/minLength', buf, start, end, byte, `≥ ${minLength}`);
      wrong = true;
    }
    if (size > maxLength) {
      this.#fault('constraint-error/maxLength', buf, start, end, byte, `≤ ${maxLength}`);
      wrong = true;
    }
    for (const limit of limits) {
      if (limit.holds(this.value)) continue;
      this.#fault(limit.rule, buf, start, end, byte, limit.expected);
      wrong = true;
    }
    if (pattern !== null && !pattern.holds(decode(buf, start, end, this.#context.text.encoding))) {
      this.#fault('constraint-error/pattern', buf, start, end, byte, pattern.text);
      wrong = true;
    }
    const brokenAt = jsonSchema === null ? null : jsonSchema.brokenAt(this.#type.json);
    if (brokenAt !== null) {
      this.#fault('constraint-error/jsonSchema', buf, start, end, byte, brokenAt);
      wrong = true;
    }
    return wrong;
  }

  /** True when the cell is no code of the list, or was none at the list's fixed date. */
  #checkCode(klass: KlassCodes, buf: Uint8Array, start: number, end: number, byte: number): boolean {
    const code = klass.counter.find(buf, start, end, Number.NaN);
    this.#code = code;
    if (code < 0) {
      this.#fault(accidentBehind('code-list/unknown', buf, start, end), buf, start, end, byte, () =>
        klass.meant(decode(buf, start, Math.min(end, start + 64), this.#context.text.encoding)),
      );
      return true;
    }
    if (klass.validThen(code)) return false;
    this.#fault('code-list/not-valid-at', buf, start, end, byte, () => klass.expectedThen(code));
    return true;
  }

  /** In text and decimal numbers such a cell may be meant; the sender is told all the same. */
  #warnOfAccident(buf: Uint8Array, start: number, end: number, byte: number): void {
    const rule = isLongNumberOfExcel(buf, start, end)
      ? 'spreadsheet/scientific'
      : this.#type.kind === 'text' && isDateLike(buf, start, end)
        ? 'spreadsheet/date-like'
        : null;
    if (rule !== null) this.#fault(rule, buf, start, end, byte, null, 'warning');
  }

  /** `expected` is asked for only when a sample is wanted, and when it would tell the cell it must be a function. */
  #fault(
    rule: RuleId,
    buf: Uint8Array,
    start: number,
    end: number,
    byte: number,
    expected: string | null | (() => string),
    asked?: 'warning',
  ): void {
    const { findings, row, line, described } = this.#context;
    const severity = rule === 'unexpected-identifier' && !described ? 'warning' : asked;
    if (!findings.count(rule, this, row, severity)) return;
    findings.sample(rule, this, {
      row,
      line,
      byte,
      column: this.place,
      ...this.show(buf, start, end, rule),
      expected: typeof expected !== 'function' ? expected : this.#mayShow ? expected() : null,
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
    const identifying = rule === 'unexpected-identifier' || rule.startsWith('outgoing-identifier/');
    if (!identifying && end - start <= 200 && this.#mayShowText(text, rule)) {
      return { shape: null, value: text };
    }
    return {
      shape: shapeOf(text, this.#identifier !== null || identifying ? '#' : '9'),
      value: null,
    };
  }

  /** A row of too many cells may have moved a name here; so may one that nobody can tell has moved. */
  #mayShowText(text: string, rule: RuleId): boolean {
    if (!this.#mayShow || this.#context.oddRow || !harmless(text)) return false;
    // What a spreadsheet has made of a cell has a form of its own.
    if (rule.startsWith('spreadsheet/')) return true;
    return this.#codeLook === null ? !hasWord(text) : this.#codeLook.fits(text);
  }

  profile(): ColumnProfile {
    const sensitivity = this.field?.['no:sensitivity'];
    const hidden = this.#identifier !== null || sensitivity === 'directIdentifier';
    return profileOf(this.#counts, {
      name: this.name,
      type: this.#identifier?.name ?? this.field?.type ?? null,
      codes: this.#constraints.codes ?? this.klass?.counter ?? null,
      shown: hidden || sensitivity === 'quasi' ? 'none' : sensitivity === 'public' ? 'exact' : 'rounded',
      showBound: this.#type.show ?? null,
      mayBeIdentifier: this.#search === 'number',
    });
  }
}
