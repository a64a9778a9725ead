/** The description of a project's files: read, replaced by whoever has read the one in force, drafted from a sample. */
import { z } from 'zod';
import type { Agrees } from '../cases/description-versions.ts';
import { getProject } from '../cases/projects.ts';
import { changeAgrees, hasAlready, versionTag } from '../http/preconditions.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { type Action, demand } from '../identity/permissions.ts';
import { currentDescription, describeProject } from '../inbound/descriptions.ts';
import { draftFromSample } from '../inbound/draft-sample.ts';
import { AppError } from '../platform/errors.ts';
import { GivenName, InProject, ofProject } from './parameters.ts';

const DataPackage = z
  .record(z.string(), z.unknown())
  .meta({ id: 'DataPackage', description: 'A Frictionless Data Package with the properties of `no:`.' });

const Description = z.object({
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

const sampleLimitBytes = 1024 * 1024;

/** A description of a project that is read whole, and replaced by whoever has read the one in force. */
interface VersionedDescription {
  readonly path: string;
  /** Begins the tags of its versions. */
  readonly tag: string;
  /** What those may do who read it. */
  readonly permission: Action;
  /** Whether it is read on the staff's listener only, as it is replaced there only. */
  readonly staffOnly: boolean;
  readonly reads: { readonly summary: string; readonly description: string };
  readonly replaces: string;
  readonly none: ConstructorParameters<typeof AppError>[1];
  current(projectId: string): Promise<Description | undefined>;
  replace(actor: Person, projectId: string, text: string, agrees: Agrees): Promise<Description>;
}

export function versionedDescriptionRoutes(deps: Deps, kind: VersionedDescription): readonly Route[] {
  const tagOf = (version: number): string => versionTag(kind.tag, version);
  return [
    defineRoute({
      method: 'get',
      path: kind.path,
      summary: kind.reads.summary,
      permission: 'signed-in',
      ...(kind.staffOnly ? { guards: { staff: true } } : {}),
      request: { params: InProject },
      responses: {
        200: { description: kind.reads.description, schema: Description },
        304: { description: 'It is the one that the caller has' },
      },
      problems: ofProject,
      handler: async ({ params }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        demand(actor, kind.permission, params.projectId);
        const found = await kind.current(params.projectId);
        if (found === undefined) throw new AppError('not-found', kind.none);
        const etag = tagOf(found.version);
        if (hasAlready(headers, etag)) return { status: 304, headers: { etag } };
        return { status: 200, body: found, headers: { etag } };
      },
    }),
    defineRoute({
      method: 'put',
      path: kind.path,
      summary: kind.replaces,
      permission: 'signed-in',
      guards: { staff: true, precondition: 'required' },
      request: { params: InProject, body: DataPackage },
      responses: { 200: { description: 'The new version', schema: Description } },
      problems: ofProject,
      handler: async ({ params, body }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        const agrees: Agrees = (version) => changeAgrees(headers, version === 0 ? undefined : tagOf(version));
        const made = await kind.replace(actor, params.projectId, JSON.stringify(body), agrees);
        return { status: 200, body: made, headers: { etag: tagOf(made.version) } };
      },
    }),
  ];
}

export function descriptionRoutes(deps: Deps): readonly Route[] {
  return [
    ...versionedDescriptionRoutes(deps, {
      path: '/api/v1/projects/{projectId}/description',
      tag: 'description',
      permission: 'inbound.see-all',
      staffOnly: false,
      reads: { summary: 'The description in force', description: 'The description; ETag names its version' },
      replaces: 'Replaces the description; If-None-Match: * for the first one',
      none: {
        nb: 'Prosjektet har ingen beskrivelse ennå.',
        en: 'The project has no description yet.',
      },
      current: (projectId) => currentDescription(deps, projectId),
      replace: (...given) => describeProject(deps, ...given),
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
