/** The composition root: the only place that constructs things. Configuration in, a running service out. */
import { mkdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { apiRoutes } from './api/routes.ts';
import { seeProjects } from './cases/projects.ts';
import type { Config, Secrets } from './config.ts';
import { faultListener } from './custody/alarm.ts';
import { type Database, migrate, openDatabase, ping } from './db/database.ts';
import { embeddedConnectionString, startEmbeddedPostgres } from './db/embedded/embedded-postgres.ts';
import { listen } from './db/notices.ts';
import { createApp } from './http/app.ts';
import { startHttpListener } from './http/listener.ts';
import { createAccessWatch } from './identity/access-watch.ts';
import { generateEd25519Key } from './identity/key-pair.ts';
import { redeemCode } from './identity/one-time-codes.ts';
import { actorFor, identifyByKey } from './identity/people.ts';
import type { Role } from './identity/permissions.ts';
import { createSignInLimits } from './identity/sign-in-limits.ts';
import { fingerprintOf, parsePublicKey } from './identity/ssh-keys.ts';
import { CheckSlots } from './inbound/checking.ts';
import { type ReceiptSigner, receiptSigner } from './inbound/receipts.ts';
import type { Upload } from './inbound/upload.ts';
import { type JobDeps, jobs } from './jobs.ts';
import type { Transport } from './notifications/mail.ts';
import { folderTransport, smtpTransport } from './notifications/transports.ts';
import { type Clock, systemClock } from './platform/clock.ts';
import { AppError } from './platform/errors.ts';
import type { Log } from './platform/log.ts';
import { createMeters, type Meters } from './platform/meters.ts';
import { type Random, systemRandom } from './platform/random.ts';
import { startSchedule } from './platform/scheduler.ts';
import { makeWebSignIn } from './server-sign-in.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from './sftp/server.ts';
import { createProjectTree, type SignedIn } from './sftp/tree/project-tree.ts';
import { createDiskStore } from './storage/disk-store.ts';
import { createKeyRing, type KeyRing } from './storage/key-ring.ts';
import type { ObjectStore } from './storage/object-store.ts';
import { openRootKeyFile, type RootKeyFile } from './storage/root-key-change.ts';
import { loadRootKeys, rereadRootKeys } from './storage/root-key-file.ts';
import { watchStore } from './storage/watched-store.ts';
import { registerRootKeys } from './vault/root-keys.ts';
import { anyServerSecret, serverSecret } from './vault/server-secrets.ts';

/** Of the server's own secrets, under which codes and identities are hashed. */
const OWN_SECRET_BYTES = 32;
const SERVER_CONNECTIONS = 16;
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
  transport: Transport;
  syntheticIds: 'accept' | 'refuse';
  spillFolder: string;
  quotaBytes: number;
  codeSecret: Uint8Array;
  identitySecret: Uint8Array;
}

/** Things to end, in the opposite order of their making. */
class Closing {
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

async function openCore(
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
  const spillFolder = join(config.dataFolder, 'tmp');
  await mkdir(spillFolder, { recursive: true, mode: 0o700 });
  return {
    db,
    store,
    keyRing,
    rootKeyFile: openRootKeyFile({ random }, config.rootKeyFile),
    clock,
    random,
    log,
    receipts: await receiptSigner({ db, keyRing, clock }),
    slots: new CheckSlots(config.checkWorkers),
    uploads: new Map(),
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

export interface RunningService extends AsyncDisposable {
  http: { host: string; port: number };
  sftp: { host: string; port: number; hostKeyFingerprint: string };
  /** True when the data folder holds no project yet. */
  empty: boolean;
}

/** Starts everything. Disposing of the result stops it all, the embedded database last. */
export async function startService(config: Config, secrets: Secrets, log: Log): Promise<RunningService> {
  const closing = new Closing();
  try {
    return await start(config, secrets, log, closing);
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}

async function start(config: Config, secrets: Secrets, log: Log, closing: Closing): Promise<RunningService> {
  await mkdir(config.dataFolder, { recursive: true });
  const string = secrets.databaseUrl ?? (await startDatabase(config, log, closing));
  const core = await openCore(
    config,
    secrets,
    log,
    systemClock,
    { string, connections: SERVER_CONNECTIONS },
    closing,
  );
  const access = createAccessWatch();
  const notices = await listen(string, 'access_changed', () => access.changed(), { log });
  closing.add(() => notices.close());

  const hostKey = await serverSecret(core, 'ssh-host-key', () => {
    const pair = generateEd25519Key('datasluse');
    return { secret: Buffer.from(pair.privateKey), publicPart: pair.publicLine };
  });
  const hostKeyFingerprint = fingerprintOf(parsePublicKey(hostKey.publicPart).blob);
  const sftpOptions = { ...defaultSftpOptions, ...config.sftp, ...config.sftpLimits };
  const sftp = await startSftpServer<SignedIn & { needsCode: boolean }>(
    {
      hostKeys: [Buffer.from(hostKey.secret).toString('utf8')],
      authenticate: async ({ username, keyBlob }) => {
        const personId = await identifyByKey(core, { personId: username, blob: keyBlob });
        if (personId === undefined) return undefined;
        return {
          personId,
          keyFingerprint: fingerprintOf(keyBlob),
          needsCode: await holdsOneOf(core, personId, config.sftpCodeRoles),
        };
      },
      redeemCode: ({ personId }, code) => redeemCode(core, personId, code),
      sharedLimits: createSignInLimits(core, {
        limit: sftpOptions.maxAttemptsPerAddress,
        windowMs: sftpOptions.attemptWindowMs,
        banMs: sftpOptions.banMs,
        longestBanMs: sftpOptions.longestBanMs,
      }),
      openTree: (signedIn) =>
        createProjectTree({ ...core, access, space: () => freeSpace(config.dataFolder) }, signedIn),
      log,
      clock: core.clock,
      random: core.random,
    },
    sftpOptions,
  );
  closing.add(() => sftp.close());

  const version = await readVersion();
  const meters = createMeters();
  showDoors(meters, sftp, core.uploads);
  const doors = { sftp: { ...sftp.address, hostKeyFingerprint }, http: config.http };
  const signIn = await makeWebSignIn(core, config, () => doors.http);
  const routes = apiRoutes({
    ...core,
    ...signIn.routeDeps,
    version,
    doors: () => doors,
    ready: async () => {
      await ping(core.db);
      await freeSpace(config.dataFolder);
    },
    metrics: meters.text,
  });
  const app = createApp({
    log,
    random: core.random,
    routes,
    identify: signIn.identify,
    mounts: signIn.mounts,
    portal: { folder: join(import.meta.dirname, 'portal'), pages: ['/', '/status'] },
    onRequest: meters.onRequest,
  });
  const http = await startHttpListener(app, config.http);
  closing.add(() => http.close());
  doors.http = http.address;
  signIn.listening();

  const stopping = new AbortController();
  const tasks = jobs.map((job) => ({ ...job, run: () => job.run({ ...core, stopping: stopping.signal }) }));
  const schedule = startSchedule(tasks, log);
  closing.add(() => schedule.stop());
  closing.add(async () => stopping.abort());
  const empty = (await seeProjects(core, { kind: 'clock' })).length === 0;
  return {
    http: http.address,
    sftp: doors.sftp,
    empty,
    [Symbol.asyncDispose]: () => closing.run(log),
  };
}

async function holdsOneOf(
  deps: { db: Database },
  personId: string,
  roles: readonly Role[],
): Promise<boolean> {
  if (roles.length === 0) return false;
  const actor = await actorFor(deps, personId);
  return actor.kind === 'person' && actor.memberships.some((held) => roles.includes(held.role));
}

async function startDatabase(config: Config, log: Log, closing: Closing): Promise<string> {
  const postgres = await startEmbeddedPostgres({ folder: join(config.dataFolder, 'postgres'), log });
  closing.add(() => postgres.stop());
  return postgres.connectionString;
}

async function freeSpace(folder: string): Promise<{ totalBytes: number; freeBytes: number }> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
}

async function readVersion(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function showDoors(meters: Meters, sftp: SftpServer, uploads: ReadonlyMap<string, unknown>): void {
  const { show } = meters;
  show('datasluse_sftp_connections', 'Open SFTP connections', () => sftp.connections());
  show(
    'datasluse_sftp_refused_sign_ins',
    'Refused sign-ins since the start',
    () => sftp.totals().refusedSignIns,
  );
  show('datasluse_sftp_dropped_connections', 'Connections dropped at accept', () => sftp.totals().dropped);
  show('datasluse_sftp_received_bytes', 'Bytes received over SFTP', () => sftp.totals().bytesReceived);
  show('datasluse_sftp_sent_bytes', 'Bytes sent over SFTP', () => sftp.totals().bytesSent);
  show('datasluse_uploads_open', 'Uploads being written in this process', () => uploads.size);
}
