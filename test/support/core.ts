/** The inside of the service on a database and a store of its own, with a clock that the test moves. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { createProject } from '../../src/cases/projects.ts';
import { migrate, openDatabase } from '../../src/db/database.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded/embedded-postgres.ts';
import { openNamedLocks } from '../../src/db/named-locks.ts';
import type { DraftUploads } from '../../src/deliveries/drafts.ts';
import { createAccessWatch } from '../../src/identity/access-watch.ts';
import { actorFor, addPerson } from '../../src/identity/people.ts';
import type { Actor, Role } from '../../src/identity/permissions.ts';
import { CheckSlots } from '../../src/inbound/checking.ts';
import { receiptSigner } from '../../src/inbound/receipts.ts';
import type { Upload } from '../../src/inbound/upload.ts';
import type { Mail } from '../../src/notifications/mail.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createDiskStore } from '../../src/storage/disk-store.ts';
import { createKeyRing } from '../../src/storage/key-ring.ts';
import { openRootKeyFile } from '../../src/storage/root-key-change.ts';
import { loadRootKeys, rereadRootKeys } from '../../src/storage/root-key-file.ts';
import { registerRootKeys } from '../../src/vault/root-keys.ts';

export type Person = Actor & { kind: 'person' };
export const operator: Actor = { kind: 'operator', name: 'test' };
export const clockActor: Actor = { kind: 'clock' };

export type TestCore = Awaited<ReturnType<typeof openTestCore>>;

/** Everything lies under `folder`, which is removed at the end. */
export async function openTestCore(startAt = '2026-11-23T08:00:00+01:00') {
  const folder = await mkdtemp(join(tmpdir(), 'datasluse-core-'));
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: silentLog });
  const db = openDatabase(postgres.connectionString, { connections: 8, log: silentLog });
  await migrate(db);
  let now = Temporal.Instant.from(startAt);
  const clock: Clock = { now: () => now };
  const random = systemRandom;
  const rootKeyPath = join(folder, 'keys', 'root.key');
  const rootKeys = await loadRootKeys({ random }, rootKeyPath, { create: true });
  const keyRing = createKeyRing({ random, readAgain: () => rereadRootKeys(rootKeyPath) }, rootKeys);
  await registerRootKeys({ db, keyRing, clock });
  const locks = openNamedLocks(postgres.connectionString, { log: silentLog, retryMs: 50 });
  const sent: (Mail & { id: string })[] = [];
  return {
    folder,
    connectionString: postgres.connectionString,
    db,
    clock,
    random,
    keyRing,
    rootKeyPath,
    rootKeyFile: openRootKeyFile({ random }, rootKeyPath),
    log: silentLog,
    store: await createDiskStore(join(folder, 'store')),
    receipts: await receiptSigner({ db, keyRing, clock }),
    slots: new CheckSlots(2),
    uploads: new Map<string, Upload>(),
    locks,
    draftUploads: new Map() as DraftUploads,
    syntheticIds: 'accept' as const,
    // Tests run from the sources; a worker thread needs the built program.
    workerUrl: new URL('../../dist/validators/worker/entry.js', import.meta.url),
    access: createAccessWatch(),
    // What is about approval says so itself.
    approval: 'none' as 'none' | 'second-person',
    outgoingChecks: 2,
    openDays: 14,
    warnDaysBefore: 3,
    keepUnfinishedDays: 7,
    quotaBytes: 1e12,
    deletionReminders: { daysBefore: [60, 30, 7, 0], overdueEveryDays: 7 },
    verify: { everyDays: 7, rateBytesPerS: 20e6, sliceMs: 60_000 },
    sent,
    transport: async (mail: { id: string; to: string; subject: string; body: string }) => {
      sent.push({ id: mail.id, to: mail.to, subject: mail.subject, body: mail.body });
    },
    moveTo(at: string) {
      now = Temporal.Instant.from(at);
    },
    async close() {
      await locks.close();
      await db.destroy();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A second process on the same database and store: it shares nothing with the first but these. */
export async function openBeside(core: TestCore) {
  const db = openDatabase(core.connectionString, { connections: 8, log: silentLog });
  const locks = openNamedLocks(core.connectionString, { log: silentLog, retryMs: 50 });
  const beside = {
    ...core,
    db,
    locks,
    store: await createDiskStore(join(core.folder, 'store')),
    slots: new CheckSlots(2),
    uploads: new Map<string, Upload>(),
    draftUploads: new Map() as DraftUploads,
    async close() {
      await locks.close();
      await db.destroy();
    },
  };
  return beside;
}

export async function addTestProject(core: TestCore, id: string, deleteBy = '2027-12-31'): Promise<void> {
  await createProject(core, operator, { id, title: `Prosjekt ${id}`, institution: 'Instituttet', deleteBy });
}

export async function addTestPerson(
  core: TestCore,
  id: string,
  role: Role,
  projectId?: string,
): Promise<Person> {
  await addPerson(core, operator, {
    id,
    name: id,
    email: `${id}@example.no`,
    language: 'nb',
    role,
    projectId,
    sshKey: undefined,
  });
  return actorFor(core, id);
}
