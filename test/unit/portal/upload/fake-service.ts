/** A service that speaks tus to the client under test, in memory, and breaks where it is told to. */
import type { Http, HttpAnswer, HttpRequest } from '../../../../src/portal/upload/tus-client.ts';

export interface FakeService {
  readonly http: Http;
  readonly asked: readonly string[];
  /** What has come of each upload. */
  readonly content: ReadonlyMap<string, Uint8Array>;
  /** The next request gets this answer, or none when it is `broken`. */
  next(answer: 'broken' | { status: number; headers?: Record<string, string>; text?: string }): void;
  /** The next PATCH breaks after so many bytes of it. */
  breakAfter(bytes: number): void;
  forget(): void;
}

export function createFakeService(verdict = 'accepted'): FakeService {
  const content = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const ordered: Parameters<FakeService['next']>[0][] = [];
  let breakAt: number | undefined;

  const answer = (status: number, headers: Record<string, string> = {}, text = ''): HttpAnswer => ({
    status,
    header: (name) => headers[name] ?? null,
    text,
  });

  function verdictOf(place: string): Record<string, string> {
    const [, id = '', length] = /\/([0-9a-f-]{36})\.(\d+)$/.exec(place) ?? [];
    if (content.get(place)?.length !== Number(length)) return {};
    return {
      'datasluse-verdict': verdict,
      'datasluse-version': '2',
      link: `</api/v1/projects/P1/inbox/${id}/report>; rel="describedby"`,
    };
  }

  async function serve({ method, path, headers, body, onSent }: HttpRequest): Promise<HttpAnswer> {
    if (method === 'POST') {
      const id = `00000000-0000-4000-8000-${String(content.size + 1).padStart(12, '0')}`;
      const place = `/api/v1/uploads/${id}.${headers['upload-length']}`;
      content.set(place, new Uint8Array());
      return answer(201, { location: place, 'upload-offset': '0', ...verdictOf(place) });
    }
    const have = content.get(path);
    if (have === undefined) return answer(404, {}, '{"code":"not-found","detail":"Ikke her."}');
    if (method === 'DELETE') {
      content.delete(path);
      return answer(204);
    }
    if (method === 'HEAD') return answer(200, { 'upload-offset': String(have.length), ...verdictOf(path) });
    if (Number(headers['upload-offset']) !== have.length)
      return answer(409, {}, '{"code":"conflict","detail":"Et annet sted."}');
    const bytes = new Uint8Array((await body?.arrayBuffer()) ?? new ArrayBuffer(0));
    const taken = breakAt === undefined ? bytes : bytes.subarray(0, breakAt);
    content.set(path, new Uint8Array([...have, ...taken]));
    onSent?.(taken.length);
    if (breakAt !== undefined) {
      breakAt = undefined;
      throw new Error('broken');
    }
    return answer(204, { 'upload-offset': String(have.length + bytes.length), ...verdictOf(path) });
  }

  return {
    asked,
    content,
    http: async (request) => {
      request.signal.throwIfAborted();
      asked.push(`${request.method} ${request.headers['upload-offset'] ?? ''}`.trim());
      const told = ordered.shift();
      if (told === 'broken') throw new Error('broken');
      if (told !== undefined) return answer(told.status, told.headers, told.text);
      return serve(request);
    },
    next: (one) => ordered.push(one),
    breakAfter: (bytes) => {
      breakAt = bytes;
    },
    forget: () => content.clear(),
  };
}
