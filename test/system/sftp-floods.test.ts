import { type ChildProcess, fork } from 'node:child_process';
import { connect as connectSocket, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import ssh2, { type ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPacketReader } from '../../src/sftp/packet-reader.ts';
import { openFlag } from '../../src/sftp/protocol-numbers.ts';
import { makeKey } from '../support/clients.ts';
import { request, showReply } from '../unit/sftp/session-harness.ts';

const allowedBytes = 150 * 1024 * 1024;
const key = makeKey();
let child: ChildProcess;
let port = 0;
let idleBytes = 0;

function nextMessage(): Promise<Record<string, number>> {
  return new Promise((resolve) =>
    child.once('message', (message) => resolve(message as Record<string, number>)),
  );
}

interface State {
  /** Bytes of memory since the last question. */
  peak: number;
  connections: number;
  openFiles: number;
  /** How often each message was logged since the last question. */
  lines: Record<string, number>;
}

/** Log lines by message, of all answers since `heard` was emptied. */
let heard: Record<string, number> = {};

async function ask(): Promise<State> {
  const answer = nextMessage();
  child.send('how are you');
  const state = (await answer) as unknown as State;
  for (const [message, count] of Object.entries(state.lines)) heard[message] = (heard[message] ?? 0) + count;
  return state;
}

/** Forgets what was logged before. */
async function listen(): Promise<void> {
  await ask();
  heard = {};
}

async function peakBytes(): Promise<number> {
  return (await ask()).peak;
}

beforeAll(async () => {
  child = fork(fileURLToPath(new URL('./sftp-flood-server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  ({ port } = (await nextMessage()) as { port: number });
  // What is "idle" has served one upload: code compiled, buffers grown.
  await honestPut();
  await peakBytes();
  idleBytes = await peakBytes();
});
afterAll(() => {
  child.kill();
});

/** An address of the loopback, so that floods come from elsewhere than honest people do. */
function elsewhere(number: number): string {
  return `127.1.${number >> 8}.${number & 255}`;
}

/** Connected and silent. */
function silentSocket(from: string): Promise<Socket> {
  const socket = connectSocket({ host: '127.0.0.1', port, localAddress: from });
  socket.on('error', () => undefined);
  socket.resume();
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

function linesHeard(): number {
  return Object.values(heard).reduce((sum, count) => sum + count, 0);
}

function connect(username: string): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({ host: '127.0.0.1', port, username, privateKey: key.privateKey });
  });
}

/** Another person's ordinary upload, which has to work whatever goes on beside it. */
async function honestPut(): Promise<void> {
  const client = await connect('honest');
  await new Promise<void>((resolve, reject) => {
    client.sftp((error, sftp) => {
      if (error) reject(error);
      else
        sftp.writeFile('/honest', Buffer.alloc(3_000_000), (failed) => (failed ? reject(failed) : resolve()));
    });
  });
  client.end();
}

interface Attacker {
  client: ssh2.Client;
  channel: ClientChannel;
  socket: Socket;
  handle: Buffer;
}

/** A raw SFTP channel with one open file. */
async function attack(username: string, path: string, flags: number): Promise<Attacker> {
  const client = await connect(username);
  client.on('error', () => undefined);
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.subsys('sftp', (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  channel.on('error', () => undefined);
  const reader = createPacketReader(2 ** 20, { take: Buffer.alloc });
  const handle = new Promise<Buffer>((resolve) => {
    channel.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      for (let raw = reader.next(); raw !== undefined && raw !== 'broken'; raw = reader.next()) {
        const reply = showReply(raw);
        if (reply.id === 7) resolve(reply.bytes);
      }
    });
  });
  channel.write(Buffer.concat([request.init(), request.open(7, path, flags)]));
  const opened = await handle;
  channel.removeAllListeners('data');
  const { _sock: socket } = client as unknown as { _sock: Socket };
  return { client, channel, socket, handle: opened };
}

/** Grants the server a window far beyond any honest one: nothing but its own caps stops it then. */
function openWindowWide({ client, channel }: Attacker): void {
  const { _protocol } = client as unknown as {
    _protocol: { channelWindowAdjust(id: number, bytes: number): void };
  };
  const { outgoing } = channel as unknown as { outgoing: { id: number } };
  _protocol.channelWindowAdjust(outgoing.id, 2 ** 31);
}

test('20,000 READs whose answers are never read cost no memory and hold nobody up', async () => {
  const attacker = await attack('reader', '/big', openFlag.read);
  openWindowWide(attacker);
  const reads = [...Array(20_000).keys()].map((id) =>
    request.read(id, attacker.handle, id * 261_120, 261_120),
  );
  attacker.channel.write(Buffer.concat(reads));
  attacker.socket.pause();
  for (let at = 0; at < 5; at++) await honestPut();
  expect((await peakBytes()) - idleBytes).toBeLessThan(allowedBytes);
  attacker.socket.destroy();
});

test('20,000 READs inside an honest window, never read, cost no memory either', async () => {
  const attacker = await attack('reader', '/big', openFlag.read);
  attacker.channel.pause();
  const reads = [...Array(20_000).keys()].map((id) => request.read(id, attacker.handle, id, 261_120));
  attacker.channel.write(Buffer.concat(reads));
  for (let at = 0; at < 5; at++) await honestPut();
  expect((await peakBytes()) - idleBytes).toBeLessThan(allowedBytes);
  attacker.socket.destroy();
});

test('a WRITE flood against a slow tree is slowed down and costs no memory', async () => {
  const attacker = await attack('slow', '/flood', openFlag.write | openFlag.create);
  const one = request.write(1, attacker.handle, 0, Buffer.alloc(200_000));
  let sent = 0;
  const more = () => {
    while (sent < 1000 && attacker.channel.write(one)) sent += 1;
  };
  attacker.channel.on('drain', more);
  attacker.channel.resume();
  more();
  for (let at = 0; at < 5; at++) await honestPut();
  expect((await peakBytes()) - idleBytes).toBeLessThan(allowedBytes);
  attacker.socket.destroy();
});

test('a client that ignores its window is cut off', async () => {
  const attacker = await attack('slow', '/flood', openFlag.write | openFlag.create);
  const { outgoing } = attacker.channel as unknown as { outgoing: { window: number } };
  outgoing.window = Number.POSITIVE_INFINITY;
  const one = request.write(1, attacker.handle, 0, Buffer.alloc(200_000));
  const closed = new Promise((resolve) => attacker.socket.on('close', resolve));
  for (let at = 0; at < 500; at++) attacker.channel.write(one);
  await honestPut();
  await closed;
  expect((await peakBytes()) - idleBytes).toBeLessThan(allowedBytes);
});

test('a flood of global requests whose answers are never read is cut off', async () => {
  const attacker = await attack('reader', '/big', openFlag.read);
  attacker.socket.pause();
  const { _protocol } = attacker.client as unknown as { _protocol: { ping(): void } };
  for (let at = 0; at < 400_000; at++) _protocol.ping();
  await honestPut();
  await expect.poll(async () => (await ask()).connections, { timeout: 30_000 }).toBe(0);
  expect((await peakBytes()) - idleBytes).toBeLessThan(allowedBytes);
  attacker.socket.destroy();
});

test('resets in the middle of transfers leave no file open and no connection, and the server lives', async () => {
  const both = openFlag.read | openFlag.write | openFlag.create;
  for (let round = 0; round < 40; round++) {
    const attacker = await attack(round % 2 === 0 ? 'slow' : 'fast', '/big', both);
    for (let at = 0; at < 30; at++) {
      attacker.channel.write(request.read(at, attacker.handle, at, 200_000));
      attacker.channel.write(request.write(at, attacker.handle, at, Buffer.alloc(100_000)));
    }
    if (round % 3 === 0) attacker.channel.close();
    if (round % 3 === 1) attacker.channel.resume();
    await new Promise((resolve) => setTimeout(resolve, round % 7));
    if (round % 4 === 0) attacker.client.end();
    attacker.socket.resetAndDestroy();
  }
  await honestPut();
  await expect.poll(ask, { timeout: 30_000 }).toMatchObject({ connections: 0, openFiles: 0 });
  expect(child.exitCode).toBeNull();
});

test('5,000 silent sockets from one address and from many keep nobody out, and cost a few lines', async () => {
  await listen();
  const sockets: Socket[] = [];
  try {
    for (let at = 0; at < 5000; at++) {
      sockets.push(await silentSocket(elsewhere(at < 1000 ? 0 : at % 200)));
      if (at % 1000 === 999) await honestPut();
    }
    const state = await ask();
    expect(state.connections).toBeLessThanOrEqual(500);
    expect(state.peak - idleBytes).toBeLessThan(1.5 * allowedBytes);
    await honestPut();
  } finally {
    // Also after a failure, so that it does not spoil the tests that follow.
    for (const socket of sockets) socket.destroy();
  }
  await expect.poll(async () => (await ask()).connections, { timeout: 30_000 }).toBe(0);
  // Two for each honest put, and a line now and then for the crowd.
  expect(linesHeard()).toBeLessThan(60);
}, 60_000);

test('a flood of keys that nobody has ends in a ban of its address, a line for each try and no more', async () => {
  await listen();
  const from = elsewhere(300);
  let tries = 0;
  for (let at = 0; at < 60; at++) {
    const sock = connectSocket({ host: '127.0.0.1', port, localAddress: from });
    await new Promise<void>((resolve) => {
      const client = new ssh2.Client();
      sock.on('error', () => undefined);
      client.on('error', () => undefined);
      client.on('close', () => resolve());
      client.connect({
        sock,
        username: 'nobody',
        authHandler: (_left, _partial, next) => {
          tries += 1;
          next({ type: 'password', username: 'nobody', password: String(tries) } as never);
        },
      });
    });
    if (at % 20 === 19) await honestPut();
  }
  await ask();
  expect(heard['an address was banned']).toBe(1);
  expect(heard['a sign-in was refused'] ?? 0).toBeLessThanOrEqual(106);
  expect(tries).toBeLessThan(130);
}, 60_000);

test('resets in every state of a connection leave nothing behind', async () => {
  const states: ((socket: Socket) => void)[] = [
    () => undefined,
    (socket) => void socket.write('SSH-2.0-'),
    (socket) => void socket.write('SSH-2.0-x\r\n'),
    (socket) => void socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), Buffer.alloc(40, 7)])),
  ];
  for (let round = 0; round < 100; round++) {
    const socket = await silentSocket(elsewhere(400));
    states[round % states.length]!(socket);
    if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    socket.resetAndDestroy();
  }
  // While keys are exchanged, while signing in, and between sign-in and the first request.
  for (const event of ['handshake', 'greeting', 'ready', 'session'] as const) {
    for (let round = 0; round < 10; round++) {
      const client = new ssh2.Client();
      client.on('error', () => undefined);
      const gone = new Promise((resolve) => client.once('close', () => resolve(undefined)));
      const reset = () => (client as unknown as { _sock: Socket })._sock.resetAndDestroy();
      if (event === 'session') client.on('ready', () => client.subsys('sftp', reset));
      else if (event === 'greeting') setTimeout(reset, round);
      else client.on(event as 'ready', reset);
      client.connect({ host: '127.0.0.1', port, username: 'fast', privateKey: key.privateKey });
      await gone;
    }
  }
  await honestPut();
  await expect.poll(ask, { timeout: 30_000 }).toMatchObject({ connections: 0, openFiles: 0 });
  expect(child.exitCode).toBeNull();
}, 60_000);

test('a flood of requests logs nothing for each of them', async () => {
  await listen();
  const attacker = await attack('fast', '/flood', openFlag.write | openFlag.create);
  attacker.channel.resume();
  const wrong = Array.from({ length: 5000 }, (_, id) => request.read(id, Buffer.from('no handle'), 0, 10));
  attacker.channel.write(Buffer.concat(wrong));
  await honestPut();
  attacker.client.end();
  await expect.poll(async () => (await ask()).connections, { timeout: 30_000 }).toBe(0);
  expect(linesHeard()).toBeLessThan(20);
}, 60_000);
