/** The shapes of answers, for the portal: types only. */
export type { Problem } from '../http/problem.ts';
export type { WhoAmI } from './session.ts';
export type { Providers } from './sign-in.ts';
export type { Endpoint, Status } from './system.ts';
