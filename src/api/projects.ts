/** Projects as their people see them: what they are, who is in them, what is expected, what comes next. */
import { z } from 'zod';
import { downloadStop } from '../cases/download-stops.ts';
import { projectStates } from '../cases/lifecycle.ts';
import { getProject, type Project, seeProjects } from '../cases/projects.ts';
import { type QuotaDeps, quotaOf } from '../cases/quota.ts';
import { outgoingVersion } from '../deliveries/outgoing-description.ts';
import { PageQuery, pageOf, paginate } from '../http/pagination.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { listProjectPeople } from '../identity/people.ts';
import { may } from '../identity/permissions.ts';
import { projectUse } from '../inbound/usage.ts';
import { type NextStep, nextStepKinds } from '../retention/next-step.ts';
import { At, Day, InProject, ofProject, PersonId, ProjectId, RoleName } from './parameters.ts';
import { type FactsDeps, projectFacts } from './project-facts.ts';

const Next = z
  .object({ kind: z.enum(nextStepKinds), subject: z.string().nullable(), due: Day.nullable() })
  .nullable()
  .meta({ description: 'What the caller is to do next, and the last day for it.' });

const ProjectHead = z.object({
  id: ProjectId,
  title: z.string(),
  institution: z.string(),
  state: z.enum(projectStates),
  deleteBy: Day.meta({ description: 'The last day on which data may be kept.' }),
  roles: z.array(RoleName).meta({ description: "The caller's own." }),
  next: Next,
});

const ProjectDetail = ProjectHead.extend({
  createdAt: At,
  people: z
    .array(z.object({ id: PersonId, name: z.string(), role: RoleName, everyProject: z.boolean() }))
    .meta({ description: 'Whom the caller may know of: suppliers see case officers only.' }),
  files: z
    .array(
      z.object({
        name: z.string(),
        expected: z.boolean(),
        senders: z.array(z.string()).meta({
          description: 'Who is to send it by the description (`no:supplier`); empty for suppliers.',
        }),
        state: z.enum(['missing', 'arriving', 'accepted', 'rejected', 'not-checked']),
        newestId: z.uuid().nullable(),
      }),
    )
    .meta({ description: 'What the description expects of the caller, and what has come besides.' }),
  deadlines: z.array(
    z.object({
      kind: z.enum(['deletion', 'delivery-closes']),
      subject: z.string().nullable(),
      day: Day,
      at: At.nullable(),
    }),
  ),
  description: z.object({ version: z.int(), sha256: z.string() }).nullable(),
  outgoingDescription: z
    .object({ version: z.int(), sha256: z.string() })
    .nullable()
    .meta({ description: 'Of what goes out; null also for who does not publish.' }),
  quota: z.object({ usedBytes: z.int(), quotaBytes: z.int() }),
  downloadsStopped: z.string().nullable().meta({ description: 'Why, while they are.' }),
});

export type ProjectHead = z.output<typeof ProjectHead>;
export type ProjectDetail = z.output<typeof ProjectDetail>;

type Deps = FactsDeps & QuotaDeps & Parameters<typeof listProjectPeople>[0];

function shownStep(next: NextStep | null) {
  return next && { ...next, due: next.due?.toString() ?? null };
}

function head(actor: Person, project: Project, next: NextStep | null): ProjectHead {
  const { id, title, institution, state, deleteBy } = project;
  const held = actor.memberships.filter((one) => one.projectId === null || one.projectId === id);
  const roles = [...new Set(held.map((one) => one.role))].sort();
  return { id, title, institution, state, deleteBy: deleteBy.toString(), roles, next: shownStep(next) };
}

export function projectRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects',
      summary: "The caller's projects, by case number, each with what to do next",
      permission: 'signed-in',
      request: { query: PageQuery },
      responses: { 200: { description: 'A page of projects', schema: pageOf(ProjectHead) } },
      handler: async ({ query }, { actor }) => {
        const { items, next } = paginate(await seeProjects(deps, actor), query, (one) => [one.id]);
        const heads: ProjectHead[] = [];
        for (const project of items) {
          heads.push(head(actor, project, (await projectFacts(deps, actor, project)).next));
        }
        return { status: 200, body: { items: heads, next } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}',
      summary: 'One project: people, files, deadlines, what to do next, room used',
      permission: 'signed-in',
      request: { params: InProject },
      responses: { 200: { description: 'The project', schema: ProjectDetail } },
      problems: ofProject,
      handler: async ({ params }, { actor }) => {
        const project = await getProject(deps, actor, params.projectId);
        return { status: 200, body: await detail(deps, actor, project) };
      },
    }),
  ];
}

async function detail(deps: Deps, actor: Person, project: Project): Promise<ProjectDetail> {
  const { id } = project;
  const [facts, people, usedBytes, stop, outgoing] = await Promise.all([
    projectFacts(deps, actor, project),
    listProjectPeople(deps, actor, id),
    projectUse(deps, id),
    downloadStop(deps, id),
    may(actor, 'delivery.publish', id) ? outgoingVersion(deps, id) : undefined,
  ]);
  const whole = may(actor, 'inbound.see-all', id);
  const known = people.filter((one) => whole || one.role === 'officer' || one.id === actor.personId);
  const open = facts.deliveries.filter((one) => one.state === 'open' && project.state === 'active');
  return {
    ...head(actor, project, facts.next),
    createdAt: project.createdAt.toString(),
    people: known.map((one) => ({
      id: one.id,
      name: one.name,
      role: one.role,
      everyProject: one.projectId === null,
    })),
    files: facts.files.map(({ name, expected, senders, state, newest }) => ({
      name,
      expected,
      senders: [...senders],
      state,
      newestId: newest?.id ?? null,
    })),
    deadlines: [
      ...(project.state === 'deletion-confirmed'
        ? []
        : [{ kind: 'deletion' as const, subject: null, day: project.deleteBy.toString(), at: null }]),
      ...open.map((one) => ({
        kind: 'delivery-closes' as const,
        subject: one.folder,
        day: one.closesAt.toPlainDate().toString(),
        at: one.closesAt.toInstant().toString(),
      })),
    ].sort((a, b) => (a.day < b.day ? -1 : 1)),
    description: facts.description && {
      version: facts.description.version,
      sha256: facts.description.sha256,
    },
    outgoingDescription: outgoing ?? null,
    quota: { usedBytes, quotaBytes: quotaOf(deps, project) },
    downloadsStopped: stop?.reason ?? null,
  };
}
