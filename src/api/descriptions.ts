/** The description of a project's files: read, replaced by whoever has read the one in force, drafted from a sample. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { changeAgrees, hasAlready, versionTag } from '../http/preconditions.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { demand } from '../identity/permissions.ts';
import { currentDescription, describeProject } from '../inbound/descriptions.ts';
import { draftFromSample } from '../inbound/draft-sample.ts';
import { AppError } from '../platform/errors.ts';
import { GivenName, InProject, ofProject } from './parameters.ts';

export const DataPackage = z
  .record(z.string(), z.unknown())
  .meta({ id: 'DataPackage', description: 'A Frictionless Data Package with the properties of `no:`.' });

export const Description = z.object({
  version: z.int(),
  sha256: z
    .string()
    .meta({ description: 'Of the text that was handed in, in hex; reports and receipts name it.' }),
  content: DataPackage,
});
export type Description = z.output<typeof Description>;

const Draft = z.object({
  content: DataPackage,
  rows: z.int().meta({ description: 'Rows that it rests on.' }),
  unread: z.int().meta({ description: 'Rows that could not be read.' }),
});

type Deps = Parameters<typeof describeProject>[0];

const tagOf = (version: number): string => versionTag('description', version);
const sampleLimitBytes = 1024 * 1024;

export function descriptionRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/description',
      summary: 'The description in force',
      permission: 'signed-in',
      request: { params: InProject },
      responses: {
        200: { description: 'The description; ETag names its version', schema: Description },
        304: { description: 'It is the one that the caller has' },
      },
      problems: ofProject,
      handler: async ({ params }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        demand(actor, 'inbound.see-all', params.projectId);
        const found = await currentDescription(deps, params.projectId);
        if (found === undefined) {
          throw new AppError('not-found', {
            nb: 'Prosjektet har ingen beskrivelse ennå.',
            en: 'The project has no description yet.',
          });
        }
        const etag = tagOf(found.version);
        if (hasAlready(headers, etag)) return { status: 304, headers: { etag } };
        return { status: 200, body: found, headers: { etag } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/api/v1/projects/{projectId}/description',
      summary: 'Replaces the description; If-None-Match: * for the first one',
      permission: 'signed-in',
      guards: { staff: true, precondition: 'required' },
      request: { params: InProject, body: DataPackage },
      responses: { 200: { description: 'The new version', schema: Description } },
      problems: ofProject,
      handler: async ({ params, body }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        const agrees = (version: number) => changeAgrees(headers, version === 0 ? undefined : tagOf(version));
        const made = await describeProject(deps, actor, params.projectId, JSON.stringify(body), agrees);
        return { status: 200, body: made, headers: { etag: tagOf(made.version) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/projects/{projectId}/description/draft',
      summary: 'Drafts a description from the first bytes of a file; nothing is kept',
      permission: 'signed-in',
      request: {
        params: InProject,
        query: z.object({ name: GivenName.meta({ description: 'What the file is called.' }) }),
        bytes: { limitBytes: sampleLimitBytes, description: 'Delimited text, cut off anywhere.' },
      },
      responses: { 200: { description: 'The draft', schema: Draft } },
      problems: [...ofProject, 'unsupported'],
      handler: async ({ params, query, bytes }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        return { status: 200, body: draftFromSample(query.name, bytes) };
      },
    }),
  ];
}
