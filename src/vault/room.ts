/** Keeps what is stored for a project within its quota while it arrives, with several processes writing at once. */
import type { Database } from '../db/database.ts';
import { transact } from '../db/database.ts';
import { byteWords } from '../platform/byte-words.ts';
import { AppError } from '../platform/errors.ts';
import { lockRoom, setAside, storedBytes } from './body-store.ts';

/** A body this small is weighed once, when it begins: many may begin at once, and each may go over by so much. */
const UNWEIGHED_BYTES = 1024 * 1024;
/** Set aside at a time, so that a fast upload asks seldom. */
const AHEAD_BYTES = 64 * 1024 * 1024;

/** The room that one growing body has. */
export interface Room {
  /**
   * Asks for `bytes` in all. Undefined when they are granted already; else a promise that resolves when they are, or
   * rejects with `too-large` and the numbers.
   */
  demand(name: string, bytes: number): Promise<void> | undefined;
}

/** `quotaBytes` is asked anew whenever more is set aside: it may have been changed. */
export async function openRoom(
  deps: { db: Database },
  projectId: string,
  quotaBytes: () => Promise<number>,
): Promise<Room> {
  const [quota, stored] = await Promise.all([quotaBytes(), storedBytes(deps.db, projectId)]);
  let granted = Math.min(quota - stored, UNWEIGHED_BYTES);

  async function grow(name: string, bytes: number): Promise<void> {
    const quota = await quotaBytes();
    granted = await transact(deps.db, async (tx) => {
      await lockRoom(tx, projectId);
      const others = await storedBytes(tx, projectId, name);
      const free = quota - others;
      if (bytes > free) throw full(others, quota);
      const aside = Math.min(free, bytes + Math.min(AHEAD_BYTES, Math.floor(free / 4)));
      await setAside(tx, name, aside);
      return aside;
    });
  }

  return { demand: (name, bytes) => (bytes <= granted ? undefined : grow(name, bytes)) };
}

/** Refuses `bytes` that would not fit now, before any of them is sent. `name`: a body that is part of them. */
export async function demandRoom(
  deps: { db: Database },
  projectId: string,
  quota: number,
  bytes: number,
  name?: string,
): Promise<void> {
  const others = await storedBytes(deps.db, projectId, name);
  if (bytes > quota - others) throw full(others, quota);
}

/** What a project has stored: plaintext bytes of all its bodies, and what growing ones have set aside. */
export function usedBytes(deps: { db: Database }, projectId: string): Promise<number> {
  return storedBytes(deps.db, projectId);
}

function full(used: number, quota: number): AppError {
  const numbers = (language: 'nb' | 'en') => [byteWords(used, language), byteWords(quota, language)] as const;
  const [usedNb, quotaNb] = numbers('nb');
  const [usedEn, quotaEn] = numbers('en');
  return new AppError('too-large', {
    nb: `Det er ikke plass til filen: prosjektet bruker ${usedNb} av ${quotaNb}. Slett filer som ikke trengs, eller be saksbehandleren om mer plass.`,
    en: `There is no room for the file: the project uses ${usedEn} of ${quotaEn}. Delete files that are not needed, or ask the case officer for more room.`,
  });
}
