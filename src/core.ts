/** The service's inside: database, keys, store and what all doors, jobs and commands share. Constructed here and nowhere else. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Config, Secrets } from './config.ts';
import { faultListener } from './custody/alarm.ts';
import { type Database, migrate, openDatabase } from './db/database.ts';
import { embeddedConnectionString } from './db/embedded/embedded-postgres.ts';
import { type NamedLocks, openNamedLocks } from './db/named-locks.ts';
import type { ApprovalRule } from './deliveries/approval-rule.ts';
import type { DraftUploads } from './deliveries/drafts.ts';
import { CheckSlots } from './inbound/checking.ts';
import { type ReceiptSigner, receiptSigner } from './inbound/receipts.ts';
import type { Upload } from './inbound/upload.ts';
import type { JobDeps } from './jobs.ts';
import type { Transport } from './notifications/mail.ts';
import { folderTransport, smtpTransport } from './notifications/transports.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { AppError } from './platform/errors.ts';
import type { Log } from './platform/log.ts';
import { type Random, systemRandom } from './platform/random.ts';
import { createDiskStore } from './storage/disk-store.ts';
import { createKeyRing, type KeyRing } from './storage/key-ring.ts';
import type { ObjectStore } from './storage/object-store.ts';
import { openRootKeyFile, type RootKeyFile } from './storage/root-key-change.ts';
import { loadRootKeys, rereadRootKeys } from './storage/root-key-file.ts';
import { createSealThreads } from './storage/seal-thread.ts';
import { watchStore } from './storage/watched-store.ts';
import { registerRootKeys } from './vault/root-keys.ts';
import { anyServerSecret, serverSecret } from './vault/server-secrets.ts';

/** Of the server's own secrets, under which codes and identities are hashed. */
const OWN_SECRET_BYTES = 32;
const COMMAND_CONNECTIONS = 2;
/** A terabyte takes fourteen hours at this rate. A slice ends before the next one is due. */
const VERIFY = { everyDays: 7, rateBytesPerS: 20e6, sliceMs: 9 * 60_000 };
/** Who runs the jobs by hand does not want to wait for all of it. */
const VERIFY_BY_HAND_MS = 10_000;

/** What every way of running needs: the server, a command on the same host, a test. */
export interface Core extends JobDeps {
  db: Database;
  store: ObjectStore;
  keyRing: KeyRing;
  rootKeyFile: RootKeyFile;
  clock: Clock;
  random: Random;
  log: Log;
  receipts: ReceiptSigner;
  slots: CheckSlots;
  uploads: Map<string, Upload>;
  locks: NamedLocks;
  draftUploads: DraftUploads;
  transport: Transport;
  syntheticIds: 'accept' | 'refuse';
  spillFolder: string;
  quotaBytes: number;
  approval: ApprovalRule;
  outgoingChecks: number;
  codeSecret: Uint8Array;
  identitySecret: Uint8Array;
}

/** Things to end, in the opposite order of their making. */
export class Closing {
  #steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.#steps.unshift(step);
  }

  async run(log: Log): Promise<void> {
    for (const step of this.#steps.splice(0)) {
      try {
        await step();
      } catch (err) {
        log.error({ err }, 'a part of the service did not end as it should');
      }
    }
  }
}

/** Half of the cores seal; connections, checks and the database have the rest. */
function sealThreadCount(): number {
  return Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));
}

export async function openCore(
  config: Config,
  secrets: Secrets,
  log: Log,
  clock: Clock,
  connection: { string: string; connections: number },
  closing: Closing,
): Promise<Core> {
  const db = openDatabase(connection.string, { connections: connection.connections, log });
  closing.add(() => db.destroy());
  await migrate(db);
  const locks = openNamedLocks(connection.string, { log });
  closing.add(() => locks.close());
  const random = systemRandom;
  // A new root key is made for a new service only: beside sealed data a missing key is a loss, not a first start.
  const create = !(await anyServerSecret({ db }));
  const rootKeys = await loadRootKeys({ random }, config.rootKeyFile, { create });
  const readAgain = () => rereadRootKeys(config.rootKeyFile);
  const keyRing = createKeyRing({ random, readAgain }, rootKeys);
  closing.add(async () => keyRing.close());
  await registerRootKeys({ db, keyRing, clock });
  const store = watchStore(await createDiskStore(join(config.dataFolder, 'store')), (err, step) =>
    log.error({ err, step }, 'ALARM: the store failed'),
  );
  const sealThreads = createSealThreads({ threads: sealThreadCount() });
  closing.add(() => sealThreads.close());
  const spillFolder = join(config.dataFolder, 'tmp');
  await mkdir(spillFolder, { recursive: true, mode: 0o700 });
  return {
    db,
    store,
    keyRing,
    sealThreads,
    rootKeyFile: openRootKeyFile({ random }, config.rootKeyFile),
    clock,
    random,
    log,
    receipts: await receiptSigner({ db, keyRing, clock }),
    slots: new CheckSlots(config.checkWorkers),
    uploads: new Map(),
    locks,
    draftUploads: new Map(),
    transport:
      secrets.smtpUrl === undefined
        ? folderTransport({ folder: join(config.dataFolder, 'mail'), from: config.mailFrom })
        : smtpTransport({ url: secrets.smtpUrl, from: config.mailFrom }),
    syntheticIds: config.syntheticIds,
    spillFolder,
    codeSecret: await ownSecret({ db, keyRing, clock, random }, 'one-time-codes'),
    identitySecret: await ownSecret({ db, keyRing, clock, random }, 'identities'),
    openDays: config.openDays,
    warnDaysBefore: config.warnDaysBefore,
    keepUnfinishedDays: config.keepUnfinishedDays,
    quotaBytes: config.quotaBytes,
    approval: config.approval,
    outgoingChecks: Math.max(1, Math.floor(config.checkWorkers / 2)),
    deletionReminders: config.deletionReminders,
    verify: VERIFY,
    onFault: faultListener({ db, clock, random, log }),
  };
}

async function ownSecret(
  deps: Parameters<typeof serverSecret>[0] & { random: Random },
  purpose: string,
): Promise<Uint8Array> {
  const create = () => ({ secret: deps.random.bytes(OWN_SECRET_BYTES), publicPart: '' });
  return (await serverSecret(deps, purpose, create)).secret;
}

/**
 * Opens the service's inside for one command on the same host; the server runs on beside it.
 * Errors: `unavailable` when no database is to be had.
 */
export async function openForCommand(
  config: Config,
  secrets: Secrets,
  log: Log,
  clock: Clock = systemClock,
): Promise<Core & AsyncDisposable> {
  const closing = new Closing();
  try {
    const string =
      secrets.databaseUrl ?? (await embeddedConnectionString(join(config.dataFolder, 'postgres')));
    if (string === undefined) {
      throw new AppError('unavailable', {
        nb: `Tjenesten kjører ikke i ${config.dataFolder}. Start den først med npm start, eller oppgi DATASLUSE_DATA.`,
        en: `The service is not running in ${config.dataFolder}. Start it first with npm start, or set DATASLUSE_DATA.`,
      });
    }
    const core = await openCore(
      config,
      secrets,
      log,
      clock,
      { string, connections: COMMAND_CONNECTIONS },
      closing,
    );
    const verify = { ...VERIFY, sliceMs: VERIFY_BY_HAND_MS };
    return { ...core, verify, [Symbol.asyncDispose]: () => closing.run(log) };
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}
