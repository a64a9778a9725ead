/** The OpenAPI 3.1 document of a list of routes. */
import {
  createDocument,
  type oas31,
  type ZodOpenApiContentObject,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
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
  const { params, query, body, stream } = route.request;
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    ...(params === undefined && query === undefined
      ? {}
      : {
          requestParams: {
            ...(params === undefined ? {} : { path: params }),
            ...(query === undefined ? {} : { query }),
          },
        }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(stream === undefined
      ? {}
      : { requestBody: { required: stream.required, content: { [stream.contentType]: { schema: bytes } } } }),
    responses: responsesOf(route),
  };
}

const bytes = { type: 'string' as const, format: 'binary' };

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
    return { content: { [mediaTypeOf(spec.contentType)]: { schema: { type: 'string' as const } } } };
  }
  return {};
}

function mediaTypeOf(contentType: string): string {
  return contentType.split(';')[0] ?? contentType;
}

/** The codes a route can answer: what it declares, what its input can bring, and what any of them can. */
function problemsOf(route: Route): Set<ProblemCode> {
  const { params, query, body, stream } = route.request;
  const codes = new Set<ProblemCode>(route.problems);
  if (params !== undefined || query !== undefined || body !== undefined) codes.add('invalid-input');
  if (route.permission === 'signed-in') codes.add('not-signed-in').add('forbidden');
  if (body !== undefined) codes.add('too-large').add('unsupported-media-type');
  if (stream !== undefined) codes.add('unsupported-media-type');
  return codes.add('internal');
}
