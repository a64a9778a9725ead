/** The service's doors: SFTP, HTTP and the staff's HTTP, each on what core.ts has opened. */
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { createOpenUploads } from './api/open-uploads.ts';
import { apiRoutes } from './api/routes.ts';
import type { Config } from './config.ts';
import type { Closing, Core } from './core.ts';
import { type Database, ping } from './db/database.ts';
import { listen } from './db/notices.ts';
import { makeWebSignIn } from './doors-sign-in.ts';
import { createApp } from './http/app.ts';
import { startHttpListener } from './http/listener.ts';
import { portalPages } from './http/portal-files.ts';
import { openTls } from './http/tls.ts';
import { concernsSignIn, createAccessWatch } from './identity/access-watch.ts';
import { generateEd25519Key } from './identity/key-pair.ts';
import { redeemCode } from './identity/one-time-codes.ts';
import { actorFor, identifyByKey, mayStaySignedIn } from './identity/people.ts';
import type { Role } from './identity/permissions.ts';
import { createRequestKeys } from './identity/request-keys.ts';
import { createRequestLimits } from './identity/request-limits.ts';
import { createSignInLimits } from './identity/sign-in-limits.ts';
import { fingerprintOf, parsePublicKey } from './identity/ssh-keys.ts';
import { createMeters, type Meters } from './platform/meters.ts';
import { defaultSftpOptions, type SftpServer, startSftpServer } from './sftp/server.ts';
import { createProjectTree, type SignedIn } from './sftp/tree/project-tree.ts';
import { serverSecret } from './vault/server-secrets.ts';

interface WebAddress {
  host: string;
  port: number;
  /** HTTPS. */
  secure: boolean;
}

export interface Doors {
  http: WebAddress;
  staffHttp: WebAddress | undefined;
  sftp: { host: string; port: number; hostKeyFingerprint: string };
}

export async function openDoors(
  config: Config,
  core: Core,
  string: string,
  closing: Closing,
  together?: { metrics(): Promise<string> },
): Promise<Doors & { meters: Meters }> {
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
  const tls = config.tls && (await openTls(config.tls, { log }));
  closing.add(async () => tls?.close());
  const doors = {
    sftp: { ...sftp.address, hostKeyFingerprint },
    http: { ...config.http, secure: tls !== undefined },
  };
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
    const at = { ...endpoint, secure: tls !== undefined };
    const signIn = await makeWebSignIn(core, { ...config.signIn, publicUrl }, () => at);
    const routes = apiRoutes({ ...shared, ...signIn.routeDeps }, { for: shown });
    const { identify, mounts } = signIn;
    // Files take as long as they take: src/http/request-body.ts has the limits of bodies.
    const listener = await startHttpListener(createApp({ ...appDeps, routes, identify, mounts }), {
      ...endpoint,
      requestTimeoutMs: 0,
      tls,
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

/** Of the SSH server, made at the first start and kept under the root key. */
export function hostKeyOf(core: Core): Promise<{ secret: Uint8Array; publicPart: string }> {
  return serverSecret(core, 'ssh-host-key', () => {
    const pair = generateEd25519Key('datasluse');
    return { secret: Buffer.from(pair.privateKey), publicPart: pair.publicLine };
  });
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
