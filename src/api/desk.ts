/** What staff look at over all projects: what needs somebody now, and mail that is queued. */
import { z } from 'zod';
import { seeProjects } from '../cases/projects.ts';
import { draftsToApprove } from '../deliveries/approval.ts';
import { cut, decodeCursor, PageQuery, pageOf, paginate } from '../http/pagination.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { demand, may } from '../identity/permissions.ts';
import { outboxPage } from '../notifications/outbox.ts';
import { urgencies, workKinds, workList, workPlace } from '../retention/work-list.ts';
import { At, Day } from './parameters.ts';

const Work = z.object({
  kind: z.enum(workKinds),
  urgency: z.enum(urgencies),
  projectId: z.string().nullable().meta({ description: 'Null: of every project.' }),
  subject: z.string().nullable(),
  due: Day.nullable(),
  since: At.nullable(),
});
export type Work = z.output<typeof Work>;

const Mail = z.object({
  id: z.uuid(),
  to: z.string(),
  subject: z.string(),
  queuedAt: At,
  sentAt: At.nullable(),
  attempts: z.int(),
  lastError: z.string().nullable(),
});
export type Mail = z.output<typeof Mail>;

type Deps = Parameters<typeof seeProjects>[0] & Parameters<typeof workList>[0];

const MailCursor = z.tuple([z.uuid()]);

export function deskRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/work',
      summary: 'What needs the caller now, in their projects, the most urgent first',
      permission: 'signed-in',
      guards: { staff: true },
      request: { query: PageQuery },
      responses: { 200: { description: 'A page of work', schema: pageOf(Work) } },
      handler: async ({ query }, { actor }) => {
        const seen = await seeProjects(deps, actor);
        const projects = seen.filter((one) => may(actor, 'project.manage', one.id));
        const delivers = seen.filter((one) => may(actor, 'delivery.publish', one.id)).map((one) => one.id);
        const everywhere = may(actor, 'downloads.resume');
        // Whoever neither manages a project nor delivers to one is told that it is not for them.
        if (delivers.length === 0) demand(actor, 'project.manage');
        const toApprove = await draftsToApprove(deps, actor, delivers);
        const work = await workList(deps, projects, { everywhere, toApprove });
        const page = paginate(work, query, workPlace);
        const items = page.items.map((one) => ({
          ...one,
          due: one.due?.toString() ?? null,
          since: one.since?.toString() ?? null,
        }));
        return { status: 200, body: { items, next: page.next } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/outbox',
      summary: 'Mail that was queued and what became of it, the newest first',
      permission: 'signed-in',
      guards: { staff: true },
      request: {
        query: PageQuery.extend({
          state: z.enum(['all', 'waiting']).default('all').meta({ description: '`waiting`: not sent yet.' }),
        }),
      },
      responses: { 200: { description: 'A page of mail', schema: pageOf(Mail) } },
      handler: async ({ query }, { actor }) => {
        demand(actor, 'outbox.read');
        const after = decodeCursor(query.cursor, MailCursor)?.[0];
        const waiting = query.state === 'waiting';
        const rows = await outboxPage(deps, { limit: query.limit + 1, after, waiting });
        const read = rows.map((row) => ({
          one: {
            id: row.id,
            to: row.recipient,
            subject: row.subject,
            queuedAt: row.createdAt.toISOString(),
            sentAt: row.sentAt?.toISOString() ?? null,
            attempts: row.attempts,
            lastError: row.lastError,
          },
          place: [row.id],
        }));
        return { status: 200, body: cut(read, query.limit) };
      },
    }),
  ];
}
