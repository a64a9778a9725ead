/** The OpenAPI 3.1 document of a list of routes. */

import { z } from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiContentObject,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { isCounted } from './exchange.ts';
import { Problem, type ProblemCode, problemContentType, problemKinds } from './problem.ts';
import type { ResponseSpec, Route } from './route.ts';

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** Every route once, with every answer it can give: its own, and the problems its shape and its definition bring. */
export function buildOpenApi(routes: readonly Route[], info: OpenApiInfo): oas31.OpenAPIObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { ...info },
    servers: [{ url: '/' }],
    paths: paths satisfies ZodOpenApiPathsObject,
  };
  return createDocument(document);
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { params, query } = route.request;
  const header = headersOf(route);
  const requestParams = {
    ...(params === undefined ? {} : { path: params }),
    ...(query === undefined ? {} : { query }),
    ...(header === undefined ? {} : { header }),
  };
  const content = requestContentOf(route);
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    ...(route.guards.staff === true ? { tags: ['staff'] } : {}),
    ...(Object.keys(requestParams).length === 0 ? {} : { requestParams }),
    ...(content === undefined
      ? {}
      : { requestBody: { required: route.request.stream?.required ?? true, content } }),
    responses: responsesOf(route),
  };
}

function requestContentOf(route: Route): ZodOpenApiContentObject | undefined {
  const { body, bytes, stream } = route.request;
  if (body !== undefined) return { 'application/json': { schema: body } };
  if (stream !== undefined)
    return { [stream.contentType]: { schema: { type: 'string' as const, format: 'binary' } } };
  if (bytes === undefined) return undefined;
  const schema = { type: 'string' as const, format: 'binary', description: bytes.description };
  return { 'application/octet-stream': { schema } };
}

const tag = z.string().max(500).optional();
const IdempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{8,200}$/)
  .meta({
    description:
      'New for each action, such as a UUID. Sent again with the same request, the action is not done again and the answer is the same.',
  });
const IfMatch = tag.meta({ description: 'The ETag of the version that the change is meant for.' });
const IfNoneMatch = tag.meta({ description: 'ETags of versions that are at hand already; `*` for any.' });

/** The header fields that a route heeds; undefined for none. */
function headersOf({ guards, responses }: Route): z.ZodObject | undefined {
  const { idempotency, precondition } = guards;
  const shape = {
    ...(idempotency === undefined
      ? {}
      : { 'Idempotency-Key': idempotency === 'required' ? IdempotencyKey : IdempotencyKey.optional() }),
    ...(precondition === undefined ? {} : { 'If-Match': IfMatch }),
    ...(precondition === undefined && responses[304] === undefined ? {} : { 'If-None-Match': IfNoneMatch }),
  };
  return Object.keys(shape).length === 0 ? undefined : z.object(shape);
}

/** `GET /api/v1/receipt-keys` → `getApiV1ReceiptKeys`: unique because method and path are. */
function operationIdOf(route: Route): string {
  const words = route.path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return route.method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function responsesOf(route: Route): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, spec] of Object.entries(route.responses)) {
    responses[status as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: spec.description,
      ...contentOf(spec),
    };
  }
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = problemKinds[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of byStatus) {
    const described = codes.map((code) => `${problemKinds[code].title.en} (\`${code}\`)`).join('; ');
    responses[`${status}` as `4${string}`] ??= {
      description: described,
      content: { [problemContentType]: { schema: Problem } },
    };
  }
  return responses;
}

function contentOf(spec: ResponseSpec): { content?: ZodOpenApiContentObject } {
  if (spec.schema !== undefined) {
    return { content: { [mediaTypeOf(spec.contentType ?? 'application/json')]: { schema: spec.schema } } };
  }
  if (spec.contentType !== undefined) {
    const schema = spec.rawSchema ?? { type: 'string' as const };
    return { content: { [mediaTypeOf(spec.contentType)]: { schema } } };
  }
  return {};
}

function mediaTypeOf(contentType: string): string {
  return contentType.split(';')[0] ?? contentType;
}

/** The codes a route can answer: what it declares, what its input can bring, and what any of them can. */
function problemsOf(route: Route): Set<ProblemCode> {
  const { params, query, body, bytes, stream } = route.request;
  const codes = new Set<ProblemCode>(route.problems);
  const { idempotency, precondition } = route.guards;
  if (params !== undefined || query !== undefined || body !== undefined) codes.add('invalid-input');
  if (route.permission === 'signed-in') codes.add('not-signed-in').add('forbidden');
  if (body !== undefined || bytes !== undefined) codes.add('too-large').add('unsupported-media-type');
  if (precondition !== undefined) codes.add('changed-meanwhile');
  if (precondition === 'required') codes.add('precondition-required');
  if (idempotency !== undefined) codes.add('invalid-input').add('key-reused').add('conflict');
  if (isCounted(route)) codes.add('too-many-requests');
  if (stream !== undefined) codes.add('unsupported-media-type');
  return codes.add('internal');
}
