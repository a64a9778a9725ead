import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildOpenApi } from '../../../src/http/openapi.ts';
import { defineRoute } from '../../../src/http/route.ts';

const list = defineRoute({
  method: 'get',
  path: '/api/v1/projects/{projectId}/files',
  summary: 'Files of a project',
  permission: 'public',
  request: {
    params: z.object({ projectId: z.string().meta({ description: 'The number of the project.' }) }),
    query: z.object({ limit: z.coerce.number().int().default(10) }),
  },
  responses: {
    200: { description: 'The files', schema: z.object({ names: z.array(z.string()) }).meta({ id: 'Files' }) },
  },
  problems: ['not-signed-in', 'not-found', 'conflict', 'already-exists'],
  handler: () => ({ status: 200, body: { names: [] } }),
});

const add = defineRoute({
  method: 'post',
  path: '/api/v1/projects/{projectId}/files',
  summary: 'Adds a file',
  permission: 'public',
  request: { params: z.object({ projectId: z.string() }), body: z.object({ name: z.string() }) },
  responses: { 204: { description: 'Added' } },
  handler: () => ({ status: 204 }),
});

const metrics = defineRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Figures',
  permission: 'public',
  responses: { 200: { description: 'Figures', contentType: 'text/plain; version=0.0.4' } },
  handler: () => ({ status: 200, body: '' }),
});

const routes = [list, add, metrics];
const document = buildOpenApi(routes, { title: 'Datasluse', version: '0.1.0' });

test('names every route once, with a summary, an id of its own and described answers', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toEqual({ title: 'Datasluse', version: '0.1.0' });
  const ids = new Set<string>();
  for (const route of routes) {
    const operation = document.paths?.[route.path]?.[route.method as 'get' | 'post'];
    expect(operation?.summary).toBe(route.summary);
    ids.add(operation?.operationId ?? '');
    for (const response of Object.values(operation?.responses ?? {})) {
      expect((response as { description: string }).description).not.toBe('');
    }
  }
  expect(ids).toEqual(
    new Set(['getApiV1ProjectsProjectIdFiles', 'postApiV1ProjectsProjectIdFiles', 'getMetrics']),
  );
});

test('lists the answers that a route gives and those that its shape brings', () => {
  const at = document.paths?.[list.path];
  expect(Object.keys(at?.get?.responses ?? {})).toEqual(['200', '400', '401', '404', '409', '429', '500']);
  expect(Object.keys(at?.post?.responses ?? {})).toEqual(['204', '400', '413', '415', '429', '500']);
  expect(at?.get?.responses?.['409']).toEqual({
    description: 'Conflict (`conflict`); Already exists (`already-exists`)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
});

test('describes parameters, bodies and raw answers', () => {
  const at = document.paths?.[list.path];
  expect(at?.get?.parameters).toMatchObject([
    { in: 'path', name: 'projectId', required: true, description: 'The number of the project.' },
    { in: 'query', name: 'limit', schema: { type: 'integer', default: 10 } },
  ]);
  expect(at?.post?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { type: 'object', required: ['name'] } } },
  });
  expect(document.paths?.['/metrics']?.get?.responses?.['200']).toEqual({
    description: 'Figures',
    content: { 'text/plain': { schema: { type: 'string' } } },
  });
});

test('every reference in the document leads somewhere', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
  expect(new Set(references)).toEqual(new Set(Object.keys(document.components?.schemas ?? {})));
});
