/** What a token leaves of a person's rights: one project, or reading only. */
import type { Actor, Membership, Via } from './permissions.ts';
import { staffRoles } from './permissions.ts';

type Person = Actor & { kind: 'person' };

/** The person with no more than the token gives. A role held everywhere is then held in the token's project only. */
export function narrowed(
  person: Person,
  via: Via,
  scope: { readOnly: boolean; projectId: string | null },
): Person {
  const { projectId } = scope;
  return {
    ...person,
    via,
    memberships: projectId === null ? person.memberships : within(person.memberships, projectId),
    ...(scope.readOnly ? { readOnly: true as const } : {}),
  };
}

function within(memberships: readonly Membership[], projectId: string): Membership[] {
  return memberships.flatMap((held) => {
    const covers = held.projectId === null ? staffRoles.includes(held.role) : held.projectId === projectId;
    return covers ? [{ role: held.role, projectId }] : [];
  });
}
