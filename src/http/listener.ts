/** A listening HTTP server with limits against slow clients, and an end that comes within a set time. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { AppError } from '../platform/errors.ts';
import type { CurrentTls } from './tls.ts';

export interface ListenerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs?: number;
  /** From the first byte of a request to its last. 0 for none: for a door that takes files. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs?: number;
  /** How long a connection may pass nothing either way, so that one who stops reading is let go. */
  readonly idleTimeoutMs?: number;
  /** With it the listener speaks HTTPS only. */
  readonly tls?: CurrentTls | undefined;
  readonly limitConnections?: number;
  /** How long answers under way get when the listener closes. */
  readonly graceMs?: number;
}

export interface HttpListener {
  readonly address: { readonly host: string; readonly port: number };
  /** Takes no new request, waits for those under way, and cuts what is left when the grace is over. */
  close(): Promise<void>;
}

/** Starts to listen. Throws AppError `unavailable` when the address cannot be had. */
export async function startHttpListener(
  app: RequestListener,
  options: ListenerOptions,
): Promise<HttpListener> {
  const { headersTimeoutMs = 10_000, requestTimeoutMs = 60_000, keepAliveTimeoutMs = 65_000 } = options;
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.max(100, Math.min(headersTimeoutMs / 4, 5_000)),
    maxHeaderSize: 16 * 1024,
  };
  const server =
    options.tls === undefined
      ? createServer(limits, app)
      : createTlsServer(
          { ...limits, ...options.tls.now(), minVersion: 'TLSv1.2', handshakeTimeout: headersTimeoutMs },
          app,
        );
  if ('setSecureContext' in server)
    options.tls?.follow(() => server.setSecureContext(options.tls?.now() ?? {}));
  // Whoever asks before sending a body is answered by the application too: it may refuse, and else bids them go on.
  server.on('checkContinue', app);
  server.timeout = options.idleTimeoutMs ?? 120_000;
  server.maxConnections = options.limitConnections ?? 2_000;
  const connections = trackConnections(server, options.tls === undefined ? 'connection' : 'secureConnection');
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: options.host, port },
    close: () => closeWithin(server, connections, options.graceMs ?? 2_000),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      const detail = {
        nb: `HTTP kan ikke lytte på ${host}:${port}. Er porten i bruk?`,
        en: `HTTP cannot listen on ${host}:${port}. Is the port in use?`,
      };
      reject(new AppError('unavailable', detail, { cause }));
    };
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/**
 * Counts the requests under way on each connection. Node's own closeIdleConnections spares those that have not yet
 * sent a request, and browsers open such in advance: they would hold the end up for the whole grace.
 */
function trackConnections(server: Server, begun: 'connection' | 'secureConnection'): { endIdle(): void } {
  const underWay = new Map<Socket, number>();
  let ending = false;
  const add = (socket: Socket, count: number) => {
    const now = (underWay.get(socket) ?? 0) + count;
    if (underWay.has(socket)) underWay.set(socket, now);
    if (ending && now === 0) socket.destroySoon();
  };
  server.on(begun, (socket: Socket) => {
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  const onRequest: RequestListener = ({ socket }, res) => {
    add(socket, 1);
    res.once('close', () => add(socket, -1));
  };
  server.on('request', onRequest).on('checkContinue', onRequest);
  return {
    endIdle: () => {
      ending = true;
      for (const socket of underWay.keys()) add(socket, 0);
    },
  };
}

function closeWithin(server: Server, connections: { endIdle(): void }, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    connections.endIdle();
  });
}
