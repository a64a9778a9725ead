/** What may go out, and what the outgoing check found of a file of a draft. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { currentOutgoing, describeOutgoing } from '../deliveries/outgoing-description.ts';
import { checkOutgoingAgain, outgoingReport } from '../deliveries/outgoing-result.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { reportFormats, reportLanguages } from '../inbound/report-text.ts';
import { versionedDescriptionRoutes } from './descriptions.ts';
import { reportAnswer } from './inbound-files.ts';
import { GivenName, InProject, ofChange } from './parameters.ts';

const filePath = '/api/v1/projects/{projectId}/drafts/{draft}/files/{name}';
const OfFile = InProject.extend({ draft: GivenName, name: GivenName });

type Deps = Parameters<typeof describeOutgoing>[0] & Parameters<typeof checkOutgoingAgain>[0];

export function outgoingRoutes(deps: Deps): readonly Route[] {
  return [
    ...versionedDescriptionRoutes(deps, {
      path: '/api/v1/projects/{projectId}/outgoing-description',
      tag: 'outgoing',
      permission: 'delivery.publish',
      staffOnly: true,
      reads: {
        summary: 'The description of what may go out to the project',
        description: 'The description in force; ETag names its version',
      },
      replaces:
        'Replaces it, and has the files of open drafts checked anew; If-None-Match: * for the first one',
      none: {
        nb: 'Prosjektet har ingen beskrivelse av det som leveres ut.',
        en: 'The project has no description of what goes out.',
      },
      current: (projectId) => currentOutgoing(deps, projectId),
      replace: (...given) => describeOutgoing(deps, ...given),
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
