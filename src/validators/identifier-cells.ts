/** A column of identity numbers: of one kind, of several joined in one cell, or of either of several. */
import type { Field } from './description.ts';
import { identifierForms, identifierRules } from './identifier-rules.ts';
import { checkIdentifier, type IdentifierKind, identifierLength } from './identity-numbers.ts';
import type { RuleId } from './rules.ts';

export interface IdentifierCells {
  /** For the profile: `fnr`, `fnr_orgnr`, `fnr|orgnr`. */
  readonly name: string;
  /** What a right cell looks like. */
  readonly expected: string;
  /** What is wrong with `buf[start, end)`; null when it is right. `today` as yyyymmdd. */
  check(buf: Uint8Array, start: number, end: number, today: number): RuleId | null;
}

/** How the numbers of the field are read; null when it holds none. */
export function identifierCells(field: Field | null): IdentifierCells | null {
  const declared = field?.['no:identifier'];
  if (field === null || declared === undefined) return null;
  const rule = field['no:controlDigits'] ?? '2032';
  const check = (buf: Uint8Array, start: number, end: number, kind: IdentifierKind, today: number) => {
    const fault = checkIdentifier(buf, start, end, kind, rule, today);
    return fault === null ? null : identifierRules[fault];
  };
  if (typeof declared === 'string') return one(declared, check);
  if (declared.length === 1) return one(declared[0]!, check);
  return field['no:combined'] === 'either'
    ? either(declared, check)
    : joined(declared, field['no:separator'] ?? '_', check);
}

type Check = (
  buf: Uint8Array,
  start: number,
  end: number,
  kind: IdentifierKind,
  today: number,
) => RuleId | null;

function one(kind: IdentifierKind, check: Check): IdentifierCells {
  return {
    name: kind,
    expected: identifierForms[kind],
    check: (buf, start, end, today) => check(buf, start, end, kind, today),
  };
}

/** `02013299997_123456785`: the parts in order, each by its own rule; the first fault counts. */
function joined(kinds: readonly IdentifierKind[], separator: string, check: Check): IdentifierCells {
  const mark = new TextEncoder().encode(separator);
  return {
    name: kinds.join('_'),
    expected: kinds.map((kind) => identifierForms[kind]).join(` ${separator} `),
    check: (buf, start, end, today) => {
      let from = start;
      let synthetic: RuleId | null = null;
      for (let part = 0; part < kinds.length; part++) {
        const last = part === kinds.length - 1;
        const to = find(buf, from, end, mark);
        if (last !== to < 0) return 'identifier/parts';
        const fault = check(buf, from, last ? end : to, kinds[part]!, today);
        if (fault === 'identifier/synthetic') synthetic = fault;
        else if (fault !== null) return fault;
        from = to + mark.length;
      }
      return synthetic;
    },
  };
}

/** A number of any of the kinds; of a wrong one, the fault as the kind of its length. */
function either(kinds: readonly IdentifierKind[], check: Check): IdentifierCells {
  return {
    name: kinds.join('|'),
    expected: kinds.map((kind) => identifierForms[kind]).join(' | '),
    check: (buf, start, end, today) => {
      let found: RuleId | null = null;
      let weight = -1;
      for (const kind of kinds) {
        const fault = check(buf, start, end, kind, today);
        if (fault === null) return null;
        // A fault of a number of the right length says more than that the length is wrong.
        const says =
          fault === 'identifier/synthetic'
            ? 4
            : fault === 'identifier/lost-leading-zero' || fault === 'identifier/numeric-storage'
              ? 3
              : fault === 'identifier/length'
                ? 0
                : end - start === identifierLength[kind]
                  ? 2
                  : 1;
        if (says > weight) {
          weight = says;
          found = fault;
        }
      }
      return found;
    },
  };
}

function find(buf: Uint8Array, start: number, end: number, mark: Uint8Array): number {
  for (let at = start; at + mark.length <= end; at++) {
    let same = 0;
    while (same < mark.length && buf[at + same] === mark[same]) same += 1;
    if (same === mark.length) return at;
  }
  return -1;
}
