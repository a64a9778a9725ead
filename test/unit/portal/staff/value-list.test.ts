import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listOf, listText } from '../../../../src/portal/staff/value-list.ts';

test('every list comes back from its text', () => {
  const hard = fc.string({ unit: fc.constantFrom('"', ';', ' ', 'a', '\t', 'ø'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), hard)), (values) => {
      expect(listOf(listText(values))).toEqual(values);
    }),
  );
});

test('any text is a list, and is so once for all', () => {
  const typed = fc.string({ unit: fc.constantFrom('"', ';', ' ', 'a'), maxLength: 12 });
  fc.assert(
    fc.property(typed, (text) => {
      expect(listOf(listText(listOf(text)))).toEqual(listOf(text));
    }),
  );
});

test.each([
  ['A;B ; C', ['A', 'B', 'C']],
  ['""; NA', ['', 'NA']],
  ['; ;', []],
  ['"a;b";c', ['a;b', 'c']],
  ['5" rør; x', ['5" rør', 'x']],
])('reads %s', (text, values) => {
  expect(listOf(text)).toEqual(values);
});
