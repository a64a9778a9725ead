/** `PUT` of a file into a project's inbox: one request, for curl and scripts; what must be resumable goes through tus. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { sha256Of } from './digest-fields.ts';
import { inboundLinks, ReceivedFile, receivedFile } from './inbound-links.ts';
import { beginSending, demandWhole, pour, type SendingDeps } from './sending.ts';

export function putFileRoute(deps: SendingDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/api/v1/projects/{projectId}/inbox/files/{name}',
    summary: 'Send a file; the answer is the verdict. `Content-Digest` with SHA-256 is checked.',
    permission: 'signed-in',
    request: {
      params: z.object({ projectId: z.string(), name: z.string() }),
      stream: { contentType: 'application/octet-stream', required: true },
    },
    responses: {
      201: { description: 'The file is received, whatever the verdict', schema: ReceivedFile },
    },
    problems: [
      'closed',
      'conflict',
      'invalid-input',
      'invalid-name',
      'not-found',
      'read-only',
      'storage-failed',
      'too-large',
      'too-many-requests',
      'unavailable',
    ],
    handler: async ({ params, stream }, { actor, headers }) => {
      const { projectId, name } = params;
      demandWhole(headers);
      const sha256 = sha256Of(headers['content-digest']);
      const length = headers['content-length'];
      const sending = await beginSending(deps, actor, { projectId, name, mode: 'new', door: 'https' });
      const { upload, gate } = sending;
      try {
        if (length !== undefined) await upload.announce(Number(length));
        await pour(sending, stream);
        await gate();
        const received = await upload.finish({ sha256 });
        if (received === undefined) throw new Error('A file under its final name was not answered.');
        const body = receivedFile(projectId, received);
        return { status: 201, headers: { location: inboundLinks(projectId, received.id).content }, body };
      } catch (thrown) {
        // What has come is kept for a while, as over SFTP; after `finish` this does nothing.
        await upload.abandon();
        throw thrown;
      }
    },
  });
}
