/** The way down to staff's pages of one project. Pure. */
import type { Place } from '../places.ts';

export function projectTrail(
  project: string,
  texts: { readonly pages: string },
): readonly { readonly to: Place; readonly name: string }[] {
  return [
    { to: { name: 'staff', rest: '' }, name: texts.pages },
    { to: { name: 'staff', rest: `projects/${project}` }, name: project },
  ];
}
