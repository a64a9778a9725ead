/** One definition of a route, from which both its handler and its OpenAPI entry are made. */
import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Actor } from '../identity/permissions.ts';
import { AppError, type Language } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { type FieldFault, invalidRequest, type ProblemCode } from './problem.ts';

/** A route for `get` answers HEAD too, unless one for `head` stands beside it. */
export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';

/** Who may call a route: anybody, or who is signed in. What that person may do there, the features ask identity/permissions.ts. */
export type Permission = 'public' | 'signed-in';
export type Person = Actor & { kind: 'person' };

/** Bytes or text that a route answers as they are. A stream is pulled at the client's pace. */
export type RawBody = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * One answer of a route. With `schema` it is JSON and nothing that the schema does not name is sent; with only a
 * `contentType` it is raw; with neither it has no body.
 */
export interface ResponseSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
  /** What raw JSON is like: for the description only, since its bytes are signed for as they are. */
  readonly rawSchema?: z.ZodType;
}

export interface RequestSpec {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** A JSON body of at most the app's limit. */
  readonly body?: z.ZodType;
  /** Instead of JSON: a few bytes as they are, held in memory. What is larger is a file and has doors of its own. */
  readonly bytes?: { readonly limitBytes: number; readonly description: string };
  /** A body that the handler reads as it comes, of any size; the media type is for the description. */
  readonly stream?: { readonly contentType: string; readonly required: boolean };
}

type Parsed<Spec, Key extends string> = Spec extends { [K in Key]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

/** The parsed parts of a request; a part without a schema is undefined. */
export interface RouteInput<Request extends RequestSpec> {
  readonly params: Parsed<Request, 'params'>;
  readonly query: Parsed<Request, 'query'>;
  readonly body: Parsed<Request, 'body'>;
  readonly bytes: Request extends { bytes: object } ? Uint8Array : undefined;
  readonly stream: Request extends { stream: object } ? AsyncIterable<Uint8Array> : undefined;
}

type BodyOf<Spec> = Spec extends { schema: infer Schema extends z.ZodType }
  ? { readonly body: z.input<Schema> }
  : Spec extends { contentType: string }
    ? { readonly body: RawBody }
    : { readonly body?: undefined };

/** What a handler may return: one of the statuses it declared, with the body that goes with it. */
export type RouteResult<Responses> = {
  [Status in keyof Responses & number]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
  } & BodyOf<Responses[Status]>;
}[keyof Responses & number];

/** What a handler is told about the request besides its input. */
export interface RouteContext<Caller = Person | undefined> {
  /** Who calls; always there where the permission is `signed-in`. */
  readonly actor: Caller;
  readonly requestId: string;
  readonly language: Language;
  /** For conditional requests, ranges and keys; never for content that has a schema. */
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the client is gone before the answer is. */
  readonly signal: AbortSignal;
  /** Carries the request id. */
  readonly log: Log;
  /** The client's address; a proxy's own when that proxy is not one of ours. */
  readonly address: string;
}

export interface RouteGuards {
  /** For the agency's own people: a listener for the public can be without it. */
  readonly staff?: boolean;
  /** It changes what two people may edit: If-Match or If-None-Match says which version is meant. The handler compares. */
  readonly precondition?: 'required' | 'accepted';
  /** It must not happen twice: an Idempotency-Key is taken. The answer is kept, so it is text. */
  readonly idempotency?: 'required' | 'accepted';
}

export interface RouteDefinition<
  Request extends RequestSpec,
  Responses,
  Who extends Permission = Permission,
> {
  readonly method: Method;
  /** An OpenAPI path template: `/api/v1/projects/{projectId}`. */
  readonly path: string;
  readonly summary: string;
  readonly permission: Who;
  readonly request?: Request;
  /** Header fields of every answer at this path: of refusals and of OPTIONS too. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly responses: Responses;
  /** Codes this route answers besides those every route does; they stand in the OpenAPI document. */
  readonly problems?: readonly ProblemCode[];
  readonly guards?: RouteGuards;
  readonly handler: (
    input: RouteInput<Request>,
    context: RouteContext<Who extends 'signed-in' ? Person : Person | undefined>,
  ) => RouteResult<NoInfer<Responses>> | Promise<RouteResult<NoInfer<Responses>>>;
}

/** The parts of a request before they are parsed. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** What goes on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RawBody | undefined;
}

/** A route with its types closed over, so that lists of routes can be kept. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly request: RequestSpec;
  readonly headers: Readonly<Record<string, string>>;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly problems: readonly ProblemCode[];
  readonly guards: RouteGuards;
  /** Parses, handles, and parses again on the way out. Throws AppError `invalid-input` for a request that does not fit. */
  readonly answer: (raw: RawInput, context: RouteContext) => Promise<Answer>;
}

const pathPattern = /^(\/|(\/([A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9]*\}))+)$/;

/** Names in a path template: `/a/{b}/{c}` gives b and c. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{([A-Za-z][A-Za-z0-9]*)\}/g)].map((match) => match[1] ?? '');
}

/** A route from its definition. Throws plainly when the definition contradicts itself: that is a fault of the program. */
export function defineRoute<
  const Responses extends Readonly<Record<number, ResponseSpec>>,
  const Request extends RequestSpec = Record<never, never>,
  const Who extends Permission = Permission,
>(definition: RouteDefinition<Request, Responses, Who>): Route {
  const { method, path, summary, permission, responses, handler } = definition;
  const request: RequestSpec = definition.request ?? {};
  const name = `${method.toUpperCase()} ${path}`;
  if (!pathPattern.test(path)) throw new Error(`${name}: the path is not a plain template.`);
  const declared = Object.keys(request.params?.shape ?? {}).sort();
  if (pathParameters(path).sort().join() !== declared.join()) {
    throw new Error(`${name}: the path and the schema of its parameters name different things.`);
  }
  const bodies = [request.body, request.bytes, request.stream].filter((body) => body !== undefined);
  if (bodies.length > 1) throw new Error(`${name}: a body is either read whole or streamed.`);
  if (bodies.length > 0 && ['get', 'head', 'delete'].includes(method)) {
    throw new Error(`${name}: this method takes no body.`);
  }
  const guards: RouteGuards = definition.guards ?? {};
  if (guards.idempotency !== undefined && permission === 'public') {
    throw new Error(`${name}: keys belong to people, and a public route knows none.`);
  }
  return {
    method,
    path,
    summary,
    permission,
    request,
    headers: definition.headers ?? {},
    responses,
    problems: definition.problems ?? [],
    guards,
    answer: async (raw, context) => {
      if (permission === 'signed-in' && context.actor === undefined) throw notSignedIn();
      const result: LooseResult = await handler(
        parseInput(request, raw) as RouteInput<Request>,
        context as RouteContext<Who extends 'signed-in' ? Person : Person | undefined>,
      );
      return encode(responses[result.status], result);
    },
  };
}

export function notSignedIn(): AppError {
  return new AppError('not-signed-in', {
    nb: 'Du er ikke logget inn. Logg inn og prøv igjen.',
    en: 'You are not signed in. Sign in and try again.',
  });
}

function parseInput(request: RequestSpec, raw: RawInput): RouteInput<RequestSpec> {
  const faults: FieldFault[] = [];
  const parse = (place: FieldFault['in'], schema: z.ZodType | undefined, value: unknown): unknown => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      faults.push({ in: place, pointer: pointerOf(issue.path), code: issue.code });
    }
    return undefined;
  };
  const input = {
    params: parse('path', request.params, raw.params),
    query: parse('query', request.query, raw.query),
    body: parse('body', request.body, raw.body),
    bytes: request.bytes === undefined ? undefined : bytesOf(raw.body),
    stream: request.stream === undefined ? undefined : raw.stream,
  };
  if (faults.length > 0) throw invalidRequest(faults.slice(0, limitFaults));
  return input as RouteInput<RequestSpec>;
}

/** A body of no bytes is no body to the parser. */
function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/** Enough to mend a request by; a hostile body has millions. */
const limitFaults = 20;
const limitPointerLength = 120;

function pointerOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => '/' + String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
  return '#' + steps.join('').slice(0, limitPointerLength);
}

interface LooseResult {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function encode(spec: ResponseSpec | undefined, result: LooseResult): Answer {
  if (spec === undefined)
    throw new Error(`The handler answered ${result.status}, which it does not declare.`);
  const headers = result.headers ?? {};
  if (spec.schema !== undefined) {
    const contentType = spec.contentType ?? 'application/json; charset=utf-8';
    const body = JSON.stringify(spec.schema.parse(result.body));
    return { status: result.status, headers: { 'content-type': contentType, ...headers }, body };
  }
  if (spec.contentType !== undefined) {
    const body = result.body as RawBody;
    return { status: result.status, headers: { 'content-type': spec.contentType, ...headers }, body };
  }
  return { status: result.status, headers, body: undefined };
}
