/** Walks through the store and compares every body with its seal: slowly if told so, and from where it was cut short. */
import { recordAudit } from '../audit/audit.ts';
import { transact } from '../db/database.ts';
import { type Actor, actorName, demand } from '../identity/permissions.ts';
import { monotonicMs } from '../platform/clock.ts';
import { AppError, hasCode } from '../platform/errors.ts';
import type { VaultDeps } from '../vault/bodies.ts';
import {
  type CheckRow,
  findCheck,
  finishCheck,
  listSealed,
  listStaleParts,
  listStates,
  moveCheck,
  startCheck,
  sumSealed,
} from '../vault/store-check-store.ts';
import { verifyBody } from '../vault/verify-body.ts';
import { type AlarmDeps, raiseAlarm, type StoreFault } from './alarm.ts';

export interface VerifyDeps extends VaultDeps, AlarmDeps {
  keepUnfinishedDays: number;
}

export interface VerifyInput {
  projectId?: string | undefined;
  /** Bytes of ciphertext a second, at most. */
  rateBytesPerS?: number | undefined;
  /** From the beginning, even if an earlier run was cut short. */
  restart?: boolean;
  /** After so long it stops between two bodies, and a later run goes on. */
  sliceMs?: number;
  signal?: AbortSignal;
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Waits; tests do not. */
  pause?: (ms: number) => Promise<void>;
}

export interface VerifyResult {
  /** False when it stopped before the end. */
  finished: boolean;
  /** True when it went on where an earlier run was cut short. */
  resumed: boolean;
  /** Of the whole run, the parts before it was cut short included. */
  bodies: number;
  bytes: number;
  /** Met now; `earlierFaults` were met before it was cut short. */
  faults: readonly StoreFault[];
  earlierFaults: number;
  /** Nothing to be alarmed by: what the sweep will take. */
  leftovers: number;
  staleParts: readonly string[];
}

const PAGE = 100;
const EVERYTHING = '*';

/**
 * Errors: `forbidden`; `storage-failed` when the medium does not answer, and the position stays before that body.
 * Faults are no errors: they are in the result, in the audit log, and told to the officers.
 */
export async function verifyStore(
  deps: VerifyDeps,
  actor: Actor,
  input: VerifyInput = {},
): Promise<VerifyResult> {
  const { projectId, signal } = input;
  demand(actor, 'store.verify', projectId);
  const scope = projectId ?? EVERYTHING;
  const { check, resumed } = await begin(deps, actor, scope, input.restart ?? false);
  const faults: StoreFault[] = [];
  const rest = await sumSealed(deps.db, { projectId, after: check.position });
  const pace = pacer(input, rest.bytes);
  let { position, bodies, bytes } = check;
  const startedMs = monotonicMs();
  const stopped = (): boolean =>
    signal?.aborted === true || (input.sliceMs !== undefined && monotonicMs() - startedMs > input.sliceMs);
  const result = (
    finished: boolean,
    more?: { leftovers: number; staleParts: readonly string[] },
  ): VerifyResult => ({
    finished,
    resumed,
    bodies,
    bytes,
    faults,
    earlierFaults: check.faults,
    leftovers: more?.leftovers ?? 0,
    staleParts: more?.staleParts ?? [],
  });

  for (let page = await listSealed(deps.db, { projectId, after: position, limit: PAGE }); page.length > 0; ) {
    for (const row of page) {
      if (stopped()) return result(false);
      const body = await verifyBody(deps, row, pace).catch((thrown: unknown) => {
        if (signal?.aborted === true) return undefined;
        throw thrown;
      });
      if (body === undefined) return result(false);
      if (body.fault !== undefined) {
        const fault = { kind: body.fault, name: row.name, projectId: row.projectId };
        faults.push(fault);
        await raiseAlarm(deps, fault, 'store verify');
      }
      position = row.name;
      bodies += 1;
      bytes += body.bytes;
      const step = { position, bytes: body.bytes, faults: body.fault === undefined ? 0 : 1 };
      await transact(deps.db, (tx) => moveCheck(tx, scope, step));
    }
    page = await listSealed(deps.db, { projectId, after: position, limit: PAGE });
  }

  const { orphans, leftovers } =
    projectId === undefined ? await findOrphans(deps) : { orphans: [], leftovers: 0 };
  for (const name of orphans) {
    const fault = { kind: 'orphan' as const, name, projectId: undefined };
    faults.push(fault);
    await raiseAlarm(deps, fault, 'store verify');
  }
  // The jobs take an unfinished body after so many days and one; older ones show that they do not run.
  const before = deps.clock.now().subtract({ hours: 24 * (deps.keepUnfinishedDays + 2) });
  const staleParts = (await listStaleParts(deps.db, before, projectId)).map((one) => one.name);
  const done = result(true, { leftovers, staleParts });
  const at = deps.clock.now();
  await transact(deps.db, async (tx) => {
    await finishCheck(tx, scope, at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'store.verified',
      subject: 'store',
      ...(projectId === undefined ? {} : { projectId }),
      detail: {
        bodies,
        bytes,
        faults: faults.length + check.faults,
        leftovers,
        staleParts: staleParts.length,
      },
    });
  });
  return done;
}

async function begin(
  deps: VerifyDeps,
  actor: Actor,
  scope: string,
  restart: boolean,
): Promise<{ check: CheckRow; resumed: boolean }> {
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    const earlier = await findCheck(tx, scope);
    if (earlier !== undefined && earlier.finishedAt === null && !restart)
      return { check: earlier, resumed: true };
    await startCheck(tx, scope, at);
    await recordAudit(tx, at, {
      actor: actorName(actor),
      action: 'store.verification-begun',
      subject: 'store',
      ...(scope === EVERYTHING ? {} : { projectId: scope }),
    });
    const check = { startedAt: new Date(at.epochMilliseconds), position: '', finishedAt: null };
    return { check: { ...check, bodies: 0, bytes: 0, faults: 0 }, resumed: false };
  });
}

/** Shows how far it is, holds to the rate, and ends in the middle of a large body when told to. */
function pacer(input: VerifyInput, totalBytes: number): (bytes: number) => Promise<void> {
  const startedMs = monotonicMs();
  const pause = input.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  let done = 0;
  return async (bytes) => {
    if (input.signal?.aborted === true) throw new AppError('closed', interrupted);
    done += bytes;
    input.onProgress?.(done, totalBytes);
    if (input.rateBytesPerS === undefined) return;
    const aheadMs = (done / input.rateBytesPerS) * 1000 - (monotonicMs() - startedMs);
    if (aheadMs > 1) await pause(aheadMs);
  };
}

/**
 * What the store holds and no live row knows. The row of a body is there before the body is, and is looked for after
 * it was seen: so a body without any row is a stranger, and one whose row is erased waits for the sweep.
 */
async function findOrphans(deps: VerifyDeps): Promise<{ orphans: readonly string[]; leftovers: number }> {
  const orphans: string[] = [];
  let leftovers = 0;
  const look = async (names: readonly string[]): Promise<void> => {
    const states = await listStates(deps.db, names);
    for (const name of names) {
      const state = states.get(name)?.state;
      if (state === 'erased') leftovers += 1;
      // A body that was withdrawn meanwhile goes from the store before its row does.
      else if (state === undefined && (await isThere(deps, name))) orphans.push(name);
    }
  };
  let page: string[] = [];
  for await (const object of deps.store.list()) {
    page.push(object.name);
    if (page.length < PAGE) continue;
    await look(page);
    page = [];
  }
  await look(page);
  return { orphans, leftovers };
}

async function isThere(deps: VerifyDeps, name: string): Promise<boolean> {
  for (const open of [deps.store.openObject, deps.store.openPart]) {
    try {
      await (await open(name)).close();
      return true;
    } catch (thrown) {
      if (!hasCode(thrown, 'not-found')) return true;
    }
  }
  return false;
}

const interrupted = { nb: 'Kontrollen ble avbrutt.', en: 'The check was broken off.' };

/**
 * A slice of the regular check: goes on with a round that is under way, or begins one when the last ended long ago.
 * Returns undefined when nothing is due.
 */
export async function verifyDue(
  deps: VerifyDeps & {
    verify: { everyDays: number; rateBytesPerS: number; sliceMs: number };
    stopping?: AbortSignal;
  },
  actor: Actor,
): Promise<VerifyResult | undefined> {
  const { everyDays, rateBytesPerS, sliceMs } = deps.verify;
  const last = await findCheck(deps.db, EVERYTHING);
  const dueMs = deps.clock.now().epochMilliseconds - everyDays * 86_400_000;
  const due = last === undefined || last.finishedAt === null || last.startedAt.getTime() <= dueMs;
  if (!due) return undefined;
  const signal = deps.stopping === undefined ? {} : { signal: deps.stopping };
  return verifyStore(deps, actor, { rateBytesPerS, sliceMs, ...signal });
}
