/** The second person over HTTP: a draft is submitted, approved, returned or taken back; and what the outgoing check found. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { approveDraft, returnDraft, submitDraft, takeBackDraft } from '../deliveries/approval.ts';
import type { PublishDeps } from '../deliveries/publish.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { demandRecent, recentMinutes } from '../identity/step-up.ts';
import { DeliveryTitle, EndToEnd, Published, publishedAnswer } from './delivery-desk.ts';
import { GivenName, InProject, ofChange, PersonId, Reason } from './parameters.ts';

const OfDraft = InProject.extend({ draft: GivenName });
const draftPath = '/api/v1/projects/{projectId}/drafts/{draft}';

const Submission = z.uuid().meta({ description: 'The one that was looked at; another is not answered.' });

const Note = z
  .string()
  .trim()
  .max(2000)
  .regex(/^[^\0]*$/);

const common = {
  permission: 'signed-in',
  guards: { staff: true, idempotency: 'accepted' },
} as const;

export function approvalRoutes(deps: PublishDeps): readonly Route[] {
  return [
    defineRoute({
      ...common,
      method: 'post',
      path: `${draftPath}/submit`,
      summary:
        'Hands a draft to a second person, who approves it or returns it; it cannot be changed meanwhile',
      request: {
        params: OfDraft,
        body: z.object({
          title: DeliveryTitle,
          endToEnd: EndToEnd,
          note: Note.optional().meta({ description: 'To whoever approves.' }),
          reason: Reason.optional().meta({
            description: 'Why it is to go out though the check found faults or could not read a file.',
          }),
        }),
      },
      responses: {
        201: {
          description: 'It waits for a second person',
          schema: z.object({
            submission: z.uuid(),
            told: z.array(PersonId).meta({ description: 'Those who may approve it.' }),
          }),
        },
      },
      problems: [...ofChange, 'invalid-name'],
      handler: async ({ params, body }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        const { title = params.draft, endToEnd = false, note, reason } = body;
        const input = { ...params, title, endToEnd, note: note === '' ? undefined : note, reason };
        const { id, told } = await submitDraft(deps, actor, input);
        return { status: 201, body: { submission: id, told: [...told] } };
      },
    }),
    defineRoute({
      method: 'post',
      path: `${draftPath}/approve`,
      summary: 'Approves what somebody else has submitted, and publishes it at once',
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'required' },
      request: { params: OfDraft, body: z.object({ submission: Submission }) },
      responses: { 201: { description: 'It is open; Location is the delivery', schema: Published } },
      problems: [...ofChange, 'changed-meanwhile', 'integrity-failed', 'invalid-name', 'step-up-needed'],
      handler: async ({ params, body }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        demandRecent(deps, actor, recentMinutes);
        const published = await approveDraft(deps, actor, { ...params, ...body });
        return publishedAnswer(params.projectId, published);
      },
    }),
    defineRoute({
      ...common,
      method: 'post',
      path: `${draftPath}/return`,
      summary: 'Gives a submitted draft back with a reason, and tells who submitted it',
      request: { params: OfDraft, body: z.object({ submission: Submission, reason: Reason }) },
      responses: { 204: { description: 'It can be changed again' } },
      problems: [...ofChange, 'changed-meanwhile'],
      handler: async ({ params, body }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await returnDraft(deps, actor, { ...params, ...body });
        return { status: 204 };
      },
    }),
    defineRoute({
      ...common,
      method: 'post',
      path: `${draftPath}/take-back`,
      summary: 'Takes back what one has submitted oneself',
      request: { params: OfDraft },
      responses: { 204: { description: 'It can be changed again' } },
      problems: ofChange,
      handler: async ({ params }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await takeBackDraft(deps, actor, params);
        return { status: 204 };
      },
    }),
  ];
}
