/** Looks for identity numbers in what is about to leave: in every column, whatever it is described as, but for those that may go out. */
import type { Dialect, Field } from './description.ts';
import { checkIdentifier } from './identity-numbers.ts';
import { findPersonNumber } from './person-number-search.ts';
import type { RuleId } from './rules.ts';

/** The findings that a cell may be counted under; each once. */
export type OutgoingRule = Extract<RuleId, `outgoing-identifier/${string}`>;

interface Search {
  readonly rule: OutgoingRule;
  /** Shorter text holds none. */
  readonly leastBytes: number;
  holds(buf: Uint8Array, start: number, end: number, today: number): boolean;
}

const persons: Search = {
  rule: 'outgoing-identifier/person',
  leastBytes: 11,
  holds: findPersonNumber,
};
const dufs: Search = { rule: 'outgoing-identifier/duf', leastBytes: 12, holds: holdsDuf };
const organisations: Search = { rule: 'outgoing-identifier/orgnr', leastBytes: 9, holds: holdsOrganisation };

/** Where nothing is described. */
export const everywhere: readonly Search[] = [persons, dufs];

/** None in a column that is declared to hold identity numbers (`no:identifier`): they may go out. */
export function searchesOf(field: Field | null): readonly Search[] {
  if (field?.['no:identifier'] !== undefined) return [];
  return field?.['no:mustNotHold']?.includes('orgnr') === true ? [...everywhere, organisations] : everywhere;
}

/** Calls `found` for each kind of number that `buf[start, end)` holds. */
export function searchOutgoing(
  searches: readonly Search[],
  buf: Uint8Array,
  start: number,
  end: number,
  today: number,
  found: (rule: OutgoingRule) => void,
): void {
  for (const { rule, leastBytes, holds } of searches) {
    if (end - start >= leastBytes && holds(buf, start, end, today)) found(rule);
  }
}

/** Properties by which lines are passed over that nobody has looked at. */
export function passedOver(dialect: Dialect | undefined): readonly string[] {
  const rows = dialect?.header === false ? [] : (dialect?.headerRows ?? [1]);
  const found: string[] = [];
  if (dialect?.commentChar !== undefined) found.push('dialect.commentChar');
  if (dialect?.commentRows !== undefined && dialect.commentRows.length > 0) found.push('dialect.commentRows');
  if (Math.max(0, ...rows) > new Set(rows).size) found.push('dialect.headerRows');
  return found;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
/** The first DUF numbers are of people who came in the eighties. */
const firstDufYear = 1980;

/** A run of exactly twelve digits: a year that has been, a serial number, and the control digits of both. */
function holdsDuf(buf: Uint8Array, start: number, end: number, today: number): boolean {
  const latestYear = Math.floor(today / 10_000);
  let run = 0;
  for (let at = start; at <= end; at++) {
    if (at < end && isDigit(buf[at]!)) {
      run += 1;
      continue;
    }
    if (run === 12) {
      const from = at - 12;
      const year = Number(String.fromCharCode(...buf.subarray(from, from + 4)));
      const dated = year >= firstDufYear && year <= latestYear;
      if (dated && checkIdentifier(buf, from, at, 'duf', '2032', today) === null) return true;
    }
    run = 0;
  }
  return false;
}

const nine = new Uint8Array(9);

/** A run of exactly nine digits, or three and three and three with blanks between, with the right control digit. */
function holdsOrganisation(buf: Uint8Array, start: number, end: number, today: number): boolean {
  for (let at = start; at < end; at++) {
    if (!isDigit(buf[at]!) || (at > start && isDigit(buf[at - 1]!))) continue;
    const width = digits(buf, at, end) === 9 ? 9 : threes(buf, at, end) ? 11 : 0;
    if (width === 0) continue;
    let length = 0;
    for (let from = at; from < at + width; from++) if (isDigit(buf[from]!)) nine[length++] = buf[from]!;
    if (checkIdentifier(nine, 0, 9, 'orgnr', '2032', today) === null) return true;
  }
  return false;
}

function threes(buf: Uint8Array, at: number, end: number): boolean {
  return [0, 4, 8].every(
    (offset) => digits(buf, at + offset, end) === 3 && (offset === 8 || buf[at + offset + 3] === 0x20),
  );
}

/** Digits from `at` on, counted up to ten. */
function digits(buf: Uint8Array, at: number, end: number): number {
  let count = 0;
  while (count < 10 && at + count < end && isDigit(buf[at + count]!)) count += 1;
  return count;
}
