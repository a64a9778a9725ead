/** One-time codes: what a person types after their key has been accepted, where their role asks for it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import {
  countRefusal,
  endCode,
  insertCode,
  lockCode,
  removeCodes,
  replaceCode,
} from './one-time-code-store.ts';
import { findPerson, listMemberships } from './people-store.ts';
import { type Actor, actorName, demand } from './permissions.ts';

export interface CodeDeps {
  db: Database;
  clock: Clock;
  random: Random;
  /** The server's own secret for codes. Without it, eight digits could be found from a copy of the database at once. */
  codeSecret: Uint8Array;
}

export interface IssuedCode {
  /** As it is shown: two groups of four digits. */
  code: string;
  expiresAt: Temporal.Instant;
}

export const codeLifeMinutes = 10;
const digits = 8;
const refusalLimit = 5;
const keepRowsHours = 24;

/** The code as it was meant: people type the space, a hyphen, or neither. */
function plain(typed: string): string {
  return typed.replace(/[\s-]/g, '');
}

function hashOf(secret: Uint8Array, personId: string, code: string): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['one-time-code', personId, code]))
    .digest();
}

/** Eight digits, each equally likely: what lies beyond the last whole multiple of 10^8 is thrown away. */
function randomCode(random: Random): string {
  const range = 10 ** digits;
  const limit = 2 ** 32 - (2 ** 32 % range);
  for (;;) {
    const bytes = random.bytes(4);
    const value = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (value < limit) return String(value % range).padStart(digits, '0');
  }
}

/**
 * A new code for a person; one they had before is no longer good. They may ask for their own (the portal, once they have
 * signed in there); for others it takes the right to manage people.
 * Errors: `forbidden`, `not-found` (nobody of that name with a live role).
 */
export async function issueCode(deps: CodeDeps, actor: Actor, personId: string): Promise<IssuedCode> {
  const forSelf = actor.kind === 'person' && actor.personId === personId && actor.memberships.length > 0;
  if (!forSelf) demand(actor, 'people.manage');
  const code = randomCode(deps.random);
  const at = deps.clock.now();
  const expiresAt = at.add({ minutes: codeLifeMinutes });
  const known =
    (await findPerson(deps.db, personId)) !== undefined &&
    (await listMemberships(deps.db, personId)).length > 0;
  if (!known) {
    throw new AppError('not-found', {
      nb: `Det er ingen som heter ${personId} og har en rolle. Se datasluse person list.`,
      en: `There is nobody named ${personId} who has a role. See datasluse person list.`,
    });
  }
  await transact(deps.db, async (tx) => {
    await replaceCode(tx, personId, at);
    await removeCodes(tx, personId, at.subtract({ hours: keepRowsHours }));
    await insertCode(tx, {
      id: deps.random.uuid(),
      personId,
      codeHash: hashOf(deps.codeSecret, personId, code),
      issuedAt: at,
      expiresAt,
    });
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'code.issued',
      subject: `person:${personId}`,
      detail: { expiresAt: expiresAt.toString() },
    });
  });
  return { code: `${code.slice(0, 4)} ${code.slice(4)}`, expiresAt };
}

/**
 * True once for the code that the person was given, while it lives; the wrong one may be typed so many times. Every answer
 * to a live code is in the audit log.
 */
export async function redeemCode(deps: CodeDeps, personId: string, typed: string): Promise<boolean> {
  const at = deps.clock.now();
  const given = hashOf(deps.codeSecret, personId, plain(typed));
  return transact(deps.db, async (tx) => {
    const live = await lockCode(tx, personId, at);
    if (live === undefined) return false;
    const right = timingSafeEqual(given, live.codeHash);
    const refusals = right ? live.refusals : live.refusals + 1;
    const exhausted = refusals >= refusalLimit;
    if (right) await endCode(tx, live.id, 'used', at);
    else {
      await countRefusal(tx, live.id, refusals);
      if (exhausted) await endCode(tx, live.id, 'exhausted', at);
    }
    await recordAudit(tx, at, {
      actor: `person:${personId}`,
      action: right ? 'code.used' : 'code.refused',
      subject: `person:${personId}`,
      detail: right ? {} : { refusals, exhausted },
    });
    return right;
  });
}
