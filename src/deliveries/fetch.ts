/** A recipient's open handle on a delivered file: it asks before every read whether the delivery still stands. */
import { recordAudit } from '../audit/audit.ts';
import { demandNoStop } from '../cases/download-stops.ts';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import { transact } from '../db/database.ts';
import { type AccessWatch, createGate } from '../identity/access-watch.ts';
import { actorNow } from '../identity/people.ts';
import { type Actor, actorName } from '../identity/permissions.ts';
import { AppError, type Sentence } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { openBody, type VaultDeps } from '../vault/bodies.ts';
import { closesAt } from './closing.ts';
import { hasClosed, type OpenDelivery, opensFor } from './deliveries.ts';
import { addFetched, findPublication } from './delivery-store.ts';
import { encryptedOf, openEncrypted } from './end-to-end.ts';
import { publicationHolder } from './publish.ts';

export interface FetchDeps extends VaultDeps {
  access: AccessWatch;
  log: Log;
}

export interface Fetching {
  readonly bytes: number;
  /** Errors: `closed` once the delivery has, or the person is no longer a recipient. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The same in pieces, where they lie: only look. */
  readPieces(offset: number, length: number): Promise<readonly Uint8Array[]>;
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
  // Made before anything is opened: an announcement from here on is noticed at the first read.
  let closesAtMs = delivery.closesAt.epochMilliseconds;
  const gate = createGate(deps.access, async () => {
    closesAtMs = await standsUntil(deps, actor, publicationId);
  });
  await demandNoStop(deps, projectId);
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

  const ranges = new FetchedRanges();
  let over = false;
  /** Why the service ended it before the reader did. */
  let cut: Ended | undefined;

  async function demandStanding(): Promise<void> {
    try {
      await gate({ now: deps.clock.now().epochMilliseconds >= closesAtMs });
    } catch (thrown) {
      if (cut === undefined && thrown instanceof AppError) {
        cut = thrown instanceof Ended ? thrown : new Ended('key-revoked', thrown.detail);
        deps.log.info({ publicationId, personId: actor.personId, why: cut.why }, 'a download was cut off');
        await reader.close();
      }
      throw thrown;
    }
  }

  async function demandReadable(): Promise<void> {
    if (over) throw new Ended('expired', sentences.expired);
    await demandStanding();
  }

  async function close(): Promise<void> {
    if (over) return;
    over = true;
    await reader.close();
    const carried = new FetchedRanges();
    for (const [from, to] of ranges.list)
      carried.add(...('plainRange' in reader ? reader.plainRange(from, to) : ([from, to] as const)));
    if (carried.list.length === 0 && cut === undefined) return;
    const at = deps.clock.now();
    await transact(deps.db, async (tx) => {
      const complete =
        carried.list.length > 0 && (await addFetched(tx, fileId, actor.personId, carried.list, at));
      await recordAudit(tx, at, {
        ...event,
        action: complete ? 'delivery.fetched' : cut === undefined ? 'delivery.read' : 'delivery.cut-off',
        detail: { name, door, bytes: ranges.bytes, ...(cut === undefined ? {} : { why: cut.why }) },
      });
    });
  }

  return {
    bytes: 'bytes' in reader ? reader.bytes : file.bytes,
    async read(offset, length) {
      await demandReadable();
      const bytes = await reader.read(offset, length);
      ranges.add(offset, offset + bytes.length);
      return bytes;
    },
    async readPieces(offset, length) {
      await demandReadable();
      const pieces = await reader.readPieces(offset, length);
      ranges.add(offset, offset + pieces.reduce((sum, piece) => sum + piece.length, 0));
      return pieces;
    },
    close,
  };
}

type Why =
  | 'expired'
  | 'withdrawn'
  | 'not-a-recipient'
  | 'project-closed'
  | 'downloads-stopped'
  | 'key-revoked';

/** The refusal of a read that an open handle was good for before. */
class Ended extends AppError {
  readonly why: Why;

  constructor(why: Why, detail: Sentence) {
    super('closed', detail);
    this.why = why;
  }
}

const sentences = {
  expired: {
    nb: 'Nedlastingsområdet er stengt. Kontakt saksbehandleren hvis dere trenger leveransen på nytt.',
    en: 'The download area has closed. Contact the case officer if you need the delivery again.',
  },
  withdrawn: {
    nb: 'Leveransen er trukket tilbake. Du har fått e-post om hvorfor; kontakt saksbehandleren.',
    en: 'The delivery has been withdrawn. You have been told why by e-mail; contact the case officer.',
  },
  'not-a-recipient': {
    nb: 'Du har ikke lenger tilgang til leveransen. Kontakt saksbehandleren hvis det er feil.',
    en: 'You no longer have access to the delivery. Contact the case officer if that is wrong.',
  },
} as const;

/**
 * Until when the delivery stands for this person, in ms since 1970, by the tables as they are now. Errors: Ended; the
 * AppError `closed` of `actorNow` when the key that the person signed in with is revoked.
 */
async function standsUntil(
  deps: FetchDeps,
  actor: Actor & { kind: 'person' },
  publicationId: string,
): Promise<number> {
  const [row, current] = await Promise.all([
    findPublication(deps.db, { id: publicationId }),
    actorNow(deps, actor),
  ]);
  if (row === undefined || row.state === 'expired') throw new Ended('expired', sentences.expired);
  if (row.state === 'withdrawn') throw new Ended('withdrawn', sentences.withdrawn);
  if (hasClosed(deps.clock, row)) throw new Ended('expired', sentences.expired);
  if (!(await opensFor(deps, current, row))) throw new Ended('not-a-recipient', sentences['not-a-recipient']);
  const { state } = await getProject(deps, current, row.projectId);
  await because('project-closed', async () => demandOpen(state, 'fetch a delivery'));
  await because('downloads-stopped', () => demandNoStop(deps, row.projectId));
  return closesAt(row).epochMilliseconds;
}

async function because(why: Why, demandIt: () => Promise<void>): Promise<void> {
  try {
    await demandIt();
  } catch (thrown) {
    throw thrown instanceof AppError ? new Ended(why, thrown.detail) : thrown;
  }
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
