import { expect, test } from 'vitest';
import { changeAgrees, hasAlready } from '../../../src/http/preconditions.ts';
import { addressGroup } from '../../../src/http/rate-limits.ts';

test.each([
  ['"v-2"', '"v-2"', true],
  ['"v-1", "v-2"', '"v-2"', true],
  ['*', '"v-2"', true],
  ['"v-1"', '"v-2"', false],
  ['W/"v-2"', '"v-2"', false],
  ['v-2', '"v-2"', false],
  ['', '"v-2"', false],
  ['*', undefined, false],
  ['"v-2"', undefined, false],
])('If-Match: %s on %s agrees: %s', (field, current, agrees) => {
  expect(changeAgrees({ 'if-match': field }, current)).toBe(agrees);
});

test('If-None-Match: * lets a first version be made and no second', () => {
  expect(changeAgrees({ 'if-none-match': '*' }, undefined)).toBe(true);
  expect(changeAgrees({ 'if-none-match': '*' }, '"v-1"')).toBe(false);
  expect(changeAgrees({ 'if-none-match': 'W/"v-1"' }, '"v-1"')).toBe(false);
});

test.each([
  ['"v-2"', true],
  ['W/"v-2"', true],
  ['"a","v-2"', true],
  ['*', true],
  ['"v-1"', false],
])('a reader with If-None-Match: %s has "v-2" already: %s', (field, has) => {
  expect(hasAlready({ 'if-none-match': field }, '"v-2"')).toBe(has);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
])('%s is counted as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
