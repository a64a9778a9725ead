/** Drafts as staff prepare them over HTTP: made, filled, emptied, removed. Listing and publishing are in delivery-desk.ts. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { removeDraftFile } from '../deliveries/draft-files.ts';
import { type DraftUpload, type DraftUploadDeps, openDraftUpload } from '../deliveries/draft-upload.ts';
import { makeDraft, removeDraft } from '../deliveries/drafts.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { type AccessWatch, createGate } from '../identity/access-watch.ts';
import { sha256Of } from './digest-fields.ts';
import { GivenName, InProject, ofChange } from './parameters.ts';
import { demandWhole, pour } from './sending.ts';

const OfDraft = InProject.extend({ draft: GivenName });
const OfFile = OfDraft.extend({ name: GivenName });

const draftPath = '/api/v1/projects/{projectId}/drafts/{draft}';
const filePath = `${draftPath}/files/{name}`;

const DraftName = z.object({
  name: GivenName.max(80).meta({ description: 'Letters, digits, blanks, full stops, hyphens, underscores.' }),
});

export interface DraftDeps extends DraftUploadDeps {
  access: AccessWatch;
}

export function draftRoutes(deps: DraftDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/api/v1/projects/{projectId}/drafts',
      summary: 'Makes an empty draft of a delivery',
      permission: 'signed-in',
      guards: { staff: true, idempotency: 'accepted' },
      request: { params: InProject, body: DraftName },
      responses: { 201: { description: 'It is there, without files', schema: DraftName } },
      problems: [...ofChange, 'already-exists', 'invalid-name'],
      handler: async ({ params: { projectId }, body: { name } }, { actor }) => {
        await getProject(deps, actor, projectId);
        await makeDraft(deps, actor, projectId, name);
        const location = `/api/v1/projects/${projectId}/drafts/${encodeURIComponent(name)}`;
        return { status: 201, body: { name }, headers: { location } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: draftPath,
      summary: 'Removes a draft that has no files',
      permission: 'signed-in',
      guards: { staff: true },
      request: { params: OfDraft },
      responses: { 204: { description: 'It is gone' } },
      problems: ofChange,
      handler: async ({ params: { projectId, draft } }, { actor }) => {
        await getProject(deps, actor, projectId);
        await removeDraft(deps, actor, projectId, draft);
        return { status: 204 };
      },
    }),
    putDraftFile(deps),
    defineRoute({
      method: 'delete',
      path: filePath,
      summary: "Deletes a file of a draft, or what has come of one's own that was broken off",
      permission: 'signed-in',
      guards: { staff: true },
      request: { params: OfFile },
      responses: { 204: { description: 'Its keys are destroyed and it is gone' } },
      problems: ofChange,
      handler: async ({ params }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await removeDraftFile(deps, actor, params);
        return { status: 204 };
      },
    }),
  ];
}

const Taken = z.object({
  name: z.string(),
  bytes: z.int(),
  sha256: z.string().meta({ description: 'Of the content, in hex.' }),
});

function putDraftFile(deps: DraftDeps): Route {
  return defineRoute({
    method: 'put',
    path: filePath,
    summary:
      'Puts a file into a draft, in the place of one of its name. `Content-Digest` with SHA-256 is checked.',
    permission: 'signed-in',
    guards: { staff: true },
    request: { params: OfFile, stream: { contentType: 'application/octet-stream', required: true } },
    responses: { 201: { description: 'The file is in the draft', schema: Taken } },
    problems: [
      ...ofChange,
      'invalid-name',
      'not-resumable',
      'read-only',
      'storage-failed',
      'too-large',
      'too-many-requests',
      'unavailable',
    ],
    handler: async ({ params, stream }, { actor, headers }) => {
      demandWhole(headers);
      const sha256 = sha256Of(headers['content-digest']);
      const length = Number(headers['content-length'] ?? 0);
      const upload = await beginDraftFile(deps, actor, params);
      const gate = createGate(deps.access, () => upload.standing());
      try {
        if (length > 0) await upload.truncate(length);
        await pour({ upload, gate }, stream);
        await gate();
        const taken = await upload.finish({ sha256 });
        if (taken === undefined) throw new Error('A file that was begun anew was not taken in.');
        return { status: 201, body: { name: params.name, ...taken } };
      } catch (thrown) {
        // What has come is kept for a while, as over SFTP; after `finish` this does nothing.
        await upload.abandon();
        throw thrown;
      }
    },
  });
}

async function beginDraftFile(
  deps: DraftDeps,
  actor: Person,
  path: { projectId: string; draft: string; name: string },
): Promise<DraftUpload> {
  await getProject(deps, actor, path.projectId);
  return openDraftUpload(deps, actor, path, 'new');
}
