/** Identity numbers against the official vectors and NAV's own validator. */
import { idnr } from '@navikt/fnrvalidator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ControlRule,
  checkIdentifier,
  type IdentifierKind,
} from '../../../src/validators/identity-numbers.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function judge(text: string, kind: IdentifierKind = 'person', rule: ControlRule = '2032', today = 20261123) {
  const data = bytes(`;${text};`);
  return checkIdentifier(data, 1, data.length - 1, kind, rule, today);
}

/** Gives nine digits the control digits of `remainder`; null where they do not exist. */
function withControls(start: string, remainder = 0): string | null {
  const weigh = (weights: number[], digits: string) =>
    weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
  const k1 = (11 + remainder - (weigh([3, 7, 6, 1, 8, 9, 4, 5, 2], start) % 11)) % 11;
  if (k1 === 10) return null;
  const k2 = (11 - (weigh([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], `${start}${k1}`) % 11)) % 11;
  return k2 === 10 ? null : `${start}${k1}${k2}`;
}

describe('fødselsnummer', () => {
  test.each(['02013299997', '30108299920', '30108299939'])('takes the official 2032 number %s', (number) => {
    expect(judge(number)).toBeNull();
    expect(judge(number, 'fnr')).toBe(number.startsWith('7') ? 'date' : null);
  });

  test('takes the remainders 1 to 3 of the first control digit, unless the rule is strict', () => {
    for (const remainder of [1, 2, 3, 4]) {
      const starts = ['010180400', '010180401', '010180402', '010180403', '010180404'];
      const number = starts.map((start) => withControls(start, remainder)).find((found) => found !== null)!;
      expect(judge(number)).toBe(remainder === 4 ? 'control-1' : null);
      expect(judge(number, 'person', 'strict')).toBe('control-1');
    }
  });

  test('says which part is wrong', () => {
    expect(judge('31028012345')).toBe('date');
    expect(judge('00018012345')).toBe('date');
    expect(judge('0201329999')).toBe('length');
    expect(judge('020132999977')).toBe('length');
    expect(judge('02013299998')).toBe('control-2');
    expect(judge('020132 9999')).toBe('characters');
    expect(judge('')).toBe('length');
    expect(judge('2013299997')).toBe('lost-leading-zero');
    expect(judge('2013299997.0')).toBe('numeric-storage');
    expect(judge('2013299997,00')).toBe('numeric-storage');
    expect(judge('2013299997,5')).toBe('characters');
  });

  test('names a right number of the synthetic series synthetic, and a wrong one wrong', () => {
    const number = withControls('018190400') ?? withControls('018190401')!;
    expect(judge(number)).toBe('synthetic');
    const wrong = number.slice(0, 10) + ((Number(number[10]) + 1) % 10);
    expect(judge(wrong)).toBe('control-2');
  });

  test('takes 29 February only where the year can be a leap year', () => {
    const leap = ['290280400', '290280401', '290280402']
      .map((start) => withControls(start))
      .find((n) => n !== null)!;
    const common = ['290281400', '290281401', '290281402']
      .map((start) => withControls(start))
      .find((n) => n !== null)!;
    expect(judge(leap)).toBeNull();
    expect(judge(common)).toBe('date');
  });

  test('refuses individual numbers of no year, and births after today, under the strict rule', () => {
    const unissued = ['010145600', '010145601', '010145602', '010145603']
      .map((start) => withControls(start))
      .find(Boolean)!;
    expect(judge(unissued, 'person', 'strict')).toBe('date');
    expect(judge(unissued)).toBeNull();
    const born2030 = ['010130500', '010130501', '010130502', '010130503']
      .map((start) => withControls(start))
      .find(Boolean)!;
    expect(judge(born2030, 'person', 'strict', 20261123)).toBe('date');
    expect(judge(born2030, 'person', 'strict', 20310101)).toBeNull();
  });

  test('keeps the kinds apart', () => {
    const dnr = ['410180400', '410180401', '410180402'].map((start) => withControls(start)).find(Boolean)!;
    const hnr = ['014180400', '014180401', '014180402'].map((start) => withControls(start)).find(Boolean)!;
    expect([judge(dnr), judge(dnr, 'dnr'), judge(dnr, 'fnr'), judge(dnr, 'hnr')]).toEqual([
      null,
      null,
      'date',
      'date',
    ]);
    expect([judge(hnr), judge(hnr, 'hnr'), judge(hnr, 'fnr')]).toEqual(['date', null, 'date']);
  });

  test('agrees with NAV on dates and control digits', () => {
    const digits = (max: number, width: number) =>
      fc.integer({ min: 0, max }).map((value) => String(value).padStart(width, '0'));
    const start = fc
      .tuple(digits(75, 2), digits(95, 2), digits(99, 2), digits(999, 3))
      .map((parts) => parts.join(''));
    const number = fc.oneof(
      fc
        .tuple(start, fc.integer({ min: 0, max: 4 }))
        .map(([nine, rest]) => withControls(nine, rest) ?? `${nine}00`),
      fc.tuple(start, digits(99, 2)).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(number, (text) => {
        const oracle = idnr(text);
        const type = oracle.status === 'valid' ? oracle.type : null;
        const person = judge(text);
        return (
          (person === null) === (type === 'fnr' || type === 'dnr') &&
          (person === 'synthetic') === (type === 'tnr' || type === 'dnr-and-tnr') &&
          (judge(text, 'hnr') === null) === (type === 'hnr')
        );
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('other numbers', () => {
  test('checks an organisation number', () => {
    expect(judge('123456785', 'orgnr')).toBeNull();
    expect(judge('123456784', 'orgnr')).toBe('control-1');
    expect(judge('12345678', 'orgnr')).toBe('length');
    expect(judge('12345678A', 'orgnr')).toBe('characters');
  });

  test('checks the two control digits of a DUF number', () => {
    const ten = '2012345678';
    const sum = [4, 6, 3, 2, 4, 6, 3, 2, 7, 5].reduce(
      (total, weight, at) => total + weight * Number(ten[at]),
      0,
    );
    const control = String(sum % 11).padStart(2, '0');
    expect(judge(ten + control, 'duf')).toBeNull();
    expect(judge(ten + String((sum + 1) % 11).padStart(2, '0'), 'duf')).toBe('control-1');
    expect(judge(ten, 'duf')).toBe('length');
  });
});

test('never fails on arbitrary bytes', () => {
  const kinds = fc.constantFrom<IdentifierKind>('person', 'fnr', 'dnr', 'hnr', 'duf', 'orgnr');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 16 }), kinds, (data, kind) => {
      const fault = checkIdentifier(data, 0, data.length, kind, 'strict', 20261123);
      expect(fault === null || typeof fault === 'string').toBe(true);
    }),
    { numRuns: 2000 },
  );
});
