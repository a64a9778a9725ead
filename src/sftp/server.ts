/** The SFTP door: listens, counts connections, and hands each one to ssh2 and to connection.ts. */
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import { monotonicMs } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { algorithms, hostKeyTypes } from './algorithms.ts';
import { createAttemptLedger, type LedgerOptions, type SharedLimits } from './attempt-ledger.ts';
import { addressKey, createAddressList } from './client-address.ts';
import {
  type ConnectionDeps,
  type ConnectionOptions,
  type Origin,
  type ServedConnection,
  serveConnection,
} from './connection.ts';
import { type CrowdOptions, createCrowd } from './crowd.ts';
import { hybridNames, takeHybridExchange } from './hybrid-exchange.ts';
import { createPacketBuffers } from './packet-buffers.ts';
import { takeProxyHeader } from './proxy-header.ts';
import type { Principal } from './sign-in.ts';
import { tailorOffer, takeRepeatedServiceRequests } from './ssh2-handshake.ts';
import { createTally } from './tally.ts';

export interface SftpServerDeps<P extends Principal>
  extends Omit<ConnectionDeps<P>, 'buffers' | 'onRefusal' | 'onSignedIn'> {
  /** Private keys in OpenSSH or PEM form, ed25519 or ecdsa; at least one. */
  hostKeys: readonly string[];
  /** Refusals and bans that all instances share; without it each counts alone. */
  sharedLimits?: SharedLimits;
}

export interface SftpServerOptions extends ConnectionOptions, CrowdOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Refused sign-ins per address within `attemptWindowMs`; beyond, its connections are dropped at accept. */
  maxAttemptsPerAddress: number;
  attemptWindowMs: number;
  /** The first ban of an address; each further one is twice as long, up to `longestBanMs`. */
  banMs: number;
  longestBanMs: number;
  /** A silent client is asked for a sign of life so often; see `keepalives`. */
  keepaliveMs: number;
  /** Addresses and networks of proxies that say with PROXY protocol v2 whom they pass on. They must; nobody else may. */
  proxies: readonly string[];
}

export const defaultSftpOptions: SftpServerOptions = {
  host: '127.0.0.1',
  port: 2222,
  graceMs: 30_000,
  maxAuthAttempts: 6,
  refusalMs: 100,
  idleTimeoutMs: 15 * 60_000,
  stallTimeoutMs: 60 * 60_000,
  keepaliveMs: 30_000,
  farewellMs: 10_000,
  rekeyBytes: 1024 * 1024 * 1024,
  rekeyMs: 60 * 60_000,
  maxConnections: 500,
  maxConnectionsPerAddress: 50,
  maxConnectionsPerPerson: 32,
  maxAttemptsPerAddress: 100,
  attemptWindowMs: 10 * 60_000,
  banMs: 10 * 60_000,
  longestBanMs: 24 * 60 * 60_000,
  proxies: [],
};

export interface SftpTotals {
  accepted: number;
  /** Turned away at accept: caps, or too many refused sign-ins from the address. */
  dropped: number;
  refusedSignIns: number;
  /** On the wire, of connections that have ended and of those that are open. */
  bytesReceived: number;
  bytesSent: number;
}

export interface SftpServer {
  address: { host: string; port: number };
  connections(): number;
  /** Totals since the start, for the metrics. */
  totals(): SftpTotals;
  /** Somebody's access may have changed: ends the connections of those who may no longer be signed in. */
  recheck(personId?: string): void;
  /** Stops accepting, ends every session (open files are abandoned) and every connection, within two seconds. */
  close(): Promise<void>;
}

const closeWithinMs = 2_000;
/** Between two lines about connections that are only counted. */
const sayMs = 5_000;
/** That stay allocated after a burst. */
const keptBytes = 24 * 1024 * 1024;

/**
 * ssh2 ends a connection that has left so many requests for a sign of life unanswered. A client that is suspended, or
 * on a laptop that sleeps, answers none, and may rest as long as any other: so ours, the idle and stall limits, come
 * first. What the requests are for remains: to a host that is gone they go unacknowledged, and the kernel gives up.
 */
export function keepalives(
  options: Pick<SftpServerOptions, 'keepaliveMs' | 'idleTimeoutMs' | 'stallTimeoutMs'>,
): { keepaliveInterval: number; keepaliveCountMax: number } {
  const longestRestMs = Math.max(options.idleTimeoutMs, options.stallTimeoutMs);
  return {
    keepaliveInterval: options.keepaliveMs,
    keepaliveCountMax: Math.ceil(longestRestMs / options.keepaliveMs) + 1,
  };
}

function checkHostKeys(hostKeys: readonly string[]): void {
  if (hostKeys.length === 0) throw new Error('the SFTP server needs a host key');
  for (const text of hostKeys) {
    const key = ssh2.utils.parseKey(text);
    if (key instanceof Error) throw new Error('an SFTP host key cannot be read');
    if (!hostKeyTypes.includes(key.type))
      throw new Error(`an SFTP host key of type ${key.type} is not taken`);
  }
}

function listen(server: NetServer, options: { host: string; port: number }): Promise<AddressInfo> {
  const { host, port } = options;
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const detail = {
        nb: `SFTP kan ikke lytte på ${host}:${port}. Er porten i bruk?`,
        en: `SFTP cannot listen on ${host}:${port}. Is the port in use?`,
      };
      reject(new AppError('unavailable', detail, { cause }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Throws plainly when a host key cannot be used, and AppError `unavailable` when the address cannot be had. */
export async function startSftpServer<P extends Principal>(
  deps: SftpServerDeps<P>,
  options: SftpServerOptions,
): Promise<SftpServer> {
  checkHostKeys(deps.hostKeys);
  const { log } = deps;
  const totals = { accepted: 0, dropped: 0, refusedSignIns: 0, bytesReceived: 0, bytesSent: 0 };
  const limits: LedgerOptions = {
    limit: options.maxAttemptsPerAddress,
    windowMs: options.attemptWindowMs,
    banMs: options.banMs,
    longestBanMs: options.longestBanMs,
  };
  const ledger = createAttemptLedger(limits, {
    log,
    ...(deps.sharedLimits === undefined ? {} : { shared: deps.sharedLimits }),
  });
  const proxies = createAddressList(options.proxies);
  const buffers = createPacketBuffers({ keepBytes: keptBytes });
  const crowd = createCrowd(options);
  const served = new Map<Socket, ServedConnection>();
  /** From a proxy, and it has not said yet for whom. */
  const announced = new Set<Socket>();
  /** ssh2 names a connection by its peer only, once the client has shown its version. */
  const byPeer = new Map<string, ServedConnection>();
  const dropped = createTally(deps, { message: 'connections were dropped at the SFTP door', everyMs: sayMs });
  const silent = createTally(deps, { message: 'connections never got as far as SSH keys', everyMs: sayMs });
  let closing = false;

  const ssh = new ssh2.Server({
    hostKeys: [...deps.hostKeys],
    algorithms,
    ident: 'Datasluse',
    ...keepalives(options),
  });
  ssh.on('error', (error: Error) => log.error({ err: error }, 'the SSH library failed'));
  ssh.on('connection', (connection, info) => {
    const known = byPeer.get(peerOf(info.ip, (info as { port?: number }).port));
    if (known === undefined) {
      connection.on('error', () => undefined);
      connection.end();
      return;
    }
    const version = versionOf(info.header);
    const hybrid = takeHybridExchange(deps, connection) ? hybridNames : [];
    tailorOffer(connection, version, hybrid);
    takeRepeatedServiceRequests(connection);
    known.attach(connection, { version });
  });

  function drop(socket: Socket, key: string): void {
    socket.destroy();
    totals.dropped += 1;
    dropped.count(key);
  }

  function onSocket(socket: Socket): void {
    const acceptedMs = monotonicMs();
    const address = socket.remoteAddress;
    socket.on('error', () => socket.destroy());
    if (address === undefined) socket.destroy();
    else if (announced.size >= options.maxConnections) drop(socket, addressKey(address));
    else if (proxies.includes(address)) void passOn(socket, address, acceptedMs);
    else admit(socket, { address, acceptedMs });
  }

  async function passOn(socket: Socket, proxy: string, acceptedMs: number): Promise<void> {
    announced.add(socket);
    const header = await takeProxyHeader(socket, options.graceMs);
    announced.delete(socket);
    if (header === undefined || closing) drop(socket, addressKey(proxy));
    else if (!socket.destroyed)
      admit(socket, { address: header.kind === 'proxied' ? header.address : proxy, acceptedMs });
  }

  function admit(socket: Socket, origin: Origin): void {
    const key = addressKey(origin.address);
    if (ledger.isBanned(key) || !crowd.admit(socket, key)) {
      drop(socket, key);
      return;
    }
    socket.setNoDelay(true);
    totals.accepted += 1;
    void ledger.ask(key).then((banned) => {
      if (banned && !socket.destroyed) drop(socket, key);
    });
    const peer = peerOf(socket.remoteAddress ?? '', socket.remotePort);
    const connection = serveConnection(
      {
        ...deps,
        buffers,
        onRefusal() {
          totals.refusedSignIns += 1;
          ledger.refused(key);
        },
        onSignedIn: (personId) => crowd.signedIn(socket, personId),
      },
      options,
      socket,
      origin,
    );
    served.set(socket, connection);
    byPeer.set(peer, connection);
    socket.on('close', () => {
      served.delete(socket);
      totals.bytesReceived += socket.bytesRead;
      totals.bytesSent += socket.bytesWritten;
      byPeer.delete(peer);
      if (!connection.agreed()) silent.count(key);
    });
    ssh.injectSocket(socket);
  }

  const server = createServer(onSocket);
  const bound = await listen(server, options);
  server.on('error', (error) => log.error({ err: error }, 'the SFTP listener failed'));

  async function close(): Promise<void> {
    closing = true;
    for (const socket of announced) socket.destroy();
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeWithinMs - 200);
    });
    await Promise.race([Promise.all([...served.values()].map((connection) => connection.close())), late]);
    clearTimeout(timer);
    for (const socket of served.keys()) socket.destroy();
    await stopped;
  }

  return {
    address: { host: bound.address, port: bound.port },
    connections: () => crowd.size() + announced.size,
    totals() {
      const sum = { ...totals };
      for (const socket of served.keys()) {
        sum.bytesReceived += socket.bytesRead;
        sum.bytesSent += socket.bytesWritten;
      }
      return sum;
    },
    recheck(personId) {
      for (const connection of served.values()) connection.recheck(personId);
    },
    close,
  };
}

/** What the client calls itself, for the log: printable, and no longer than a name. */
function versionOf(header: { versions: { software: string } }): string {
  return header.versions.software.replace(/[^\x21-\x7e]/g, '?').slice(0, 80);
}

function peerOf(address: string, port: number | undefined): string {
  return `${address} ${port ?? ''}`;
}
