/** Resumable uploads: tus 1.0.0 with creation, creation-with-upload, expiration, checksum, termination and concatenation. */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { ProtocolError } from '../http/problem.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { partialConcat } from '../inbound/names.ts';
import type { OwnUpload } from '../inbound/own-upload.ts';
import type { Received } from '../inbound/take-in.ts';
import { inboundLinks, ReceivedFile, receivedFile } from './inbound-links.ts';
import { joinTransfers } from './tus-concat.ts';
import {
  bytesIn,
  checksumOf,
  creationOf,
  demandTus,
  httpDate,
  metadataField,
  noFinal,
  partType,
  tusHeaders,
} from './tus-fields.ts';
import {
  type Address,
  beginTransfer,
  continueTransfer,
  endTransfer,
  expiresAtMs,
  findTransfer,
  isJoined,
  type Progress,
  settleTransfer,
  type TransferDeps,
} from './tus-transfer.ts';

const place = '/api/v1/uploads';
const params = z.object({
  uploadId: z.string().meta({ description: 'The last segment of `Location`, as the creation answered it.' }),
});
const stream = { contentType: partType, required: false };
const sendingProblems = [
  'closed',
  'conflict',
  'invalid-input',
  'invalid-name',
  'not-found',
  'not-resumable',
  'read-only',
  'storage-failed',
  'too-large',
  'too-many-requests',
  'unavailable',
  'unsupported',
  'unsupported-version',
  'checksum-mismatch',
] as const;

const UploadState = z
  .object({
    project: z.string(),
    name: z.string(),
    offset: z.int(),
    length: z.int(),
    state: z.enum(['arriving', 'received']),
    /** An instant; null once it is received. */
    expiresAt: z.string().nullable(),
    received: ReceivedFile.nullable(),
  })
  .meta({ id: 'UploadState' });

export function uploadRoutes(deps: TransferDeps): readonly Route[] {
  function fields(progress: Progress): Record<string, string> {
    return {
      'upload-offset': String(progress.offset),
      ...(progress.received === undefined
        ? { 'upload-expires': httpDate(expiresAtMs(deps, progress.keptFrom.epochMilliseconds)) }
        : verdictFields(progress.projectId, progress.received)),
    };
  }

  async function create(
    actor: Person,
    headers: IncomingHttpHeaders,
    stream: AsyncIterable<Uint8Array>,
  ): Promise<Progress & { address: Address }> {
    const asked = creationOf(headers);
    if (asked.kind === 'final') {
      if (!isEmpty(headers)) throw noFinal();
      return joinTransfers(deps, actor, { ...asked, partials: asked.uploadIds.map(addressOf) });
    }
    return beginTransfer(deps, actor, asked, {
      stream: partOf(stream, headers),
      checksum: checksumOf(headers),
    });
  }

  return [
    defineRoute({
      method: 'post',
      path: place,
      summary:
        'Begin a resumable upload (tus 1.0.0). `Upload-Metadata` has `filename` and `project`; a body is the first part. With `Upload-Concat: partial` it has `project` alone; with `Upload-Concat: final;URL URL` the file is made of such uploads and the answer has its verdict.',
      permission: 'signed-in',
      headers: tusHeaders,
      request: { stream },
      responses: { 201: { description: 'Begun; `Location` is where its parts go' } },
      problems: sendingProblems,
      handler: async (input, { actor, headers }) => {
        demandTus(headers);
        const { address, ...progress } = await create(actor, headers, input.stream);
        return { status: 201, headers: { location: `${place}/${idOf(address)}`, ...fields(progress) } };
      },
    }),
    defineRoute({
      method: 'patch',
      path: `${place}/{uploadId}`,
      summary: 'Send the next part; with the last one the file is received and the answer has its verdict',
      permission: 'signed-in',
      headers: tusHeaders,
      request: { params, stream },
      responses: { 204: { description: 'Taken; `Upload-Offset` is where the next part begins' } },
      problems: sendingProblems,
      handler: async (input, { actor, headers }) => {
        demandTus(headers);
        const part = {
          offset: bytesIn(headers, 'upload-offset'),
          stream: partOf(input.stream, headers),
          checksum: checksumOf(headers),
        };
        const address = addressOf(input.params.uploadId);
        return { status: 204, headers: fields(await continueTransfer(deps, actor, address, part)) };
      },
    }),
    defineRoute({
      method: 'head',
      path: `${place}/{uploadId}`,
      summary: 'Where to go on. A request that is still sending to this upload is ended by it.',
      permission: 'signed-in',
      headers: tusHeaders,
      request: { params },
      responses: {
        200: {
          description:
            '`Upload-Offset`, `Upload-Length`, `Upload-Metadata`, and `Upload-Concat` where it was created with that',
        },
      },
      problems: ['not-found', 'unsupported-version'],
      handler: async (input, { actor, headers }) => {
        demandTus(headers);
        const address = addressOf(input.params.uploadId);
        const found = await settleTransfer(deps, actor, address);
        return {
          status: 200,
          headers: {
            ...(found.received === undefined && isJoined(found)
              ? {}
              : { 'upload-offset': String(found.offset) }),
            ...saidOf(found),
            'upload-length': String(address.length),
            ...(found.received === undefined
              ? { 'upload-expires': httpDate(expiresAtMs(deps, found.touchedAt.epochMilliseconds)) }
              : verdictFields(found.projectId, found.received)),
          },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: `${place}/{uploadId}`,
      summary: 'How far an upload has come, or how it was answered; ends nothing',
      permission: 'signed-in',
      headers: tusHeaders,
      request: { params },
      responses: { 200: { description: 'The upload', schema: UploadState } },
      problems: ['not-found'],
      handler: async (input, { actor }) => {
        const address = addressOf(input.params.uploadId);
        return { status: 200, body: stateOf(deps, await findTransfer(deps, actor, address), address) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: `${place}/{uploadId}`,
      summary: 'End an upload and erase what has come of it',
      permission: 'signed-in',
      headers: tusHeaders,
      request: { params },
      responses: { 204: { description: 'Erased' } },
      problems: ['closed', 'conflict', 'not-found', 'unsupported-version'],
      handler: async (input, { actor, headers }) => {
        demandTus(headers);
        await endTransfer(deps, actor, addressOf(input.params.uploadId));
        return { status: 204 };
      },
    }),
  ];
}

/** The body, which must be of the type that tus demands when there is one. Errors: ProtocolError `unsupported-media-type`. */
function partOf(stream: AsyncIterable<Uint8Array>, headers: IncomingHttpHeaders): AsyncIterable<Uint8Array> {
  const typed = headers['content-type'] === partType;
  if (typed || isEmpty(headers)) return stream;
  throw new ProtocolError({
    code: 'unsupported-media-type',
    detail: {
      nb: `Send deler av filen som ${partType}.`,
      en: `Send parts of the file as ${partType}.`,
    },
  });
}

function isEmpty(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}

/** What the client said when it created the upload. */
function saidOf({ concat, projectId: project, name }: OwnUpload): Record<string, string> {
  const said = concat === partialConcat ? { project } : { filename: name, project };
  return {
    'upload-metadata': metadataField(said),
    ...(concat === null ? {} : { 'upload-concat': concat }),
  };
}

function idOf({ id, length }: Address): string {
  return `${id}.${length}`;
}

/** What is no address of ours names no upload: it is `not-found` like one that is gone. */
function addressOf(uploadId: string): Address {
  const [, id = '', length] =
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,16})$/.exec(uploadId) ?? [];
  if (length === undefined) return { id: '00000000-0000-0000-0000-000000000000', length: 0 };
  return { id, length: Number(length) };
}

function verdictFields(projectId: string, received: Received): Record<string, string> {
  return {
    'datasluse-verdict': received.verdict,
    'datasluse-version': String(received.version),
    link: `<${inboundLinks(projectId, received.id).report}>; rel="describedby"`,
  };
}

function stateOf(deps: TransferDeps, found: OwnUpload, { length }: Address): z.input<typeof UploadState> {
  const { projectId, name, offset, state, received, touchedAt } = found;
  const expires = touchedAt.add({ hours: 24 * deps.keepUnfinishedDays });
  return {
    project: projectId,
    name,
    offset,
    length,
    state,
    expiresAt: received === undefined ? expires.toString() : null,
    received: received === undefined ? null : receivedFile(projectId, received),
  };
}
