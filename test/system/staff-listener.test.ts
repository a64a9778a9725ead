/** The built service with a listener for staff: the public one knows nothing of their routes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ env: { DATASLUSE_STAFF_HTTP: '127.0.0.1:0' } });
}, 60_000);
afterAll(() => service?.remove());

const code = async (url: string) => {
  const response = await fetch(url);
  return `${response.status} ${((await response.json()) as { code?: string }).code ?? ''}`;
};

test('only the listener of staff knows their routes', async () => {
  const staffPort = Number(/^ {2}Staff .*:(\d+)\//m.exec(service.output())?.[1]);
  const [open, staff] = [service.httpPort, staffPort].map((port) => `http://127.0.0.1:${port}`);
  expect(staffPort).not.toBe(service.httpPort);
  expect(await code(`${open}/api/v1/outbox`)).toBe('404 not-found');
  expect(await code(`${staff}/api/v1/outbox`)).toBe('401 not-signed-in');
  expect(await code(`${open}/api/v1/projects`)).toBe('401 not-signed-in');
  expect(await code(`${staff}/api/v1/projects`)).toBe('401 not-signed-in');
  const described = await (await fetch(`${open}/api/v1/openapi.json`)).text();
  expect([described.includes('/api/v1/outbox'), described.includes('/api/v1/projects')]).toEqual([
    false,
    true,
  ]);
});

test('requests are counted, those of both listeners together', async () => {
  const left = async () => {
    const { headers } = await fetch(`http://127.0.0.1:${service.httpPort}/api/v1/status`);
    expect(headers.get('ratelimit-policy')).toBe('"address";q=3000;w=60');
    return Number(/;r=(\d+);/.exec(headers.get('ratelimit') ?? '')?.[1]);
  };
  expect(await left()).toBe((await left()) + 1);
});
