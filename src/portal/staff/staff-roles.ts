/** What the page shows to whom; the service decides what they may do. Pure. */
import type { WhoAmI } from '../../api/api-types.ts';

type Role = WhoAmI['memberships'][number]['role'];

/** True when one of the roles is held: in the project that is named, in `every` project, or anywhere at all. */
export function holds(
  { memberships }: Pick<WhoAmI, 'memberships'>,
  roles: readonly Role[],
  where: { readonly project: string } | 'every' | 'anywhere' = 'anywhere',
): boolean {
  return memberships.some(
    ({ role, projectId }) =>
      roles.includes(role) &&
      (projectId === null || where === 'anywhere' || (where !== 'every' && where.project === projectId)),
  );
}
