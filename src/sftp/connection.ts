/** One SSH connection from accept to close: grace time, idle time, new keys by volume, and an end that abandons what is open. */
import type { Socket } from 'node:net';
import type { Connection, NegotiatedAlgorithms } from 'ssh2';
import { type Clock, monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { AttemptLedger } from './attempt-ledger.ts';
import type { AuthenticationInput } from './authentication.ts';
import { type Channels, serveChannels } from './channels.ts';
import type { FileTree } from './file-tree.ts';
import type { PacketBuffers } from './packet-buffers.ts';
import { createSession } from './session.ts';
import { createSignIn, type Principal, type SignInOptions } from './sign-in.ts';

export interface ConnectionDeps<P extends Principal> {
  authenticate(input: AuthenticationInput): Promise<P | undefined>;
  /** The tree as this person may see it, made once per SFTP session. */
  openTree(principal: P): FileTree;
  log: Log;
  clock: Clock;
  random: Random;
  ledger: AttemptLedger;
  buffers: PacketBuffers;
}

export interface ConnectionOptions extends SignInOptions {
  /** From accept to signed in. */
  graceMs: number;
  /** Without a byte in either direction, while nothing waits for the tree. */
  idleTimeoutMs: number;
  /** New keys after this many bytes in both directions together, or after this long. */
  rekeyBytes: number;
  rekeyMs: number;
}

export interface ServedConnection {
  /** The client has shown its version, and ssh2 its connection. */
  attach(connection: Connection): void;
  /** Ends sessions and connection. Resolves when every open file is abandoned and the socket closed. */
  close(): Promise<void>;
}

/** Beyond its window, or what it asked for and does not read: a client that gets here is cut off. */
const unreadLimitBytes = 16 * 1024 * 1024;
const unsentLimitBytes = 8 * 1024 * 1024;
/** What an honest client has on the way when it is asked for new keys; ssh2 queues the answers to it without a bound. */
const duringExchangeLimitBytes = 64 * 1024 * 1024;
const exchangeTimeoutMs = 60_000;
const housekeepingMs = 5_000;
/** From the polite end to the cut. */
const lingerMs = 500;

export function serveConnection<P extends Principal>(
  deps: ConnectionDeps<P>,
  options: ConnectionOptions,
  socket: Socket,
): ServedConnection {
  const log = deps.log.child({ connection: deps.random.uuid() });
  const address = socket.remoteAddress ?? '';
  let connection: Connection | undefined;
  let channels: Channels | undefined;
  let ending = false;
  let lastProgressMs = monotonicMs();
  let keyed: { atMs: number; atBytes: number } | undefined;
  /** When we asked for new keys, and what had been received by then. */
  let exchange: { atMs: number; receivedBytes: number } | undefined;

  const signIn = createSignIn<P>(
    {
      authenticate: (input) => deps.authenticate(input),
      ledger: deps.ledger,
      log,
      address,
      endConnection: end,
    },
    options,
  );
  log.info({ address }, 'an SFTP connection was opened');
  const grace = setTimeout(() => cut('no sign-in in time'), options.graceMs);
  const housekeeping = setInterval(keepHouse, Math.min(housekeepingMs, options.idleTimeoutMs / 4));
  housekeeping.unref();

  function cut(why: string): void {
    if (!socket.destroyed) log.info({ why }, 'an SFTP connection was cut');
    socket.destroy();
  }

  function end(): void {
    if (ending) return;
    ending = true;
    connection?.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  }

  function onProgress(): void {
    lastProgressMs = monotonicMs();
  }

  function keepHouse(): void {
    const now = monotonicMs();
    if (ending || signIn.principal() === undefined) return;
    if (now - lastProgressMs > options.idleTimeoutMs && channels?.waitForTree() !== true) {
      log.info('an SFTP connection was ended: idle');
      end();
    }
    if (exchange !== undefined && now - exchange.atMs > exchangeTimeoutMs) cut('no answer to new keys');
    exchangeKeysWhenDue();
  }

  function exchangeKeysWhenDue(): void {
    if (keyed === undefined || exchange !== undefined || signIn.principal() === undefined) return;
    const volume = socket.bytesRead + socket.bytesWritten - keyed.atBytes;
    if (volume < options.rekeyBytes && monotonicMs() - keyed.atMs < options.rekeyMs) return;
    exchange = { atMs: monotonicMs(), receivedBytes: socket.bytesRead };
    connection?.rekey();
  }

  function onHandshake({ kex, serverHostKey, cs, sc }: NegotiatedAlgorithms): void {
    const first = keyed === undefined;
    keyed = { atMs: monotonicMs(), atBytes: socket.bytesRead + socket.bytesWritten };
    exchange = undefined;
    if (!first) return;
    const agreed = { kex, hostKey: serverHostKey, received: cs.cipher, sent: sc.cipher, mac: cs.mac };
    log.info(agreed, 'SSH algorithms were agreed');
  }

  /** After each read from the socket: ssh2 itself stops at nothing. */
  function guard(): void {
    if ((channels?.unreadBytes() ?? 0) > unreadLimitBytes) cut('it sent beyond its window');
    else if (socket.writableLength > unsentLimitBytes) cut('it does not read its answers');
    else if (exchange !== undefined && socket.bytesRead - exchange.receivedBytes > duringExchangeLimitBytes)
      cut('no answer to new keys');
    else exchangeKeysWhenDue();
  }

  async function onGone(): Promise<void> {
    clearTimeout(grace);
    await channels?.disconnect();
  }

  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearInterval(housekeeping);
    void onGone();
    const { bytesRead, bytesWritten } = socket;
    log.info({ bytesRead, bytesWritten }, 'an SFTP connection was closed');
  });

  return {
    attach(attached) {
      connection = attached;
      socket.on('data', guard);
      attached.on('error', (error) => log.debug({ err: error }, 'an SSH connection failed'));
      attached.on('end', () => void onGone());
      attached.on('close', () => void onGone());
      attached.on('handshake', onHandshake);
      attached.on('authentication', (context) => {
        signIn.decide(context).catch((thrown: unknown) => {
          log.error({ err: thrown }, 'an answer to a sign-in could not be sent');
          socket.destroy();
        });
      });
      attached.on('ready', () => {
        clearTimeout(grace);
        onProgress();
      });
      channels = serveChannels({
        connection: attached,
        socket,
        log,
        onProgress,
        openSession(wire) {
          const principal = signIn.principal();
          if (principal === undefined) throw new Error('a channel was opened before sign-in');
          return createSession({
            wire,
            tree: deps.openTree(principal),
            log: log.child({ personId: principal.personId }),
            clock: deps.clock,
            random: deps.random,
            buffers: deps.buffers,
          });
        },
      });
    },
    async close() {
      await onGone();
      if (socket.destroyed) return;
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      if (connection === undefined) socket.destroy();
      else end();
      await closed;
    },
  };
}
