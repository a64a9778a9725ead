import { expect, test } from 'vitest';
import { pathOf, placeAt } from '../../../../src/portal/places.ts';
import { namedIn, staffPlace } from '../../../../src/portal/staff/staff-places.ts';

test('an address below /staff is made from segments and taken apart again, whatever they hold', () => {
  const place = staffPlace('projects', 'P24-0187', 'drafts', 'Uttrekk 1/æ?#');
  const path = pathOf(place);
  expect(path).toBe('/staff/projects/P24-0187/drafts/Uttrekk%201%2F%C3%A6%3F%23');
  expect(placeAt(path)).toEqual(place);
  expect(namedIn('projects/:project/drafts/:draft', place.rest)).toEqual({
    project: 'P24-0187',
    draft: 'Uttrekk 1/æ?#',
  });
  expect(pathOf(staffPlace())).toBe('/staff');
  expect(namedIn('', staffPlace().rest)).toEqual({});
});

test('a pattern names only the pages that are like it', () => {
  expect(namedIn('projects/:project', 'projects')).toBeUndefined();
  expect(namedIn('projects/:project', 'projects/')).toBeUndefined();
  expect(namedIn('projects/:project', 'projects/P1/drafts')).toBeUndefined();
  expect(namedIn('projects/:project', 'outbox/P1')).toBeUndefined();
  expect(namedIn('projects/:project', 'projects/%E0%A4%A')).toBeUndefined();
});
