/** Projects as staff handle them: closed before their time and opened again, downloads stopped and resumed. */
import { z } from 'zod';
import { closeProject, reopenProject } from '../cases/closing.ts';
import { listDownloadStops, resumeDownloads, stopDownloads } from '../cases/download-stops.ts';
import { getProject } from '../cases/projects.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { may } from '../identity/permissions.ts';
import { At, InProject, ofChange, ProjectId, Reason } from './parameters.ts';

const WithReason = z.object({ reason: Reason });

type Deps = Parameters<typeof closeProject>[0];

export function projectDeskRoutes(deps: Deps): readonly Route[] {
  const change = (verb: 'close' | 'reopen', summary: string, act: typeof closeProject): Route =>
    defineRoute({
      method: 'post',
      path: `/api/v1/projects/{projectId}/${verb}`,
      summary,
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'accepted' },
      request: { params: InProject, body: WithReason },
      responses: { 204: { description: 'Done, and the people are told' } },
      problems: ofChange,
      handler: async ({ params, body }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await act(deps, actor, { projectId: params.projectId, reason: body.reason });
        return { status: 204 };
      },
    });
  return [
    change('close', 'Ends all access to the files of a project at once', closeProject),
    change('reopen', 'Undoes the closing of a project', reopenProject),
    ...stopRoutes(deps),
  ];
}

const Where = {
  projectId: ProjectId.optional().meta({ description: 'Without it, of every project.' }),
};

const Stop = z.object({
  projectId: z.string().nullable().meta({ description: 'Null: of every project.' }),
  reason: z.string(),
  at: At,
  by: z.string().meta({ description: 'As the audit log names them.' }),
});
export type Stop = z.output<typeof Stop>;

/** Whoever may stop downloads of one project is told when those of all are stopped. */
function mayKnowOf(actor: Person, projectId: string | null): boolean {
  if (projectId !== null) return may(actor, 'downloads.stop', projectId);
  return actor.memberships.some((held) => may(actor, 'downloads.stop', held.projectId ?? undefined));
}

function stopRoutes(deps: Deps): readonly Route[] {
  const guards = { staff: true, idempotency: 'accepted' } as const;
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/download-stops',
      summary: 'What is stopped now, where the caller may stop downloads',
      permission: 'signed-in',
      guards: { staff: true },
      responses: { 200: { description: 'The stops', schema: z.object({ stops: z.array(Stop) }) } },
      handler: async (_input, { actor }) => {
        const all = await listDownloadStops(deps);
        const known = all.filter(({ projectId }) => mayKnowOf(actor, projectId));
        return {
          status: 200,
          body: {
            stops: known.map(({ projectId, reason, stoppedAt, stoppedBy }) => ({
              projectId,
              reason,
              at: stoppedAt.toString(),
              by: stoppedBy,
            })),
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/stop-downloads',
      summary: 'Stops all downloads at once, on every door; open files too',
      permission: 'signed-in',
      guards,
      request: { body: WithReason.extend(Where) },
      responses: { 204: { description: 'They are stopped, and the people are told' } },
      problems: ofChange,
      handler: async ({ body }, { actor }) => {
        if (body.projectId !== undefined) await getProject(deps, actor, body.projectId);
        await stopDownloads(deps, actor, { projectId: body.projectId, reason: body.reason });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/resume-downloads',
      summary: 'Lifts the stop of downloads',
      permission: 'signed-in',
      guards,
      request: { body: z.object(Where) },
      responses: { 204: { description: 'It is lifted, and the people are told' } },
      problems: ofChange,
      handler: async ({ body }, { actor }) => {
        if (body.projectId !== undefined) await getProject(deps, actor, body.projectId);
        await resumeDownloads(deps, actor, { projectId: body.projectId });
        return { status: 204 };
      },
    }),
  ];
}
