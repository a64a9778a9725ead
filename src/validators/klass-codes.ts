/** The codes of a field with `no:klass`: which are known, when each was valid, and what came instead. */
import type { CodeList, CodeLists } from './code-lists.ts';
import { CodeCounter } from './constraints.ts';
import type { Klass } from './description.ts';
import { textType } from './field-type.ts';

/** Days as yyyymmdd; the first and the last of what is asked for. */
export interface Period {
  readonly first: number;
  readonly last: number;
}

/** From `from` until, not with, `to`. */
interface Span {
  from: number;
  to: number;
}

interface Change {
  readonly date: number;
  readonly code: string;
}

const beginning = 0;
const end = 99_999_999;
const limitShown = 8;

/** The list that `declared` names, made ready, and what of the declaration cannot be followed. */
export function compileKlass(
  declared: Klass,
  lists: CodeLists,
): { codes: KlassCodes | null; unsupported: string | null } {
  const name = `no:klass ${declared.classification}`;
  const list = lists.find((one) => one.classification === String(declared.classification));
  if (list === undefined) return { codes: null, unsupported: name };
  const { level, validAt } = declared;
  const some = level === undefined || list.codes.some((one) => one.level === level);
  if (!some) return { codes: null, unsupported: `${name} level ${level}` };
  const codes = new KlassCodes(list, level, typeof validAt === 'object' ? validAt.field : null);
  if (typeof validAt !== 'string') return { codes, unsupported: null };
  const day = dayNumber(validAt);
  if (!codes.covers({ first: day, last: day })) return { codes, unsupported: `${name} validAt ${validAt}` };
  codes.fixAt(validAt);
  return { codes, unsupported: null };
}

export class KlassCodes {
  readonly classification: string;
  /** The field of the same row that has the date; null for a fixed date or none. */
  readonly dateField: string | null;
  readonly counter: CodeCounter;
  readonly #list: CodeList;
  readonly #codes: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  /** By place: the periods in order, none touching the next. */
  readonly #spans: readonly (readonly Span[])[];
  readonly #coverage: Span;
  /** By place, for a fixed date: 1 where the code was valid. */
  #validThen: Uint8Array | null = null;
  #fixed = '';
  #later: ReadonlyMap<string, Change[]> | null = null;
  #earlier: ReadonlyMap<string, Change[]> | null = null;

  constructor(list: CodeList, level: number | undefined, dateField: string | null) {
    const spans = new Map<string, Span[]>();
    for (const one of list.codes) {
      if (level !== undefined && one.level !== level) continue;
      const span = {
        from: one.validFrom === null ? beginning : dayNumber(one.validFrom),
        to: one.validTo === null ? end : dayNumber(one.validTo),
      };
      const known = spans.get(one.code);
      if (known === undefined) spans.set(one.code, [span]);
      else known.push(span);
    }
    this.classification = list.classification;
    this.dateField = dateField;
    this.#list = list;
    this.#codes = [...spans.keys()];
    this.#places = new Map(this.#codes.map((code, place) => [code, place]));
    this.#spans = [...spans.values()].map(joined);
    const all = this.#spans.flat();
    this.#coverage = {
      from: all.reduce((least, span) => Math.min(least, span.from), end),
      to: all.reduce((most, span) => Math.max(most, span.to), beginning),
    };
    // Codes are text, whatever the field's type: 301 is not 0301.
    this.counter = new CodeCounter(this.#codes, textType);
  }

  /** The codes of every level and time. */
  everyCode(): string[] {
    return this.#list.codes.map(({ code }) => code);
  }

  /** False when the list has no code at all for some of the period, as when its snapshot begins later. */
  covers({ first, last }: Period): boolean {
    return this.#coverage.from <= first && last < this.#coverage.to;
  }

  /** From now on `validThen` answers for this ISO date. */
  fixAt(date: string): void {
    const day = dayNumber(date);
    this.#fixed = date;
    this.#validThen = Uint8Array.from(this.#codes, (_, place) =>
      this.validIn(place, { first: day, last: day }) ? 1 : 0,
    );
  }

  /** True without a fixed date. */
  validThen(place: number): boolean {
    return this.#validThen === null || this.#validThen[place] === 1;
  }

  /** True when the code was valid on some day of the period. */
  validIn(place: number, { first, last }: Period): boolean {
    for (const span of this.#spans[place]!) if (span.from <= last && first < span.to) return true;
    return false;
  }

  /** The code that a cell seems to mean: blanks around it, or leading zeros lost. Else the name of the list. */
  meant(cell: string): string {
    const text = cell.trim();
    for (const zeros of ['', '0', '00', '000']) {
      if (this.#places.has(zeros + text)) return zeros + text;
    }
    return `Klass ${this.classification}`;
  }

  expectedThen(place: number): string {
    const day = dayNumber(this.#fixed);
    return this.expectedIn(place, { first: day, last: day }, this.#fixed);
  }

  /**
   * `2020-01-01..2024-01-01 ∌ WHEN → 3301`: from when until (not with) when the code was valid, what was asked for, and
   * the codes that the changes give for that time; either bound may be open, and the last part absent.
   */
  expectedIn(place: number, period: Period, when: string, withInstead = true): string {
    const spans = this.#spans[place]!;
    const before = spans.findLast((span) => span.to <= period.first);
    const after = spans.find((span) => span.from > period.last);
    const code = this.#codes[place]!;
    let nearest = before ?? after!;
    let instead = before === undefined ? [] : this.#successors(code, before.to, period);
    if (instead.length === 0 && after !== undefined) {
      instead = this.#predecessors(code, after.from, period);
      if (instead.length > 0) nearest = after;
    }
    const shown = `${isoDate(nearest.from)}..${isoDate(nearest.to)} ∌ ${when}`;
    if (!withInstead || instead.length === 0) return shown;
    const codes = instead.slice(0, limitShown).join(', ');
    return `${shown} → ${codes}${instead.length > limitShown ? ' …' : ''}`;
  }

  /** What the code became, by as many changes as it takes to come to the period. */
  #successors(code: string, since: number, period: Period): string[] {
    this.#later ??= grouped(this.#list.changes, 'oldCode', 'newCode');
    return this.#follow(this.#later, code, since, period, 1);
  }

  /** What became the code. */
  #predecessors(code: string, until: number, period: Period): string[] {
    this.#earlier ??= grouped(this.#list.changes, 'newCode', 'oldCode');
    return this.#follow(this.#earlier, code, until, period, -1);
  }

  /** Each change on the way is later (`way` 1) or earlier (-1) than the one before, so that a code used twice ends no chain wrongly. */
  #follow(
    links: ReadonlyMap<string, Change[]>,
    code: string,
    from: number,
    period: Period,
    way: 1 | -1,
  ): string[] {
    const found = new Set<string>();
    const passed = new Set<Change>();
    const open = [{ code, from }];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      for (const change of links.get(step.code) ?? []) {
        const onTheWay =
          way === 1
            ? change.date >= step.from && change.date <= period.last
            : change.date <= step.from && change.date > period.first;
        if (!onTheWay || passed.has(change)) continue;
        passed.add(change);
        const place = this.#places.get(change.code);
        if (place !== undefined && this.validIn(place, period)) found.add(change.code);
        else open.push({ code: change.code, from: change.date + way });
      }
    }
    return [...found].sort();
  }
}

/** The period of a date that a column read: the day, or the whole month or year where no more is given. */
export function periodOf(kind: 'date' | 'datetime' | 'year' | 'yearmonth', day: number): Period {
  if (kind === 'year') return { first: day + 101, last: day + 1231 };
  if (kind === 'yearmonth') return { first: day + 1, last: day + 31 };
  return { first: day, last: day };
}

function grouped(
  changes: CodeList['changes'],
  by: 'oldCode' | 'newCode',
  to: 'oldCode' | 'newCode',
): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const link = { date: dayNumber(change.changeOccurred), code: change[to] };
    const known = groups.get(change[by]);
    if (known === undefined) groups.set(change[by], [link]);
    else known.push(link);
  }
  return groups;
}

/** In order; periods that touch (a code that only changed its name) become one. */
function joined(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

function dayNumber(iso: string): number {
  return Number(iso.replaceAll('-', ''));
}

/** Empty for an open bound. */
function isoDate(day: number): string {
  if (day === beginning || day === end) return '';
  const text = String(day).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}
