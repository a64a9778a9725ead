/** People of a project, each with all of their roles. Pure. */
import type { Held } from '../../api/api-types.ts';

export interface Person extends Pick<Held, 'id' | 'name' | 'email'> {
  readonly roles: readonly Held[];
}

/** One entry for each person, however many roles they hold. */
export function personsOf(held: readonly Held[]): readonly Person[] {
  const ids = [...new Set(held.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const roles = held.filter((one) => one.id === id);
    const [first] = roles;
    return first === undefined ? [] : [{ id, name: first.name, email: first.email, roles }];
  });
}
