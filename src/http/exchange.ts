/** One request and its answer: what is known of it while it lasts, and how answers and refusals are written. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { RequestKeys } from '../identity/request-keys.ts';
import type { Counted, RequestLimits } from '../identity/request-limits.ts';
import type { Language } from '../platform/errors.ts';
import { describeError, type Log } from '../platform/log.ts';
import { doOnce, keyMissing, keyOf, requestHash } from './idempotency.ts';
import { languageOf } from './language.ts';
import { saysWhich } from './preconditions.ts';
import {
  encodedBody,
  problemContentType,
  problemKinds,
  problemOf,
  type Refusal,
  refusalOf,
} from './problem.ts';
import { addressGroup, countRequest, limitHeaders, tooMany } from './rate-limits.ts';
import { type BodyLimits, streamBody } from './request-body.ts';
import { type Answer, notSignedIn, type Person, type Route } from './route.ts';

export interface Exchange {
  readonly requestId: string;
  readonly language: Language;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The template of the route that took the request: the only form in which a path is logged or counted. */
  route: string;
}

const exchanges = new WeakMap<Request, Exchange>();

/** Opens the exchange of a request. The id is always our own: one from outside could be anything. */
export function openExchange(log: Log, requestId: string, req: Request, res: Response): Exchange {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const exchange: Exchange = {
    requestId,
    language: languageOf(req.headers['accept-language']),
    signal: gone.signal,
    log: log.child({ requestId }),
    route: 'unmatched',
  };
  exchanges.set(req, exchange);
  res.setHeader('x-request-id', requestId);
  return exchange;
}

export function exchangeOf(req: Request): Exchange {
  const exchange = exchanges.get(req);
  if (exchange === undefined) throw new Error('The request was not opened as an exchange.');
  return exchange;
}

/** Says who sends a request; undefined for nobody it knows. Throws AppError for a sign of identity that is not right. */
export type Identify = (req: Request, res: Response) => Promise<Person | undefined>;

/** What stands before every route. Each may be absent: then nobody is known, nothing counted, and no key kept. */
export interface Guarding {
  readonly identify?: Identify | undefined;
  readonly limits?: RequestLimits | undefined;
  readonly keys?: RequestKeys | undefined;
}

/** What serving a request takes. */
export interface Serving extends Guarding {
  readonly bodies: BodyLimits;
}

/** Runs a route on a request and writes its answer. */
export async function serveRoute(route: Route, serving: Serving, req: Request, res: Response): Promise<void> {
  const { requestId, language, signal, log } = exchangeOf(req);
  // The address before all else: whoever tries tokens is counted too.
  if (await isTooMuch(route, serving, 'address', addressGroup(req.ip ?? ''), req, res)) return;
  const actor = route.permission === 'public' ? undefined : await serving.identify?.(req, res);
  if (route.permission === 'signed-in' && actor === undefined) throw notSignedIn();
  if (actor !== undefined && (await isTooMuch(route, serving, 'person', actor.personId, req, res))) return;
  if (route.guards.precondition === 'required' && !saysWhich(req.headers)) {
    answerRefusal(preconditionRequired, req, res);
    return;
  }
  const coding = req.headers['content-encoding'] ?? 'identity';
  const streams = route.request.stream !== undefined;
  if (streams && coding !== 'identity') return answerRefusal(encodedBody, req, res);
  const stream = streams ? { stream: streamBody(req, res, serving.bodies) } : {};
  const work = () =>
    route.answer(
      { params: req.params, query: req.query, body: req.body, ...stream },
      { actor, requestId, language, headers: req.headers, signal, log, address: req.ip ?? '' },
    );
  const answer = await once(route, serving, actor, req, work);
  if ('refusal' in answer) answerRefusal(answer.refusal, req, res);
  else await writeAnswer(answer, req, res, signal);
}

/** Counts the request, and answers it when it is one too many. Probes and pages of the service are not counted. */
async function isTooMuch(
  route: Route,
  { limits }: Guarding,
  by: Counted,
  who: string,
  req: Request,
  res: Response,
): Promise<boolean> {
  if (limits === undefined || !isCounted(route)) return false;
  const count = await countRequest(limits, by, who, exchangeOf(req).log);
  if (count === undefined) return false;
  for (const [name, value] of Object.entries(limitHeaders(by, count))) res.setHeader(name, value);
  if (count.exceeded) answerRefusal(tooMany(count), req, res);
  return count.exceeded;
}

export function isCounted(route: Pick<Route, 'path'>): boolean {
  return route.path.startsWith('/api/');
}

async function once(
  route: Route,
  { keys }: Guarding,
  actor: Person | undefined,
  req: Request,
  work: () => Promise<Answer>,
): Promise<Answer | { readonly refusal: Refusal }> {
  const { idempotency } = route.guards;
  const field = req.get('idempotency-key');
  if (idempotency === undefined || (idempotency === 'accepted' && field === undefined)) return work();
  const key = keyOf(field);
  if (key === undefined) return { refusal: keyMissing };
  if (keys === undefined || actor === undefined) return work();
  const hash = requestHash({
    method: route.method,
    path: req.path,
    body: req.body,
    conditions: [req.get('if-match'), req.get('if-none-match')],
  });
  return doOnce(keys, { personId: actor.personId, key, hash }, work);
}

const preconditionRequired: Refusal = {
  code: 'precondition-required',
  detail: {
    nb: 'Send If-Match med ETag fra utgaven du har lest, eller If-None-Match: * når det ikke skal finnes noen fra før. Da overskriver ingen en annens endring.',
    en: 'Send If-Match with the ETag of the version that you read, or If-None-Match: * when there is to be none yet. So nobody overwrites another person’s change.',
  },
};

async function writeAnswer(answer: Answer, req: Request, res: Response, signal: AbortSignal): Promise<void> {
  res.statusCode = answer.status;
  // What the API says is about now and about you. A route that may be cached says so itself.
  res.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  const { body } = answer;
  if (body === undefined) {
    res.end();
  } else if (typeof body === 'string' || body instanceof Uint8Array) {
    res.setHeader('content-length', Buffer.byteLength(body));
    res.end(req.method === 'HEAD' ? undefined : body);
  } else if (req.method === 'HEAD') {
    await body[Symbol.asyncIterator]().return?.();
    res.end();
  } else {
    await pipeline(Readable.from(body, { objectMode: false }), res, { signal });
  }
}

/** Answers an error with a problem. What our side is to blame for goes to the log with its cause; the client sees an id. */
export function answerError(thrown: unknown, req: Request, res: Response): void {
  const { log, route, signal } = exchangeOf(req);
  // The client is gone: there is nobody to tell, and nothing of ours has failed.
  if (signal.aborted || req.socket.destroyed) return;
  const refusal = refusalOf(thrown);
  if (problemKinds[refusal.code].status >= 500) {
    log.error({ route, code: refusal.code, error: describeError(thrown) }, 'request failed');
  }
  answerRefusal(refusal, req, res);
}

export function answerRefusal(refusal: Refusal, req: Request, res: Response): void {
  if (res.headersSent) {
    // Half an answer is out. Cutting the connection is the only honest end: the client sees that it is not whole.
    res.destroy();
    return;
  }
  const { requestId, language } = exchangeOf(req);
  const kind = problemKinds[refusal.code];
  for (const name of ofTheFailedAnswer) res.removeHeader(name);
  res.statusCode = kind.status;
  for (const [name, value] of Object.entries({ ...kind.headers, ...refusal.headers }))
    res.setHeader(name, value);
  res.setHeader('cache-control', 'no-store');
  res.setHeader('content-language', language);
  res.setHeader('content-type', `${problemContentType}; charset=utf-8`);
  res.vary('Accept-Language');
  res.end(JSON.stringify(problemOf(refusal, language, requestId)));
}

/** Fields that may have been set for an answer which then failed, and would be wrong of the problem. */
const ofTheFailedAnswer = ['content-length', 'content-range', 'content-encoding', 'etag', 'last-modified'];

/** The refusal of a method, with those that a path does take. */
export function methodNotAllowed(allow: string): Refusal {
  return {
    code: 'method-not-allowed',
    detail: { nb: `Her brukes bare ${allow}.`, en: `Only ${allow} is used here.` },
    headers: { allow },
  };
}
