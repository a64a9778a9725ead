/** The SFTP door: listens, counts connections, and hands each one to ssh2 and to connection.ts. */
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import { monotonicMs } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { algorithms, hostKeyTypes } from './algorithms.ts';
import { type AttemptLedger, createAttemptLedger } from './attempt-ledger.ts';
import {
  type ConnectionDeps,
  type ConnectionOptions,
  type ServedConnection,
  serveConnection,
} from './connection.ts';
import { createPacketBuffers } from './packet-buffers.ts';
import type { Principal } from './sign-in.ts';

export interface SftpServerDeps<P extends Principal> extends Omit<ConnectionDeps<P>, 'ledger' | 'buffers'> {
  /** Private keys in OpenSSH or PEM form, ed25519 or ecdsa; at least one. */
  hostKeys: readonly string[];
}

export interface SftpServerOptions extends ConnectionOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  /** Refused sign-ins per address within `attemptWindowMs`; beyond, its connections are dropped at accept. */
  maxAttemptsPerAddress: number;
  attemptWindowMs: number;
}

export const defaultSftpOptions: SftpServerOptions = {
  host: '127.0.0.1',
  port: 2222,
  graceMs: 30_000,
  maxAuthAttempts: 6,
  refusalMs: 100,
  idleTimeoutMs: 15 * 60_000,
  rekeyBytes: 1024 * 1024 * 1024,
  rekeyMs: 60 * 60_000,
  maxConnections: 500,
  maxConnectionsPerAddress: 50,
  maxAttemptsPerAddress: 100,
  attemptWindowMs: 10 * 60_000,
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
  /** Stops accepting, ends every session (open files are abandoned) and every connection, within two seconds. */
  close(): Promise<void>;
}

const closeWithinMs = 2_000;
/** 16 MiB that stay allocated after a burst. */
const keptBuffers = 64;
/** ssh2 asks a silent client for a sign of life; four times without one, and the connection is ended. */
const keepaliveMs = 30_000;
const keepalivesMissed = 4;

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
  const attempts = createAttemptLedger({
    limit: options.maxAttemptsPerAddress,
    windowMs: options.attemptWindowMs,
  });
  const ledger: AttemptLedger = {
    ...attempts,
    refused(address) {
      totals.refusedSignIns += 1;
      attempts.refused(address);
    },
  };
  const buffers = createPacketBuffers({ keep: keptBuffers });
  const served = new Map<Socket, ServedConnection>();
  /** ssh2 names a connection by its peer only, once the client has shown its version. */
  const byPeer = new Map<string, ServedConnection>();
  const perAddress = new Map<string, number>();
  let lastDropLogMs = Number.NEGATIVE_INFINITY;
  let drops = 0;

  const ssh = new ssh2.Server({
    hostKeys: [...deps.hostKeys],
    algorithms,
    ident: 'Datasluse',
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: keepalivesMissed,
  });
  ssh.on('error', (error: Error) => log.error({ err: error }, 'the SSH library failed'));
  ssh.on('connection', (connection, info) => {
    const known = byPeer.get(peerOf(info.ip, (info as { port?: number }).port));
    if (known === undefined) {
      connection.on('error', () => undefined);
      connection.end();
    } else known.attach(connection);
  });

  function mayEnter(address: string): boolean {
    return (
      served.size < options.maxConnections &&
      (perAddress.get(address) ?? 0) < options.maxConnectionsPerAddress &&
      !ledger.isExhausted(address)
    );
  }

  /** A flood is dropped in silence, and counted in one line each few seconds. */
  function drop(socket: Socket): void {
    socket.destroy();
    drops += 1;
    totals.dropped += 1;
    if (monotonicMs() - lastDropLogMs < 5_000) return;
    lastDropLogMs = monotonicMs();
    log.warn({ drops, connections: served.size }, 'SFTP connections were dropped at the door');
    drops = 0;
  }

  function onSocket(socket: Socket): void {
    const address = socket.remoteAddress;
    socket.on('error', () => socket.destroy());
    if (address === undefined || !mayEnter(address)) drop(socket);
    else admit(socket, address);
  }

  function admit(socket: Socket, address: string): void {
    socket.setNoDelay(true);
    totals.accepted += 1;
    const peer = peerOf(address, socket.remotePort);
    const connection = serveConnection({ ...deps, ledger, buffers }, options, socket);
    served.set(socket, connection);
    byPeer.set(peer, connection);
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    socket.on('close', () => {
      served.delete(socket);
      totals.bytesReceived += socket.bytesRead;
      totals.bytesSent += socket.bytesWritten;
      byPeer.delete(peer);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
    });
    ssh.injectSocket(socket);
  }

  const server = createServer(onSocket);
  const bound = await listen(server, options);
  server.on('error', (error) => log.error({ err: error }, 'the SFTP listener failed'));

  async function close(): Promise<void> {
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
    connections: () => served.size,
    totals() {
      const sum = { ...totals };
      for (const socket of served.keys()) {
        sum.bytesReceived += socket.bytesRead;
        sum.bytesSent += socket.bytesWritten;
      }
      return sum;
    },
    close,
  };
}

function peerOf(address: string, port: number | undefined): string {
  return `${address} ${port ?? ''}`;
}
