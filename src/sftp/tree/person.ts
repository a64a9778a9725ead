/** Who a session is for. */
import type { AccessWatch } from '../../identity/access-watch.ts';
import type { Actor } from '../../identity/permissions.ts';

export type Person = Actor & { kind: 'person' };

/** Announcements of changed access, for open files. */
export interface WatchDeps {
  access: AccessWatch;
}
