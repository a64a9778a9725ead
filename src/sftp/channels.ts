/** The channels of one signed-in connection: SFTP gets a session, everything else a refusal, and both are counted. */
import type { Socket } from 'node:net';
import type { Connection, ServerChannel, Session as SshSession } from 'ssh2';
import type { Log } from '../platform/log.ts';
import { type JoinedChannel, joinChannel, onlySftp, refuseChannel, reuseBuffers } from './channel-wire.ts';
import type { Session, Wire } from './session.ts';

export interface ChannelsDeps {
  connection: Connection;
  socket: Socket;
  log: Log;
  /** Makes the SFTP session for the person who has signed in; throws when there is none. */
  openSession(wire: Wire): Session;
  onProgress(): void;
  /** A sentence when this connection is not to have a session, though the person has signed in. */
  refusal(): string | undefined;
}

export interface Channels {
  /** True while a session waits for the tree: then the connection is not idle. */
  waitForTree(): boolean;
  /** True while a session has a file open. */
  haveOpenFiles(): boolean;
  /** The most that lies received and unread in one channel. */
  unreadBytes(): number;
  /** Abandons what is open. Resolves when that is done; may be called again. */
  disconnect(): Promise<void>;
}

const channelsAtOnce = 10;
/** ssh2 never forgets a channel that is closed before it is used, so the life of a connection has its measure. */
const unusedChannels = 100;

/** ssh2 gives undefined when the channel is in use already; its types do not say so. */
type AcceptChannel = () => ServerChannel | undefined;

/** Takes 'subsystem' and registers no 'sftp' listener: with one, ssh2 puts its own unbounded SFTP class in between. */
export function serveChannels(deps: ChannelsDeps): Channels {
  const joinedChannels = new Set<JoinedChannel>();
  const settling = new Set<Promise<void>>();
  let open = 0;
  let unused = 0;
  let reusesBuffers = false;

  function forget(joined: JoinedChannel): void {
    if (!joinedChannels.delete(joined)) return;
    const done = joined.disconnect().finally(() => settling.delete(done));
    settling.add(done);
  }

  function startSftp(session: SshSession, accept: AcceptChannel): void {
    const channel = accept();
    if (channel === undefined) return;
    const refusal = deps.refusal();
    if (refusal !== undefined) {
      refuseChannel(channel, refusal);
      return;
    }
    const joined = joinChannel({ ...deps, channel }, deps.openSession);
    joinedChannels.add(joined);
    if (!reusesBuffers) reuseBuffers(deps.connection, deps.socket);
    reusesBuffers = true;
    session.on('close', () => forget(joined));
    channel.on('close', () => forget(joined));
  }

  function onSession(accept: () => SshSession, reject: () => void): void {
    if (open >= channelsAtOnce) {
      reject();
      return;
    }
    open += 1;
    const session = accept();
    let used = false;
    session.on('close', () => {
      open -= 1;
      if (used) return;
      unused += 1;
      if (unused > unusedChannels) deps.socket.destroy();
    });
    session.on('subsystem', (acceptChannel, rejectChannel, info) => {
      if (info.name !== 'sftp') {
        rejectChannel?.();
        return;
      }
      used = true;
      try {
        startSftp(session, acceptChannel as AcceptChannel);
      } catch (thrown) {
        deps.log.error({ err: thrown }, 'an SFTP session could not be opened');
        deps.socket.destroy();
      }
    });
    for (const command of ['exec', 'shell'] as const) {
      session.on(command as 'exec', (acceptChannel) => {
        used = true;
        const channel = (acceptChannel as AcceptChannel)();
        if (channel !== undefined) refuseChannel(channel, deps.refusal() ?? onlySftp);
      });
    }
  }

  deps.connection.on('session', onSession);
  return {
    waitForTree: () => [...joinedChannels].some(({ session }) => session.waitsForTree()),
    haveOpenFiles: () => [...joinedChannels].some(({ session }) => session.hasOpenFiles()),
    unreadBytes: () => Math.max(0, ...[...joinedChannels].map((joined) => joined.unreadBytes())),
    async disconnect() {
      for (const joined of joinedChannels) forget(joined);
      await Promise.all(settling);
    },
  };
}
