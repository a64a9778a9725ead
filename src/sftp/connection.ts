/** One SSH connection from accept to close: grace time, idle time, new keys by volume, and an end that abandons what is open. */
import type { Socket } from 'node:net';
import type { Connection, NegotiatedAlgorithms } from 'ssh2';
import { type Clock, monotonicMs } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { AuthenticationInput } from './authentication.ts';
import { type Channels, serveChannels } from './channels.ts';
import type { FileTree } from './file-tree.ts';
import type { PacketBuffers } from './packet-buffers.ts';
import { createSession } from './session.ts';
import { createSignIn, maskedName, type Principal, type SignInOptions } from './sign-in.ts';

export interface ConnectionDeps<P extends Principal> {
  authenticate(input: AuthenticationInput): Promise<P | undefined>;
  /** True once for a one-time code that was given to this person. Without it no code is ever right. */
  redeemCode?(principal: P, code: string): Promise<boolean>;
  /** Whether this person could still sign in as they did. Without it everybody may stay. */
  mayStay?(principal: P): Promise<boolean>;
  /** The tree as this person may see it, made once per SFTP session. */
  openTree(principal: P): FileTree;
  log: Log;
  clock: Clock;
  random: Random;
  buffers: PacketBuffers;
  /** A sign-in from the connection's address was refused. */
  onRefusal(): void;
  /** Somebody has signed in. False when they have all the connections that one person may have. */
  onSignedIn(personId: string): boolean;
}

/** Whose connection it is: behind a proxy that is not the peer of the socket. */
export interface Origin {
  address: string;
  /** When the socket was accepted, by the monotonic clock. */
  acceptedMs: number;
}

export interface ConnectionOptions extends SignInOptions {
  /** From accept to signed in. */
  graceMs: number;
  /** Without a byte of SFTP in either direction, while no file is open and nothing waits for the tree. */
  idleTimeoutMs: number;
  /** The same while a file is open: a transfer may rest for longer than somebody who has gone. */
  stallTimeoutMs: number;
  /** From the moment that the person may no longer stay to the end: what they do in it is refused with the reason. */
  farewellMs: number;
  /** New keys after this many bytes in both directions together, or after this long. */
  rekeyBytes: number;
  rekeyMs: number;
}

export interface ServedConnection {
  /** The client has shown its version, and ssh2 its connection. */
  attach(connection: Connection, client: { version: string }): void;
  /** True once the first keys were exchanged. */
  agreed(): boolean;
  /** Asks anew whether whoever is signed in may stay, when it is this person or nobody is named. */
  recheck(personId?: string): void;
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

const tooManyConnections =
  'Du har for mange tilkoblinger åpne. Lukk noen av dem, og prøv igjen.\r\n' +
  'You have too many connections open. Close some of them and try again.\r\n';

function bothWays(received: string, sent: string): string {
  return received === sent ? received : `${received} ${sent}`;
}

export function serveConnection<P extends Principal>(
  deps: ConnectionDeps<P>,
  options: ConnectionOptions,
  socket: Socket,
  { address, acceptedMs }: Origin,
): ServedConnection {
  const log = deps.log.child({ connection: deps.random.uuid() });
  const startedMs = monotonicMs();
  let connection: Connection | undefined;
  let channels: Channels | undefined;
  let ending = false;
  let lastProgressMs = startedMs;
  let clientVersion = '';
  let agreed: Record<string, string> | undefined;
  let crowded = false;
  let leaving = false;
  let keyed: { atMs: number; atBytes: number } | undefined;
  /** When we asked for new keys, and what had been received by then. */
  let exchange: { atMs: number; receivedBytes: number } | undefined;

  const signIn = createSignIn<P>(
    {
      authenticate: (input) => deps.authenticate(input),
      redeemCode: async (principal, code) => (await deps.redeemCode?.(principal, code)) === true,
      onRefusal: () => deps.onRefusal(),
      log,
      address,
      endConnection: end,
    },
    options,
  );
  log.debug({ address }, 'an SFTP connection was opened');
  const grace = setTimeout(() => cut('no sign-in in time'), options.graceMs - (startedMs - acceptedMs));
  const housekeeping = setInterval(keepHouse, Math.min(housekeepingMs, options.idleTimeoutMs / 4));
  housekeeping.unref();

  function cut(why: string): void {
    // Who has said nothing is one of a crowd, perhaps; the door counts those in one line.
    if (!socket.destroyed && agreed !== undefined) log.info({ why }, 'an SFTP connection was cut');
    socket.destroy();
  }

  function end(): void {
    if (ending) return;
    ending = true;
    connection?.end();
    setTimeout(() => socket.destroy(), lingerMs).unref();
  }

  /** A client that shows its user what it was refused has time to; then the connection ends. */
  async function leaveUnlessMayStay(principal: P): Promise<void> {
    if (leaving || ending || deps.mayStay === undefined) return;
    try {
      if ((await deps.mayStay(principal)) || leaving) return;
    } catch (thrown) {
      // Each operation asks for itself, and fails for the same reason.
      log.warn({ err: thrown }, 'whether somebody may stay signed in could not be asked');
      return;
    }
    leaving = true;
    log.info({ personId: principal.personId }, 'an SFTP connection is ended: its key or role was taken back');
    setTimeout(end, options.farewellMs).unref();
  }

  function recheck(personId?: string): void {
    const principal = signIn.principal();
    if (principal === undefined) return;
    if (personId === undefined || personId === principal.personId) void leaveUnlessMayStay(principal);
  }

  function onProgress(): void {
    lastProgressMs = monotonicMs();
  }

  function keepHouse(): void {
    const now = monotonicMs();
    if (ending || signIn.principal() === undefined) return;
    const mayRestMs = channels?.haveOpenFiles() === true ? options.stallTimeoutMs : options.idleTimeoutMs;
    if (now - lastProgressMs > mayRestMs && channels?.waitForTree() !== true) {
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
    agreed = {
      kex,
      hostKey: serverHostKey,
      cipher: bothWays(cs.cipher, sc.cipher),
      // The ciphers with a tag of their own have no MAC beside them.
      mac: bothWays(cs.mac || 'implicit', sc.mac || 'implicit'),
    };
  }

  /** One line for each connection that got as far as keys: when somebody signs in, or at its end when nobody has. */
  function logAlgorithms(signedIn: boolean): void {
    const name = signIn.claimedName();
    const person = name === undefined ? undefined : maskedName(name);
    log.info({ address, clientVersion, ...agreed, person, signedIn }, 'an SSH connection was agreed on');
  }

  function onReady(): void {
    clearTimeout(grace);
    onProgress();
    logAlgorithms(true);
    const principal = signIn.principal();
    crowded = principal === undefined || !deps.onSignedIn(principal.personId);
    if (crowded) log.warn('a person has too many connections; this one is refused');
    // Taken back between the signature and now: the announcement found nobody signed in.
    recheck();
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
    if (signIn.principal() === undefined) {
      if (agreed !== undefined) logAlgorithms(false);
    } else log.info({ bytesRead, bytesWritten }, 'an SFTP connection was closed');
  });

  return {
    attach(attached, client) {
      connection = attached;
      clientVersion = client.version;
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
      attached.on('ready', onReady);
      channels = serveChannels({
        connection: attached,
        socket,
        log,
        onProgress,
        refusal: () => (crowded ? tooManyConnections : undefined),
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
    agreed: () => agreed !== undefined,
    recheck,
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
