/** The versions of a project's descriptions: each replaces the one that whoever made it has read. */
import type { Temporal } from 'temporal-polyfill';
import type { Tx } from '../db/database.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import {
  type DescriptionTable,
  type DescriptionVersion,
  insertDescription,
  newestDescription,
} from './description-store.ts';
import { lockProject } from './project-store.ts';

/** Says whether the version in force (0: none) is the one that somebody has read. */
export type Agrees = (version: number) => boolean;

/** The one in force. Holds the project, so that no other comes into force before the transaction ends. */
export async function holdDescription(
  tx: Tx,
  table: DescriptionTable,
  projectId: string,
): Promise<DescriptionVersion | undefined> {
  await lockProject(tx, projectId);
  return newestDescription(tx, table, projectId);
}

/** Keeps a text as the next version and returns its number. Errors: `changed-meanwhile`, `not-found`. */
export async function keepDescription(
  deps: { random: Random },
  tx: Tx,
  table: DescriptionTable,
  given: { projectId: string; text: string; sha256: string; agrees: Agrees },
  at: Temporal.Instant,
): Promise<number> {
  const { agrees, ...row } = given;
  const current = (await holdDescription(tx, table, row.projectId))?.version ?? 0;
  if (!agrees(current)) {
    throw new AppError('changed-meanwhile', {
      nb: 'Beskrivelsen er endret siden du leste den. Hent den på nytt og gjør endringen der.',
      en: 'The description has changed since you read it. Fetch it again and make your change there.',
    });
  }
  const version = current + 1;
  await insertDescription(tx, table, { ...row, id: deps.random.uuid(), version }, at);
  return version;
}
