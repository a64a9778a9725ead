/** The composition root: the only place that constructs things. Configuration in, a running service out. */
import { mkdir, readFile, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createOpenUploads } from './api/open-uploads.ts';
import { apiRoutes } from './api/routes.ts';
import { seeProjects } from './cases/projects.ts';
import type { Config, Secrets } from './config.ts';
import { faultListener } from './custody/alarm.ts';
import { type Database, migrate, openDatabase, ping } from './db/database.ts';
import { embeddedConnectionString, startEmbeddedPostgres } from './db/embedded/embedded-postgres.ts';
import { type NamedLocks, openNamedLocks } from './db/named-locks.ts';
import { listen } from './db/notices.ts';
import type { DraftUploads } from './deliveries/drafts.ts';
import { createApp } from './http/app.ts';
import { startHttpListener } from './http/listener.ts';
import { portalPages } from './http/portal-files.ts';
import { concernsSignIn, createAccessWatch } from './identity/access-watch.ts';
import { generateEd25519Key } from './identity/key-pair.ts';
import { redeemCode } from './identity/one-time-codes.ts';
import { actorFor, identifyByKey, mayStaySignedIn } from './identity/people.ts';
import type { Role } from './identity/permissions.ts';
import { createRequestKeys } from './identity/request-keys.ts';
import { createRequestLimits } from './identity/request-limits.ts';
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
import { createMeters, type Meters, type MeterValues } from './platform/meters.ts';
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
import { createSealThreads } from './storage/seal-thread.ts';
import { watchStore } from './storage/watched-store.ts';
import { registerRootKeys } from './vault/root-keys.ts';
import { anyServerSecret, serverSecret } from './vault/server-secrets.ts';

/** Of the server's own secrets, under which codes and identities are hashed. */
const OWN_SECRET_BYTES = 32;
const SERVER_CONNECTIONS = 16;
const COMMAND_CONNECTIONS = 2;
/** Of the parent of several processes: its jobs. */
const KEEPER_CONNECTIONS = 4;
/** Of several serving processes together, where each still gets the least that it can work with. */
const ALL_CONNECTIONS = 32;
const LEAST_CONNECTIONS = 4;
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

/** Half of the cores seal; connections, checks and the database have the rest. */
function sealThreadCount(): number {
  return Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));
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
  staffHttp: { host: string; port: number } | undefined;
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
  const { core, string } = await openWithDatabase(config, secrets, log, SERVER_CONNECTIONS, closing);
  const { http, staffHttp, sftp } = await openDoors(config, core, string, closing);
  startJobs(core, closing);
  return { http, staffHttp, sftp, empty: await isEmpty(core), [Symbol.asyncDispose]: () => closing.run(log) };
}

/**
 * What there is once, however many processes serve: the embedded database, migrations, the server's own keys, the
 * jobs. No door.
 */
export async function startKeeper(
  config: Config,
  secrets: Secrets,
  log: Log,
): Promise<Pick<RunningService, 'empty'> & AsyncDisposable> {
  const closing = new Closing();
  try {
    const { core } = await openWithDatabase(config, secrets, log, KEEPER_CONNECTIONS, closing);
    await hostKeyOf(core);
    startJobs(core, closing);
    return { empty: await isEmpty(core), [Symbol.asyncDispose]: () => closing.run(log) };
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}

/** The doors of one of several processes, beside what `startKeeper` has started. `metrics`: of all of them together. */
export async function startDoors(
  config: Config,
  secrets: Secrets,
  log: Log,
  together: { metrics(): Promise<string> },
): Promise<Omit<RunningService, 'empty'> & { meters(): Promise<MeterValues> }> {
  const closing = new Closing();
  try {
    const string =
      secrets.databaseUrl ?? (await embeddedConnectionString(join(config.dataFolder, 'postgres')));
    if (string === undefined) throw new Error('the database that the parent has started is not there');
    const connections = connectionsOfEach(config.processes);
    const core = await openCore(config, secrets, log, systemClock, { string, connections }, closing);
    const { http, staffHttp, sftp, meters } = await openDoors(config, core, string, closing, together);
    return {
      http,
      staffHttp,
      sftp,
      meters: () => meters.values(),
      [Symbol.asyncDispose]: () => closing.run(log),
    };
  } catch (thrown) {
    await closing.run(log);
    throw thrown;
  }
}

function connectionsOfEach(processes: number): number {
  return Math.max(LEAST_CONNECTIONS, Math.min(SERVER_CONNECTIONS, Math.floor(ALL_CONNECTIONS / processes)));
}

async function openWithDatabase(
  config: Config,
  secrets: Secrets,
  log: Log,
  connections: number,
  closing: Closing,
): Promise<{ core: Core; string: string }> {
  await mkdir(config.dataFolder, { recursive: true });
  const string = secrets.databaseUrl ?? (await startDatabase(config, log, closing));
  const core = await openCore(config, secrets, log, systemClock, { string, connections }, closing);
  return { core, string };
}

function hostKeyOf(core: Core): Promise<{ secret: Uint8Array; publicPart: string }> {
  return serverSecret(core, 'ssh-host-key', () => {
    const pair = generateEd25519Key('datasluse');
    return { secret: Buffer.from(pair.privateKey), publicPart: pair.publicLine };
  });
}

async function isEmpty(core: Core): Promise<boolean> {
  return (await seeProjects(core, { kind: 'clock' })).length === 0;
}

function startJobs(core: Core, closing: Closing): void {
  const stopping = new AbortController();
  const tasks = jobs.map((job) => ({ ...job, run: () => job.run({ ...core, stopping: stopping.signal }) }));
  const schedule = startSchedule(tasks, core.log);
  closing.add(() => schedule.stop());
  closing.add(async () => stopping.abort());
}

async function openDoors(
  config: Config,
  core: Core,
  string: string,
  closing: Closing,
  together?: { metrics(): Promise<string> },
): Promise<Pick<RunningService, 'http' | 'staffHttp' | 'sftp'> & { meters: Meters }> {
  const { log } = core;
  const access = createAccessWatch();
  const notices = await listen(string, 'access_changed', (notice) => access.changed(notice), { log });
  closing.add(() => notices.close());

  const hostKey = await hostKeyOf(core);
  const hostKeyFingerprint = fingerprintOf(parsePublicKey(hostKey.publicPart).blob);
  const sftpOptions = { ...defaultSftpOptions, ...config.sftp, ...config.sftpLimits };
  const sftp = await startSftpServer<Required<SignedIn> & { needsCode: boolean }>(
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
      mayStay: ({ personId, keyFingerprint }) => mayStaySignedIn(core, personId, keyFingerprint),
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
  access.subscribe((notice) => {
    const concerned = concernsSignIn(notice);
    if (concerned === 'everybody') sftp.recheck();
    else if (concerned !== undefined) sftp.recheck(concerned.personId);
  });

  const version = await readVersion();
  const meters = createMeters();
  showDoors(meters, sftp, () => core.uploads.size + core.draftUploads.size);
  const doors = { sftp: { ...sftp.address, hostKeyFingerprint }, http: config.http };
  const openUploads = createOpenUploads();
  closing.add(() => openUploads.close());
  const shared = {
    ...core,
    access,
    openUploads,
    version,
    doors: () => doors,
    ready: async () => {
      await ping(core.db);
      await freeSpace(config.dataFolder);
    },
    metrics: together?.metrics ?? meters.text,
  };
  const appDeps = {
    log,
    random: core.random,
    limits: createRequestLimits(core, config.httpLimits.perMinute),
    keys: createRequestKeys(core),
    proxies: config.httpLimits.proxies,
    portal: { folder: join(import.meta.dirname, 'portal'), pages: portalPages },
    onRequest: meters.onRequest,
  };
  const { staffHttp } = config;
  // Each listener has an address of its own, and with it cookies and places to come back to from a provider.
  const listenAt = async (
    endpoint: { host: string; port: number },
    publicUrl: string | undefined,
    shown: 'everybody' | 'public',
  ) => {
    const at = { ...endpoint };
    const signIn = await makeWebSignIn(core, { ...config.signIn, publicUrl }, () => at);
    const routes = apiRoutes({ ...shared, ...signIn.routeDeps }, { for: shown });
    const { identify, mounts } = signIn;
    // Files take as long as they take: src/http/request-body.ts has the limits of bodies.
    const listener = await startHttpListener(createApp({ ...appDeps, routes, identify, mounts }), {
      ...endpoint,
      requestTimeoutMs: 0,
    });
    closing.add(() => listener.close());
    Object.assign(at, listener.address);
    signIn.listening();
    return at;
  };
  const { publicUrl, staffPublicUrl } = config.signIn;
  const http = await listenAt(config.http, publicUrl, staffHttp === undefined ? 'everybody' : 'public');
  doors.http = http;
  const staff = staffHttp && (await listenAt(staffHttp, staffPublicUrl ?? publicUrl, 'everybody'));
  return { http, staffHttp: staff, sftp: doors.sftp, meters };
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

function showDoors(meters: Meters, sftp: SftpServer, uploads: () => number): void {
  const { show } = meters;
  show('datasluse_processes', 'Processes that serve', () => 1);
  show('datasluse_sftp_connections', 'Open SFTP connections', () => sftp.connections());
  show(
    'datasluse_sftp_refused_sign_ins',
    'Refused sign-ins since the start',
    () => sftp.totals().refusedSignIns,
  );
  show('datasluse_sftp_dropped_connections', 'Connections dropped at accept', () => sftp.totals().dropped);
  show('datasluse_sftp_received_bytes', 'Bytes received over SFTP', () => sftp.totals().bytesReceived);
  show('datasluse_sftp_sent_bytes', 'Bytes sent over SFTP', () => sftp.totals().bytesSent);
  show('datasluse_uploads_open', 'Uploads being written in this process', uploads);
}
