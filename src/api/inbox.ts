/** Files that a project's people send: what has come, its report and receipt, and taking one's own back. */
import { z } from 'zod';
import { getProject } from '../cases/projects.ts';
import { PageQuery, pageOf, paginate } from '../http/pagination.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { removeOwnFile } from '../inbound/erase.ts';
import {
  type InboundFile,
  inboundReceipt,
  inboundReport,
  listInbound,
  seeInbound,
} from '../inbound/listing.ts';
import { reportText } from '../inbound/receipts.ts';
import { Report } from '../inbound/report-text.ts';
import { At, InProject, ofChange, ofProject } from './parameters.ts';

const InboxFile = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.int().nullable().meta({ description: 'Null until it has come in full.' }),
  state: z.enum(['arriving', 'held', 'accepted', 'rejected', 'not-checked']),
  uploader: z.string(),
  own: z.boolean(),
  startedAt: At,
  receivedAt: At.nullable(),
  bytes: z.int().nullable(),
  sha256: z.string().nullable(),
});
export type InboxFile = z.output<typeof InboxFile>;

const One = InProject.extend({ fileId: z.uuid() });

type Deps = Parameters<typeof removeOwnFile>[0];

function shown(actor: Person, file: InboundFile): InboxFile {
  const { id, name, version, uploaderId, startedAt, receivedAt, bytes, sha256 } = file;
  return {
    id,
    name,
    version,
    state: file.state as InboxFile['state'],
    uploader: uploaderId,
    own: uploaderId === actor.personId,
    startedAt: startedAt.toString(),
    receivedAt: receivedAt?.toString() ?? null,
    bytes,
    sha256,
  };
}

/** After every version that has been answered. */
const UNFINISHED = 2 ** 31;

export function inboxRoutes(deps: Deps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/inbox',
      summary: 'What has come, by name and version; suppliers see their own',
      permission: 'signed-in',
      request: { params: InProject, query: PageQuery },
      responses: { 200: { description: 'A page of files', schema: pageOf(InboxFile) } },
      problems: ofProject,
      handler: async ({ params, query }, { actor }) => {
        const files = await listInbound(deps, actor, params.projectId);
        const page = paginate(files, query, (one) => [one.name, one.version ?? UNFINISHED, one.id]);
        const items = page.items.map((one) => shown(actor, one));
        return { status: 200, body: { items, next: page.next } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/inbox/{fileId}',
      summary: 'One file',
      permission: 'signed-in',
      request: { params: One },
      responses: { 200: { description: 'The file', schema: InboxFile } },
      problems: ofProject,
      handler: async ({ params }, { actor }) => {
        const file = await seeInbound(deps, actor, params.projectId, params.fileId);
        return { status: 200, body: shown(actor, file) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/v1/projects/{projectId}/inbox/{fileId}',
      summary: "Deletes one's own file, until it is accepted",
      permission: 'signed-in',
      request: { params: One },
      responses: { 204: { description: 'Its keys are destroyed and it is gone' } },
      problems: ofChange,
      handler: async ({ params }, { actor }) => {
        await getProject(deps, actor, params.projectId);
        await removeOwnFile(deps, actor, params.projectId, params.fileId);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/inbox/{fileId}/report',
      summary: 'The report of the check; its SHA-256 stands in the receipt',
      permission: 'signed-in',
      request: { params: One },
      responses: {
        200: { description: 'The report', contentType: 'application/json', rawSchema: Report },
      },
      problems: [...ofProject, 'conflict'],
      handler: async ({ params }, { actor }) => {
        await seeInbound(deps, actor, params.projectId, params.fileId);
        return { status: 200, body: reportText(await inboundReport(deps, actor, params.fileId)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/projects/{projectId}/inbox/{fileId}/receipt',
      summary: 'The signed receipt, a compact JWS',
      permission: 'signed-in',
      request: { params: One },
      responses: { 200: { description: 'The receipt', contentType: 'application/jose' } },
      problems: [...ofProject, 'conflict'],
      handler: async ({ params }, { actor }) => {
        await seeInbound(deps, actor, params.projectId, params.fileId);
        return { status: 200, body: await inboundReceipt(deps, actor, params.fileId) };
      },
    }),
  ];
}
