/** Whose files of a project an actor gets to see. */
import { type Actor, may } from '../identity/permissions.ts';

/** The person whose files only are looked at, or undefined for whoever may see all of them. */
export function ownOnly(actor: Actor, projectId: string): string | undefined {
  return actor.kind !== 'person' || may(actor, 'inbound.see-all', projectId) ? undefined : actor.personId;
}
