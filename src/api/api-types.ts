/** The shapes of answers, for the portal: types only. */

export type { Problem } from '../http/problem.ts';
export type { Event, FileAccess } from './audit.ts';
export type { CheckKit } from './check-kits.ts';
export type { DeliveryDetail, DeliveryHead } from './deliveries.ts';
export type { Description } from './descriptions.ts';
export type { Mail, Work } from './desk.ts';
export type { InboxFile } from './inbox.ts';
export type { Held, PersonKey } from './people.ts';
export type { Stop } from './project-desk.ts';
export type { ProjectDetail, ProjectHead } from './projects.ts';
export type { OwnSession, WhoAmI } from './session.ts';
export type { Providers } from './sign-in.ts';
export type { Endpoint, Status } from './system.ts';
export type { OwnKey, OwnToken } from './tokens.ts';
