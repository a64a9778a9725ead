import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startHttpListener } from '../../../src/http/listener.ts';
import { hasCode } from '../../../src/platform/errors.ts';

const local = { host: '127.0.0.1', port: 0 };

function collect(socket: Socket): { text: () => string; closed: Promise<void> } {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  return { text: () => text, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

test('says which address it got and refuses one that is taken', async () => {
  const listener = await startHttpListener((_req, res) => res.end('ok'), local);
  const { host, port } = listener.address;
  expect(await (await fetch(`http://${host}:${port}/`)).text()).toBe('ok');
  const error = await startHttpListener(() => {}, { host, port }).catch((thrown: unknown) => thrown);
  expect(hasCode(error, 'unavailable')).toBe(true);
  await listener.close();
  await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow();
});

test('lets an answer under way finish, and ends connections that never asked', async () => {
  let asked: () => void = () => {};
  const request = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let answer: () => void = () => {};
  const listener = await startHttpListener(
    (_req, res) => {
      answer = () => res.end('late');
      asked();
    },
    { ...local, graceMs: 60_000 },
  );
  const silent = collect(connect(listener.address.port));
  const response = fetch(`http://127.0.0.1:${listener.address.port}/`);
  await request;
  const closed = listener.close();
  await silent.closed;
  answer();
  expect(await (await response).text()).toBe('late');
  await closed;
});

test('cuts what is left when the grace is over', async () => {
  const listener = await startHttpListener(
    (_req, res) => {
      res.write('half');
    },
    { ...local, graceMs: 50 },
  );
  const response = await fetch(`http://127.0.0.1:${listener.address.port}/`);
  const body = response.text().then(
    () => 'whole',
    () => 'cut',
  );
  await listener.close();
  expect(await body).toBe('cut');
});

test('lets go of a client that never finishes its headers', async () => {
  const listener = await startHttpListener((_req, res) => res.end(), { ...local, headersTimeoutMs: 100 });
  const slow = connect(listener.address.port);
  const { text, closed } = collect(slow);
  slow.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  await closed;
  expect(text()).toContain('408 Request Timeout');
  await listener.close();
});

test('lets go of a client that never finishes its body', async () => {
  const listener = await startHttpListener((req) => req.resume(), {
    ...local,
    headersTimeoutMs: 100,
    requestTimeoutMs: 200,
  });
  const slow = connect(listener.address.port);
  const { text, closed } = collect(slow);
  slow.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc');
  await closed;
  expect(text()).toContain('408 Request Timeout');
  await listener.close();
});

test('lets go of a client that passes nothing either way', async () => {
  const listener = await startHttpListener(() => {}, { ...local, idleTimeoutMs: 100 });
  const idle = connect(listener.address.port);
  const { closed } = collect(idle);
  idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await closed;
  await listener.close();
});
