/** A recipient's open handle on a delivered file: it asks before every read whether the delivery still stands. */
import type { Temporal } from 'temporal-polyfill';
import { recordAudit } from '../audit/audit.ts';
import { transact } from '../db/database.ts';
import { actorFor } from '../identity/people.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import { monotonicMs } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { openBody, type VaultDeps } from '../vault/bodies.ts';
import { type OpenDelivery, opensFor } from './deliveries.ts';
import { addFetched, findPublication } from './delivery-store.ts';
import { encryptedOf, openEncrypted } from './end-to-end.ts';
import { publicationHolder } from './publish.ts';

/** Publications that have closed while this process runs, as other instances and the clock announce them. */
export type ClosedPublications = ReadonlySet<string>;

export interface FetchDeps extends VaultDeps {
  closed: ClosedPublications;
}

/** How long an answer of the tables stands while no announcement says otherwise. */
const STANDS_MS = 1000;

export interface Fetching {
  readonly bytes: number;
  /** Errors: `closed` once the delivery has, or the person is no longer a recipient. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Notes what was fetched. Idempotent. */
  close(): Promise<void>;
}

/** Opens a file of a delivery that is open for this person. Errors: `not-found`, `closed`. */
export async function fetchFile(
  deps: FetchDeps,
  actor: Actor & { kind: 'person' },
  delivery: OpenDelivery,
  name: string,
  door: string,
): Promise<Fetching> {
  const plain = delivery.files.find((candidate) => candidate.name === name);
  const file = plain ?? encryptedOf(delivery, name);
  if (file === undefined) {
    throw new AppError('not-found', {
      nb: 'Filen finnes ikke i leveransen.',
      en: 'No such file in the delivery.',
    });
  }
  const { id: publicationId, projectId } = delivery;
  const fileId = file.id;
  const holder = publicationHolder(publicationId);
  const reader =
    plain === undefined
      ? await openEncrypted(deps, actor, delivery, file)
      : await openBody(deps, { name: file.objectName, projectId, holder });
  const event = {
    actor: actorName(actor),
    subject: `publication:${publicationId}`,
    projectId,
  };
  const openedAt = deps.clock.now();
  try {
    await transact(deps.db, (tx) =>
      recordAudit(tx, openedAt, { ...event, action: 'delivery.opened', detail: { name, door } }),
    );
  } catch (thrown) {
    await reader.close();
    throw thrown;
  }

  const gate = gateFor(deps, actor, delivery);
  const ranges = new FetchedRanges();
  let over = false;

  async function close(): Promise<void> {
    if (over) return;
    over = true;
    await reader.close();
    if (ranges.list.length === 0) return;
    const carried = new FetchedRanges();
    for (const [from, to] of ranges.list)
      carried.add(...('plainRange' in reader ? reader.plainRange(from, to) : ([from, to] as const)));
    if (carried.list.length === 0) return;
    const at = deps.clock.now();
    await transact(deps.db, async (tx) => {
      const complete = await addFetched(tx, fileId, actor.personId, carried.list, at);
      await recordAudit(tx, at, {
        ...event,
        action: complete ? 'delivery.fetched' : 'delivery.read',
        detail: { name, door, bytes: ranges.bytes },
      });
    });
  }

  return {
    bytes: 'bytes' in reader ? reader.bytes : file.bytes,
    async read(offset, length) {
      if (over) throw closed();
      if (!(await gate())) {
        await reader.close();
        throw closed();
      }
      const bytes = await reader.read(offset, length);
      ranges.add(offset, offset + bytes.length);
      return bytes;
    },
    close,
  };
}

/** Answers whether reads may go on: at once from the clock and the announcements, and once a second from the tables. */
function gateFor(
  deps: FetchDeps,
  actor: Actor & { kind: 'person' },
  delivery: OpenDelivery,
): () => Promise<boolean> {
  let shut = false;
  let askedMs = monotonicMs();
  const closesAt: Temporal.ZonedDateTime = delivery.closesAt;
  return async () => {
    if (deps.closed.has(delivery.id) || deps.clock.now().epochMilliseconds >= closesAt.epochMilliseconds)
      shut = true;
    if (shut) return false;
    if (monotonicMs() - askedMs < STANDS_MS) return true;
    askedMs = monotonicMs();
    const [row, current] = await Promise.all([
      findPublication(deps.db, { id: delivery.id }),
      actorFor(deps, actor.personId),
    ]);
    if (row === undefined || current.kind !== 'person' || !(await opensFor(deps, current, row))) shut = true;
    return !shut;
  };
}

function closed(): AppError {
  return new AppError('closed', {
    nb: 'Nedlastingsområdet er stengt. Kontakt saksbehandleren hvis dere trenger leveransen på nytt.',
    en: 'The download area has closed. Contact the case officer if you need the delivery again.',
  });
}

/** Byte ranges read, merged as they grow; a sequential download is one. */
export class FetchedRanges {
  #list: [number, number][] = [];

  get list(): readonly (readonly [number, number])[] {
    return this.#list;
  }

  get bytes(): number {
    return this.#list.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  add(from: number, to: number): void {
    if (to <= from) return;
    let [low, high] = [from, to];
    const apart: [number, number][] = [];
    for (const range of this.#list) {
      if (range[1] < low || range[0] > high) apart.push(range);
      else [low, high] = [Math.min(low, range[0]), Math.max(high, range[1])];
    }
    apart.push([low, high]);
    this.#list = apart;
  }
}
