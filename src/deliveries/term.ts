/** Staff change how long a delivery stands: withdraw it now, or keep it open longer. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { lockProject } from '../cases/project-store.ts';
import { getProject } from '../cases/projects.ts';
import { transact } from '../db/database.ts';
import { announce } from '../db/notices.ts';
import { type Correspondent, correspondents } from '../identity/people.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { deliveryExtended, deliveryWithdrawn } from '../notifications/access-letters.ts';
import { queueMail } from '../notifications/outbox.ts';
import { zone } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import { closesAt } from './closing.ts';
import { hasClosed } from './deliveries.ts';
import {
  findPublication,
  listRecipients,
  lockOpenPublication,
  type PublicationRow,
  setOpenDays,
} from './delivery-store.ts';
import { endDelivery } from './end.ts';

/** Ten years: beyond that a number of days is a slip of the hand. */
const MOST_DAYS = 3653;

interface Which {
  projectId: string;
  folder: string;
  /** Told to the recipients, and recorded. */
  reason: string;
}

async function openOne(deps: VaultDeps, actor: Actor, which: Which): Promise<PublicationRow> {
  await getProject(deps, actor, which.projectId);
  const { projectId, folder } = which;
  const row = await findPublication(deps.db, { projectId, folder });
  if (row === undefined) {
    throw new AppError('not-found', {
      nb: `Prosjekt ${projectId} har ingen leveranse ${folder}.`,
      en: `Project ${projectId} has no delivery ${folder}.`,
    });
  }
  if (row.state !== 'open' || hasClosed(deps.clock, row)) throw ended();
  return row;
}

function ended(): AppError {
  return new AppError('conflict', {
    nb: 'Leveransen er allerede stengt. Publiser den på nytt hvis den trengs.',
    en: 'The delivery has closed already. Publish it anew if it is needed.',
  });
}

function changedMeanwhile(): AppError {
  return new AppError('changed-meanwhile', {
    nb: 'Leveransen er endret siden du så den. Hent den på nytt, og prøv igjen hvis det fortsatt trengs.',
    en: 'The delivery has changed since you saw it. Fetch it again, and try anew if it is still needed.',
  });
}

/** The recipients who still are researchers of the project. */
async function recipientsOf(deps: VaultDeps, row: PublicationRow): Promise<readonly Correspondent[]> {
  const ids = new Set(await listRecipients(deps.db, row.id));
  return (await correspondents(deps, row.projectId, 'researcher')).filter((one) => ids.has(one.personId));
}

/** Ends a delivery at once and tells its recipients. Errors: `forbidden`, `not-found`, `conflict`. */
export async function withdrawDelivery(
  deps: VaultDeps,
  actor: Actor,
  which: Which,
): Promise<{ keysDestroyed: number; told: readonly string[] }> {
  demand(actor, 'delivery.withdraw', which.projectId);
  const row = await openOne(deps, actor, which);
  const people = await recipientsOf(deps, row);
  const at = deps.clock.now();
  const keysDestroyed = await endDelivery(
    deps,
    actor,
    row,
    { state: 'withdrawn', reason: which.reason },
    async (tx) => {
      for (const person of people) {
        const letter = deliveryWithdrawn(person.language, {
          ...row,
          name: person.name,
          reason: which.reason,
        });
        await queueMail(deps, tx, at, { to: person.email, ...letter });
      }
    },
  );
  if (keysDestroyed === undefined) throw ended();
  return { keysDestroyed, told: people.map((person) => person.personId) };
}

/**
 * Keeps a delivery open for so many days more, or until the same time of day on a date, and tells its recipients. The
 * wraps of its keys live until it ends. Errors: `forbidden`, `not-found`, `conflict`, `invalid-input`, `closed`.
 */
export async function extendDelivery(
  deps: VaultDeps,
  actor: Actor,
  input: Which & {
    by: { days: number } | { until: Temporal.PlainDate };
    /** Says whether the delivery is still as the actor knows it; `changed-meanwhile` when not. */
    agrees?: (openDays: number) => boolean;
  },
): Promise<Temporal.ZonedDateTime> {
  demand(actor, 'delivery.extend', input.projectId);
  const { id } = await openOne(deps, actor, input);
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    demandOpen(await lockProject(tx, input.projectId), 'publish a delivery');
    const row = await lockOpenPublication(tx, id);
    if (row === undefined || hasClosed(deps.clock, row)) throw ended();
    if (input.agrees?.(row.openDays) === false) throw changedMeanwhile();
    const openDays =
      'days' in input.by ? row.openDays + input.by.days : daysUntil(row.openedAt, input.by.until);
    const until = closesAt({ ...row, openDays });
    if (openDays <= row.openDays || openDays > MOST_DAYS) throw notLater(closesAt(row));
    await setOpenDays(tx, id, openDays);
    const people = await recipientsOf(deps, row);
    for (const person of people) {
      const facts = { ...row, name: person.name, reason: input.reason, closesAt: until };
      await queueMail(deps, tx, at, {
        to: person.email,
        ...deliveryExtended(person.language, facts),
      });
    }
    await announce(tx, 'access_changed', `publication:${id}`);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'delivery.extended',
      subject: `publication:${id}`,
      projectId: row.projectId,
      detail: {
        folder: row.folder,
        reason: input.reason,
        from: closesAt(row).toInstant().toString(),
        to: until.toInstant().toString(),
        told: people.map((person) => person.personId),
      },
    });
    return until;
  });
}

function daysUntil(openedAt: Temporal.Instant, date: Temporal.PlainDate): number {
  const opened = openedAt.toZonedDateTimeISO(zone).toPlainDate();
  return opened.until(date, { largestUnit: 'days' }).days;
}

function notLater(current: Temporal.ZonedDateTime): AppError {
  const until = current.toPlainDate().toString();
  return new AppError('invalid-input', {
    nb: `Den nye fristen må være senere enn ${until}, og høyst ti år etter åpningen.`,
    en: `The new end must be later than ${until}, and at most ten years after the opening.`,
  });
}
