import { expect, test } from 'vitest';
import { eraseUpload, sendFile } from '../../../../src/portal/upload/tus-client.ts';
import { createFakeService, type FakeService } from './fake-service.ts';

const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);

function send(
  service: FakeService,
  given: { place?: string; content?: Blob; stop?: AbortController; onWait?: (ms: number) => void } = {},
) {
  const places: string[] = [];
  const offsets: number[] = [];
  const contact: boolean[] = [];
  const { stop = new AbortController() } = given;
  const outcome = sendFile(
    {
      http: service.http,
      wait: async (ms, signal) => {
        given.onWait?.(ms);
        signal.throwIfAborted();
      },
    },
    {
      project: 'P1',
      name: 'månedslønn.csv',
      content: given.content ?? new Blob([bytes]),
      place: given.place,
      language: 'nb',
      signal: stop.signal,
      onPlace: (place) => places.push(place),
      onOffset: (offset) => offsets.push(offset),
      onContact: (lost) => contact.push(lost),
    },
  );
  return { outcome, places, offsets, contact };
}

const received = {
  kind: 'received',
  verdict: 'accepted',
  version: 2,
  fileId: '00000000-0000-4000-8000-000000000001',
};

test('begins an upload, asks where it stands, sends it, and reads the verdict', async () => {
  const service = createFakeService();
  const { outcome, places, offsets } = send(service);
  expect(await outcome).toEqual(received);
  expect(service.asked).toEqual(['POST', 'HEAD', 'PATCH 0']);
  expect(service.content.get(places[0] ?? '')).toEqual(bytes);
  expect(offsets).toEqual([0, 1000]);
});

test('names the file and the project in UTF-8, and says that the request is ours', async () => {
  const seen: Readonly<Record<string, string>>[] = [];
  const service = createFakeService();
  const http: FakeService['http'] = (request) => {
    seen.push(request.headers);
    return service.http(request);
  };
  await send({ ...service, http }).outcome;
  const [, filename = '', project = ''] =
    /^filename (\S+),project (\S+)$/.exec(seen[0]?.['upload-metadata'] ?? '') ?? [];
  expect(Buffer.from(filename, 'base64').toString()).toBe('månedslønn.csv');
  expect(Buffer.from(project, 'base64').toString()).toBe('P1');
  for (const headers of seen) expect(headers).toMatchObject({ 'x-datasluse': '1', 'tus-resumable': '1.0.0' });
});

test('goes on where the service stands when the line breaks in the middle, and says that contact was lost', async () => {
  const service = createFakeService();
  service.breakAfter(400);
  const { outcome, places, contact, offsets } = send(service);
  expect(await outcome).toEqual(received);
  expect(service.asked).toEqual(['POST', 'HEAD', 'PATCH 0', 'HEAD', 'PATCH 400']);
  expect(service.content.get(places[0] ?? '')).toEqual(bytes);
  expect(contact).toEqual([false, false, true, false]);
  expect(offsets).toEqual([0, 400, 400, 1000]);
});

test('goes on with an upload of an earlier visit without sending what is there', async () => {
  const service = createFakeService();
  service.breakAfter(700);
  const stop = new AbortController();
  const first = send(service, { stop, onWait: () => stop.abort(new Error('closed')) });
  await expect(first.outcome).rejects.toThrow('closed');
  const [place = ''] = first.places;
  const second = send(service, { place });
  expect(await second.outcome).toEqual(received);
  expect(service.asked.slice(-2)).toEqual(['HEAD', 'PATCH 700']);
  expect(service.content.get(place)).toEqual(bytes);
});

test('begins anew when the upload of an earlier visit is gone', async () => {
  const service = createFakeService();
  const { outcome, places } = send(service, { place: '/api/v1/uploads/gone' });
  expect(await outcome).toEqual(received);
  expect(service.asked).toEqual(['HEAD', 'POST', 'HEAD', 'PATCH 0']);
  expect(places).toHaveLength(1);
});

test('learns the verdict when the answer to the last part was lost', async () => {
  const service = createFakeService();
  service.breakAfter(1000);
  const { outcome } = send(service);
  expect(await outcome).toEqual(received);
  expect(service.asked.slice(-2)).toEqual(['PATCH 0', 'HEAD']);
});

test('an empty file is received with its beginning', async () => {
  const service = createFakeService();
  expect(await send(service, { content: new Blob([]) }).outcome).toEqual(received);
  expect(service.asked).toEqual(['POST']);
});

test('is patient with a service that is busy, for as long as it asks for, and ever longer otherwise', async () => {
  const service = createFakeService();
  const waited: number[] = [];
  service.next({ status: 503, headers: { 'retry-after': '7' } });
  for (let time = 0; time < 8; time += 1) service.next('broken');
  const { outcome } = send(service, { onWait: (ms) => waited.push(ms) });
  expect(await outcome).toEqual(received);
  expect(waited[0]).toBe(7000);
  expect(waited.slice(1)).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test('gives what the service refuses in its own words, and does not insist', async () => {
  const service = createFakeService();
  service.next({ status: 413, text: '{"code":"too-large","detail":"Det er ikke plass."}' });
  expect(await send(service).outcome).toEqual({
    kind: 'refused',
    code: 'too-large',
    detail: 'Det er ikke plass.',
  });
  expect(service.asked).toEqual(['POST']);
});

test('a refusal without words has none', async () => {
  const service = createFakeService();
  service.next({ status: 400, text: '<html>' });
  expect(await send(service).outcome).toEqual({ kind: 'refused', code: '400', detail: null });
});

test('stops at once when nobody is signed in, so that it can be gone on with', async () => {
  const service = createFakeService();
  service.next({ status: 201, headers: { location: '/api/v1/uploads/x' } });
  service.next({ status: 401 });
  expect(await send(service).outcome).toEqual({ kind: 'signed-out' });
});

test('does not disagree about the offset for ever', async () => {
  const service = createFakeService();
  const http: FakeService['http'] = async (request) =>
    request.method === 'PATCH'
      ? { status: 409, header: () => null, text: '{"code":"conflict","detail":"Et annet sted."}' }
      : service.http(request);
  expect(await send({ ...service, http }).outcome).toMatchObject({ kind: 'refused', code: 'conflict' });
});

test('erases an upload, and counts one that is gone as erased', async () => {
  const service = createFakeService();
  const { signal } = new AbortController();
  service.breakAfter(10);
  const stop = new AbortController();
  const begun = send(service, { stop, onWait: () => stop.abort(new Error('closed')) });
  await expect(begun.outcome).rejects.toThrow();
  expect(await eraseUpload(service.http, begun.places[0] ?? '', signal)).toBe(true);
  expect(service.content.size).toBe(0);
  expect(await eraseUpload(service.http, begun.places[0] ?? '', signal)).toBe(true);
  service.next('broken');
  expect(await eraseUpload(service.http, begun.places[0] ?? '', signal)).toBe(false);
});
