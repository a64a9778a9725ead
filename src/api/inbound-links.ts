/** A file that has been received, as the API answers it: its verdict, and where report and receipt are. */
import { z } from 'zod';
import type { Received } from '../inbound/take-in.ts';

export const ReceivedFile = z
  .object({
    id: z.uuid(),
    project: z.string(),
    name: z.string(),
    version: z.int(),
    verdict: z.enum(['accepted', 'rejected', 'not-checked']),
    bytes: z.int(),
    sha256: z.string().meta({ description: 'Of the content, in hex.' }),
    links: z.object({ report: z.string(), receipt: z.string(), content: z.string() }),
  })
  .meta({ id: 'ReceivedFile' });
export type ReceivedFile = z.infer<typeof ReceivedFile>;

export function receivedFile(projectId: string, received: Received): ReceivedFile {
  const { id, name, version, verdict, bytes, sha256 } = received;
  return {
    id,
    project: projectId,
    name,
    version,
    verdict,
    bytes,
    sha256,
    links: inboundLinks(projectId, id),
  };
}

export function inboundLinks(projectId: string, id: string): ReceivedFile['links'] {
  const at = `/api/v1/projects/${encodeURIComponent(projectId)}/inbox/${id}`;
  return { report: `${at}/report`, receipt: `${at}/receipt`, content: `${at}/content` };
}
