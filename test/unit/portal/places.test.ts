import { expect, test } from 'vitest';
import { portalPages } from '../../../src/http/portal-files.ts';
import { type Place, pathOf, placeAt } from '../../../src/portal/places.ts';

const places: readonly (readonly [string, Place])[] = [
  ['/', { name: 'front' }],
  ['/projects', { name: 'projects' }],
  ['/projects/P24-0187', { name: 'project', project: 'P24-0187' }],
  ['/projects/P24-0187/send', { name: 'send', project: 'P24-0187' }],
  ['/projects/P1/files/ab-c', { name: 'file', project: 'P1', file: 'ab-c' }],
  ['/projects/P1/deliveries/2026%20%C3%A5%2Fb', { name: 'delivery', project: 'P1', folder: '2026 å/b' }],
  ['/account', { name: 'account' }],
  ['/staff', { name: 'staff', rest: '' }],
  ['/staff/work/P1', { name: 'staff', rest: 'work/P1' }],
];

test.each(places)('%s is a place and back again', (path, place) => {
  expect(placeAt(path)).toEqual(place);
  expect(pathOf(place)).toBe(path);
});

test('an address with a slash at the end is the same place', () => {
  expect(placeAt('/projects/')).toEqual({ name: 'projects' });
});

test.each([
  '/nothing',
  '/projects//send',
  '/projects/P1/files',
  '/projects/P1/send/x',
  '/account/x',
  '/projects/%E5',
])('%s is no place', (path) => {
  expect(placeAt(path)).toBeUndefined();
});

test('the server shows the page at every place', () => {
  const served = portalPages.map((page) => page.replace('{/*rest}', ''));
  for (const [path] of places) {
    expect(served.some((page) => path === page || (page !== '/' && path.startsWith(`${page}/`)))).toBe(true);
  }
});
