/** Deliveries as staff handle them: drafts, publishing, withdrawing, keeping open longer. */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { approvalRules } from '../deliveries/approval-rule.ts';
import { describedDraft } from '../deliveries/draft-description.ts';
import { outgoingResults } from '../deliveries/draft-store.ts';
import { seeDrafts } from '../deliveries/drafts.ts';
import type { Published as PublishedDelivery } from '../deliveries/publish.ts';
import { publishDraft } from '../deliveries/publish-draft.ts';
import { extendDelivery, withdrawDelivery } from '../deliveries/term.ts';
import { PageQuery, pageOf, paginate } from '../http/pagination.ts';
import { changeAgrees } from '../http/preconditions.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { demandRecent, recentMinutes } from '../identity/step-up.ts';
import { termTag } from './deliveries.ts';
import { At, Day, GivenName, InProject, ofChange, ofProject, PersonId, Reason } from './parameters.ts';

const Submission = z.object({
  id: z.uuid(),
  state: z.enum(['waiting', 'approved', 'returned', 'taken-back']),
  title: z.string(),
  endToEnd: z.boolean(),
  note: z.string().nullable(),
  reason: z.string().nullable().meta({ description: 'Why it goes out with files that are not sound.' }),
  submittedBy: z.string().meta({ description: 'As the audit log names an actor.' }),
  submittedAt: At,
  endedBy: z.string().nullable(),
  endedAt: At.nullable(),
  endedReason: z.string().nullable(),
});

const Draft = z.object({
  name: z.string(),
  state: z.enum(['open', 'submitted']).meta({ description: 'Nothing of a submitted draft can be changed.' }),
  approval: z.enum(approvalRules).meta({ description: 'Whether a second person has to approve it.' }),
  createdBy: PersonId,
  createdAt: At,
  files: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['arriving', 'ready']),
      bytes: z.int().nullable(),
      sha256: z.string().nullable(),
      uploader: PersonId,
      outgoing: z
        .enum(outgoingResults)
        .nullable()
        .meta({ description: 'What the outgoing check says; `waiting` until it has looked.' }),
    }),
  ),
  submission: Submission.nullable().meta({ description: 'The last one.' }),
});

export type Draft = z.output<typeof Draft>;

export const Published = z.object({
  folder: z.string(),
  closesAt: At,
  recipients: z.array(PersonId),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
});

/** The answer to whoever has published something. */
export function publishedAnswer(projectId: string, published: PublishedDelivery) {
  const { folder, recipients, files } = published;
  const closesAt = published.closesAt.toInstant().toString();
  return {
    status: 201 as const,
    body: { folder, closesAt, recipients: [...recipients], files: [...files] },
    headers: { location: `/api/v1/projects/${projectId}/deliveries/${encodeURIComponent(folder)}` },
  };
}

export const DeliveryTitle = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\0]*$/)
  .optional()
  .meta({ description: "Without it, the draft's name." });

export const EndToEnd = z.boolean().optional().meta({
  description: 'Offer each file as NAME.c4gh too, encrypted to the SSH key of who fetches it.',
});

const Longer = z
  .object({
    reason: Reason,
    days: z.int().min(1).max(3653).optional().meta({ description: 'So many days more.' }),
    until: Day.optional().meta({ description: 'Until the same time of day on this date.' }),
  })
  .refine(({ days, until }) => (days === undefined) !== (until === undefined))
  .meta({ description: 'Either `days` or `until`.' });

const OfDelivery = InProject.extend({ folder: GivenName });

type Deps = Parameters<typeof publishDraft>[0];

export function deliveryDeskRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/drafts',
      summary: 'Deliveries that are being prepared',
      permission: 'signed-in',
      guards: { staff: true },
      request: { params: InProject, query: PageQuery },
      responses: { 200: { description: 'A page of drafts', schema: pageOf(Draft) } },
      problems: ofProject,
      handler: async ({ params, query }, { actor }) => {
        const page = paginate(await seeDrafts(deps, actor, params.projectId), query, (one) => [one.name]);
        return {
          status: 200,
          body: { items: page.items.map((one) => describedDraft(one, deps.approval)), next: page.next },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/projects/{projectId}/drafts/{draft}/publish',
      summary: "Publishes a draft to the project's researchers",
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'required' },
      request: {
        params: InProject.extend({ draft: GivenName }),
        body: z.object({
          title: DeliveryTitle,
          endToEnd: EndToEnd,
        }),
      },
      responses: { 201: { description: 'It is open; Location is the delivery', schema: Published } },
      problems: [...ofChange, 'invalid-name', 'step-up-needed'],
      handler: async ({ params, body }, { actor }) => {
        const { projectId, draft } = params;
        await getProject(deps, actor, projectId);
        demandRecent(deps, actor, recentMinutes);
        const { title = draft, endToEnd = false } = body;
        const published = await publishDraft(deps, actor, { projectId, draft, title, endToEnd });
        return publishedAnswer(projectId, published);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/projects/{projectId}/deliveries/{folder}/withdraw',
      summary: 'Ends a delivery at once and tells its recipients',
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'accepted' },
      request: { params: OfDelivery, body: z.object({ reason: Reason }) },
      responses: {
        200: {
          description: 'It is closed on every door',
          schema: z.object({ keysDestroyed: z.int(), told: z.array(PersonId) }),
        },
      },
      problems: [...ofChange, 'step-up-needed'],
      handler: async ({ params, body }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        demandRecent(deps, actor, recentMinutes);
        const { keysDestroyed, told } = await withdrawDelivery(deps, actor, { ...params, ...body });
        return { status: 200, body: { keysDestroyed, told: [...told] } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/v1/projects/{projectId}/deliveries/{folder}/extend',
      summary: 'Keeps a delivery open longer and tells its recipients',
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'required', precondition: 'accepted' },
      request: { params: OfDelivery, body: Longer },
      responses: { 200: { description: 'Until when it stands now', schema: z.object({ closesAt: At }) } },
      problems: ofChange,
      handler: async ({ params, body }, { actor, headers }) => {
        await getProject(deps, actor, params.projectId);
        const by =
          body.until === undefined
            ? { days: body.days ?? 0 }
            : { until: Temporal.PlainDate.from(body.until) };
        const agrees = (openDays: number) => changeAgrees(headers, termTag(openDays));
        const until = await extendDelivery(deps, actor, { ...params, reason: body.reason, by, agrees });
        return { status: 200, body: { closesAt: until.toInstant().toString() } };
      },
    }),
  ];
}
