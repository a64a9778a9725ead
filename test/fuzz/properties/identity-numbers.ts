/** Files of identity numbers against NAV's own validator: the same rows are wrong, and the same are synthetic. */
import { idnr } from '@navikt/fnrvalidator';
import fc from 'fast-check';
import { described } from '../../unit/validators/check.ts';
import { reportOf, rowsWith } from '../engine.ts';
import { demandSame, type FuzzProperty, propertyOf } from '../fuzz-property.ts';

const digits = (max: number, width: number) =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(width, '0'));

/** Nine digits with control digits of `remainder`, where they exist. */
function withControls(start: string, remainder: number): string {
  const weigh = (weights: readonly number[], text: string) =>
    weights.reduce((sum, weight, at) => sum + weight * Number(text[at]), 0);
  const k1 = (11 + remainder - (weigh([3, 7, 6, 1, 8, 9, 4, 5, 2], start) % 11)) % 11;
  const k2 = (11 - (weigh([5, 4, 3, 2, 7, 6, 5, 4, 3, 2], `${start}${k1}`) % 11)) % 11;
  return k1 === 10 || k2 === 10 ? `${start}00` : `${start}${k1}${k2}`;
}

const start = fc
  .tuple(digits(75, 2), digits(99, 2), digits(99, 2), digits(999, 3))
  .map((parts) => parts.join(''));
const number = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(start, fc.nat(4)).map(([nine, rest]) => withControls(nine, rest)) },
  { weight: 2, arbitrary: fc.tuple(start, digits(99, 2)).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.tuple(start, fc.nat(11)).map(([nine, length]) => `${nine}00`.slice(0, length || 1)),
  },
);

const kinds = ['person', 'hnr'] as const;
const resources = Object.fromEntries(
  kinds.map((kind) => [
    kind,
    described([{ name: 'nr', 'no:identifier': kind }, { name: 'z' }], { dialect: { delimiter: ';' } }),
  ]),
);
/** Rows beyond those compared, so that the fast path reads the others. */
const rest = '30108299920;x\n'.repeat(3);

export const identityNumbers: FuzzProperty[] = [
  propertyOf(
    {
      name: 'identity-numbers',
      claim: 'fødselsnummer, D- and H-numbers: wrong and synthetic rows are those of NAV',
      cases: 170_000,
      batchRuns: 4000,
    },
    fc.tuple(fc.array(number, { minLength: 1, maxLength: 8 }), fc.constantFrom(...kinds)),
    ([numbers, kind]) => {
      const oracle = numbers.map((text) => {
        const { status, ...more } = idnr(text);
        return status === 'valid' && 'type' in more ? more.type : null;
      });
      const text = `nr;z\n${numbers.map((one) => `${one};x\n`).join('')}${kind === 'person' ? rest : ''}`;
      const report = reportOf(new TextEncoder().encode(text), {
        options: { resource: resources[kind], syntheticIds: 'refuse' },
        internals: { headBytes: 8 },
      });
      const rows = (wanted: (type: string | null) => boolean) =>
        oracle.flatMap((type, at) => (wanted(type) ? [at + 1] : []));
      const right = kind === 'person' ? ['fnr', 'dnr'] : ['hnr'];
      const found = [rowsWith(report, ['identifier'])];
      const expected = [rows((type) => type === null || !right.includes(type))];
      if (kind === 'person') {
        found.push(rowsWith(report, ['identifier'], 'synthetic'));
        expected.push(rows((type) => type === 'tnr' || type === 'dnr-and-tnr'));
      }
      demandSame(JSON.stringify(found), JSON.stringify(expected), `${kind} ${numbers.join(' ')}`);
      return undefined;
    },
  ),
];
