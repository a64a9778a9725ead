/** The audit log for those who may read it: searched, and asked who could see a file on a day and who did. */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { auditCsv } from '../audit/csv.ts';
import type { AuditEvent, AuditFilter } from '../audit/event.ts';
import { searchAudit } from '../audit/search.ts';
import { getProject } from '../cases/projects.ts';
import { fileAccess } from '../custody/access-history.ts';
import { cut, decodeCursor, PageQuery, pageOf } from '../http/pagination.ts';
import type { Person } from '../http/route.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { demand } from '../identity/permissions.ts';
import { At, Day, GivenName, ofProject, PersonId, ProjectId, RoleName } from './parameters.ts';
import { attachment } from './ranges.ts';

const Event = z.object({
  seq: z.int(),
  at: At,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  projectId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type Event = z.output<typeof Event>;

const Instant = z.iso.datetime({ offset: true });

const Filter = z.object({
  project: ProjectId.optional(),
  person: PersonId.optional().meta({ description: 'Who did it, or to whom it was done.' }),
  file: GivenName.optional().meta({ description: 'The name of a file.' }),
  action: z
    .string()
    .regex(/^[a-z.-]{1,60}$/)
    .optional()
    .meta({ description: 'Room and verb, such as `delivery.fetched`.' }),
  from: Instant.optional().meta({ description: 'From this instant on.' }),
  until: Instant.optional().meta({ description: 'Before this instant.' }),
});

const Access = z.object({
  projectId: z.string(),
  name: z.string(),
  could: z.array(
    z.object({
      personId: z.string(),
      name: z.string(),
      role: RoleName,
      what: z.enum(['content', 'existence']),
      from: At,
      until: At,
    }),
  ),
  did: z.array(Event),
});
export type FileAccess = z.output<typeof Access>;

type Deps = Parameters<typeof fileAccess>[0];

function shown(event: AuditEvent) {
  const { seq, at, actor, action, subject, projectId } = event;
  return {
    seq,
    at,
    actor,
    action,
    subject,
    projectId,
    detail: JSON.parse(event.detail) as object as Record<string, unknown>,
  };
}

const Cursor = z.tuple([z.int().min(0)]);

/** What is searched for. Errors: `not-found`, `forbidden`. */
async function filterFor(deps: Deps, actor: Person, query: z.output<typeof Filter>): Promise<AuditFilter> {
  if (query.project !== undefined) await getProject(deps, actor, query.project);
  demand(actor, 'audit.read', query.project);
  return {
    projectId: query.project,
    personId: query.person,
    file: query.file,
    action: query.action,
    from: instant(query.from),
    until: instant(query.until),
  };
}

function instant(text: string | undefined): Temporal.Instant | undefined {
  return text === undefined ? undefined : Temporal.Instant.from(text);
}

export function auditRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/audit/events',
      summary: 'Searches the audit log, the newest first; without a project, all of it',
      permission: 'signed-in',
      guards: { staff: true },
      request: { query: PageQuery.extend(Filter.shape) },
      responses: { 200: { description: 'A page of events', schema: pageOf(Event) } },
      problems: ofProject,
      handler: async ({ query }, { actor }) => {
        const filter = await filterFor(deps, actor, query);
        const before = decodeCursor(query.cursor, Cursor)?.[0];
        const found = await searchAudit(deps, filter, { limit: query.limit + 1, before });
        const page = cut(
          found.map((one) => ({ one: shown(one), place: [one.seq] })),
          query.limit,
        );
        return { status: 200, body: page };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/audit/events.csv',
      summary: 'All that such a search finds, as a file for a spreadsheet; the newest first',
      permission: 'signed-in',
      guards: { staff: true },
      request: { query: Filter },
      responses: {
        200: {
          description:
            'RFC 4180 with semicolons and a header line, UTF-8 with a byte order mark; `detail` is JSON. A cell that a spreadsheet would take for a formula begins with an apostrophe',
          contentType: 'text/csv; charset=utf-8; header=present',
        },
      },
      problems: ofProject,
      handler: async ({ query }, { actor }) => ({
        status: 200,
        headers: { 'content-disposition': attachment('revisjonslogg.csv'), 'cache-control': 'no-store' },
        body: auditCsv(deps, await filterFor(deps, actor, query)),
      }),
    }),
    accessRoute(deps, {
      path: '/api/v1/audit/inbox/{fileId}/access',
      summary: 'Who could see a file that was sent on a day, and who did',
      file: (inbound) => ({ inbound }),
    }),
    accessRoute(deps, {
      path: '/api/v1/audit/delivered/{fileId}/access',
      summary: 'Who could see a delivered file on a day, and who did',
      file: (delivered) => ({ delivered }),
    }),
  ];
}

/** Who could see a file on a day, and who did. */
function accessRoute(
  deps: Deps,
  route: { path: string; summary: string; file(id: string): Parameters<typeof fileAccess>[2] },
): Route {
  return defineRoute({
    method: 'get',
    path: route.path,
    summary: route.summary,
    permission: 'signed-in',
    guards: { staff: true },
    request: { params: z.object({ fileId: z.uuid() }), query: z.object({ day: Day }) },
    responses: { 200: { description: 'Those who could, and events of those who did', schema: Access } },
    problems: ofProject,
    handler: async ({ params, query }, { actor }) => {
      const day = Temporal.PlainDate.from(query.day);
      const found = await fileAccess(deps, actor, route.file(params.fileId), day);
      return {
        status: 200,
        body: {
          projectId: found.projectId,
          name: found.name,
          could: found.could.map((one) => ({
            ...one,
            from: one.from.toString(),
            until: one.until.toString(),
          })),
          did: found.did.map(shown),
        },
      };
    },
  });
}
