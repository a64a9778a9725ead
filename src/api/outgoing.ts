/** What may go out, and what the outgoing check found of a file of a draft. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { currentOutgoing, describeOutgoing } from '../deliveries/outgoing-description.ts';
import { checkOutgoingAgain, outgoingReport } from '../deliveries/outgoing-result.ts';
import { changeAgrees, hasAlready, versionTag } from '../http/preconditions.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { demand } from '../identity/permissions.ts';
import { reportFormats, reportLanguages } from '../inbound/report-text.ts';
import { AppError } from '../platform/errors.ts';
import { DataPackage, Description } from './descriptions.ts';
import { reportAnswer } from './inbound-files.ts';
import { GivenName, InProject, ofChange, ofProject } from './parameters.ts';

const tagOf = (version: number): string => versionTag('outgoing', version);
const descriptionPath = '/api/v1/projects/{projectId}/outgoing-description';
const filePath = '/api/v1/projects/{projectId}/drafts/{draft}/files/{name}';
const OfFile = InProject.extend({ draft: GivenName, name: GivenName });

type Deps = Parameters<typeof describeOutgoing>[0] & Parameters<typeof checkOutgoingAgain>[0];

export function outgoingRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: descriptionPath,
      summary: 'The description of what may go out to the project',
      permission: 'signed-in',
      guards: { staff: true },
      request: { params: InProject },
      responses: {
        200: { description: 'The description in force; ETag names its version', schema: Description },
        304: { description: 'It is the one that the caller has' },
      },
      problems: ofProject,
      handler: async ({ params }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        demand(actor, 'delivery.publish', params.projectId);
        const found = await currentOutgoing(deps, params.projectId);
        if (found === undefined) {
          throw new AppError('not-found', {
            nb: 'Prosjektet har ingen beskrivelse av det som leveres ut.',
            en: 'The project has no description of what goes out.',
          });
        }
        const etag = tagOf(found.version);
        if (hasAlready(headers, etag)) return { status: 304, headers: { etag } };
        return { status: 200, body: found, headers: { etag } };
      },
    }),
    defineRoute({
      method: 'put',
      path: descriptionPath,
      summary:
        'Replaces it, and has the files of open drafts checked anew; If-None-Match: * for the first one',
      permission: 'signed-in',
      guards: { staff: true, precondition: 'required' },
      request: { params: InProject, body: DataPackage },
      responses: { 200: { description: 'The new version', schema: Description } },
      problems: ofProject,
      handler: async ({ params, body }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        const agrees = (version: number) => changeAgrees(headers, version === 0 ? undefined : tagOf(version));
        const made = await describeOutgoing(deps, actor, params.projectId, JSON.stringify(body), agrees);
        return { status: 200, body: made, headers: { etag: tagOf(made.version) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: `${filePath}/report/{format}`,
      summary: 'What the outgoing check found of a file of a draft',
      permission: 'signed-in',
      guards: { staff: true },
      request: {
        params: OfFile.extend({ format: z.enum(reportFormats) }),
        query: z.object({ language: z.enum(reportLanguages).optional() }),
      },
      responses: { 200: { description: 'The report, in the format asked for', contentType: 'text/plain' } },
      problems: ['conflict', 'not-found'],
      handler: async ({ params, query }, { actor, language }) => {
        await getProject(deps, actor, params.projectId);
        const report = await outgoingReport(deps, actor, params);
        return reportAnswer(report, params.name, params.format, query.language ?? language);
      },
    }),
    defineRoute({
      method: 'post',
      path: `${filePath}/check`,
      summary: 'Has a file of a draft checked anew',
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'accepted' },
      request: { params: OfFile },
      responses: { 204: { description: 'Its result is gone, and the check will come to it' } },
      problems: ofChange,
      handler: async ({ params }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await checkOutgoingAgain(deps, actor, params);
        return { status: 204 };
      },
    }),
  ];
}
