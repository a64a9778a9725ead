/** People of a project as staff handle them: who holds which role, given and taken back. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { PageQuery, pageOf, paginate } from '../http/pagination.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { listKeys, removeRole, revokeKey } from '../identity/access-removal.ts';
import { addPerson, listProjectPeople, NewPerson } from '../identity/people.ts';
import { demand } from '../identity/permissions.ts';
import { At, InProject, ofChange, ofProject, PersonId, Reason, RoleName } from './parameters.ts';

const Held = z.object({
  id: PersonId,
  name: z.string(),
  email: z.string(),
  language: z.enum(['nb', 'nn', 'en']),
  role: RoleName,
  everyProject: z.boolean(),
  since: At,
});
export type Held = z.output<typeof Held>;

const Key = z.object({
  fingerprint: z.string(),
  algorithm: z.string(),
  addedAt: At,
  revokedAt: At.nullable(),
});
export type PersonKey = z.output<typeof Key>;

const Someone = z.object({ personId: PersonId });

const Given = NewPerson.omit({ projectId: true })
  .extend({
    id: PersonId,
    name: NewPerson.shape.name
      .unwrap()
      .regex(/^[^\0]*$/)
      .optional(),
    sshKey: z.string().max(10_000).optional().meta({ description: 'The line of a .pub file.' }),
  })
  .meta({ description: 'Somebody who is known already needs no name, address or key.' });

type Deps = Parameters<typeof addPerson>[0];

export function peopleRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/people',
      summary: 'Everybody with a role in the project, one entry for each role',
      permission: 'signed-in',
      guards: { staff: true },
      request: { params: InProject, query: PageQuery },
      responses: { 200: { description: 'A page of roles', schema: pageOf(Held) } },
      problems: ofProject,
      handler: async ({ params, query }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        demand(actor, 'people.manage', params.projectId);
        const people = await listProjectPeople(deps, actor, params.projectId);
        const page = paginate(people, query, (one) => [one.id, one.role, one.projectId ?? '']);
        const items = page.items.map(({ projectId, addedAt, ...one }) => ({
          ...one,
          everyProject: projectId === null,
          since: addedAt.toISOString(),
        }));
        return { status: 200, body: { items, next: page.next } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/projects/{projectId}/people',
      summary: 'Gives somebody a role in the project',
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'accepted' },
      request: { params: InProject, body: Given },
      responses: { 204: { description: 'They have it' } },
      problems: ofChange,
      handler: async ({ params, body }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await addPerson(deps, actor, { ...body, projectId: params.projectId });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/projects/{projectId}/people/{personId}/roles/{role}',
      summary: 'Ends a role in the project; what they sent stays',
      permission: 'signed-in',
      guards: { staff: true },
      request: {
        params: InProject.extend({ personId: PersonId, role: RoleName }),
        query: z.object({ reason: Reason }),
      },
      responses: { 204: { description: 'It has ended, and they are told' } },
      problems: ofChange,
      handler: async ({ params, query }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await removeRole(deps, actor, { ...params, reason: query.reason });
        return { status: 204 };
      },
    }),
    ...keyRoutes(deps),
  ];
}

/** Keys open every project of a person: they are for those who manage the people of all of them. */
function keyRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/people/{personId}/keys',
      summary: "Somebody's SSH keys, revoked ones too",
      permission: 'signed-in',
      guards: { staff: true },
      request: { params: Someone },
      responses: { 200: { description: 'The keys', schema: z.object({ keys: z.array(Key) }) } },
      problems: ofProject,
      handler: async ({ params }, { actor }) => {
        const keys = await listKeys(deps, actor, params.personId);
        return {
          status: 200,
          body: {
            keys: keys.map(({ fingerprint, algorithm, addedAt, revokedAt }) => ({
              fingerprint,
              algorithm,
              addedAt: addedAt.toISOString(),
              revokedAt: revokedAt?.toISOString() ?? null,
            })),
          },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/people/{personId}/keys/{fingerprint}',
      summary: 'Revokes an SSH key; what is open with it closes at once',
      permission: 'signed-in',
      guards: { staff: true },
      request: {
        params: Someone.extend({ fingerprint: z.string().max(100) }),
        query: z.object({ reason: Reason }),
      },
      responses: { 204: { description: 'It is revoked, and the person is told' } },
      problems: ofProject,
      handler: async ({ params, query }, { actor }) => {
        await revokeKey(deps, actor, { ...params, reason: query.reason });
        return { status: 204 };
      },
    }),
  ];
}
