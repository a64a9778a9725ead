/** Addresses below /staff, which places.ts keeps as one: made from segments, and taken apart by a pattern. Pure. */
import type { Place, PlaceParams } from '../places.ts';

/** `staffPlace('projects', 'P1')` is /staff/projects/P1. */
export function staffPlace(
  ...segments: readonly string[]
): { readonly name: 'staff' } & PlaceParams<'staff'> {
  return { name: 'staff', rest: segments.map(encodeURIComponent).join('/') };
}

export const staffFront: Place = staffPlace();

/** What `:name` in a pattern stands for in an address; undefined when it is another page's. */
export function namedIn(pattern: string, rest: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = rest.split('/');
  if (wanted.length !== given.length) return undefined;
  const named: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const found = given[at] ?? '';
    if (!segment.startsWith(':')) {
      if (segment !== found) return undefined;
      continue;
    }
    const value = decoded(found);
    if (value === '') return undefined;
    named[segment.slice(1)] = value;
  }
  return named;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
