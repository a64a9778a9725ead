/** Files of a delivery for its recipients: with ranges, conditions and digests, one at a time or all in a ZIP archive. */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { manifestOf, type OpenDelivery, openDelivery } from '../deliveries/deliveries.ts';
import { encryptedOf } from '../deliveries/end-to-end.ts';
import { type FetchDeps, fetchFile } from '../deliveries/fetch.ts';
import { manifestName } from '../deliveries/file-names.ts';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { zone } from '../platform/clock.ts';
import { type ByteSource, bodyOf, closing } from './byte-source.ts';
import { digestField, sha256Hex } from './digest-fields.ts';
import { attachment, wantedOf } from './ranges.ts';
import { type ZipEntry, zipBytes, zipStream } from './zip-stream.ts';

export type DownloadDeps = FetchDeps;

const door = 'https';
const folder = '/api/v1/projects/{projectId}/deliveries/{folder}';
const fileParams = z.object({ projectId: z.string(), folder: z.string(), name: z.string() });
const folderParams = z.object({ projectId: z.string(), folder: z.string() });
const octets = 'application/octet-stream';
const problems = ['closed', 'not-found', 'range-not-satisfiable', 'unavailable'] as const;
const answers = {
  200: { description: 'The file', contentType: octets },
  206: { description: 'The part of it that `Range` asks for', contentType: octets },
  304: { description: 'The client has it' },
};

export function downloadRoutes(deps: DownloadDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: `${folder}/files/{name}`,
      summary:
        'Fetch a file of a delivery: `Range` and `If-Range` to go on, `NAME.c4gh` for the encrypted form where there is one',
      permission: 'signed-in',
      request: { params: fileParams },
      responses: answers,
      problems,
      handler: async ({ params }, { actor, headers }) => {
        const file = await findFile(deps, actor, params);
        const { wanted, fields } = await said(file, headers);
        if (wanted.kind === 'unchanged') return { status: 304, headers: fields };
        const [from, to] = wanted.kind === 'part' ? [wanted.from, wanted.to] : [0, file.bytes];
        const body = bodyOf(await file.open(), from, to);
        return wanted.kind === 'part'
          ? { status: 206, headers: fields, body }
          : { status: 200, headers: fields, body };
      },
    }),
    defineRoute({
      method: 'head',
      path: `${folder}/files/{name}`,
      summary: 'What GET would answer; opens nothing',
      permission: 'signed-in',
      request: { params: fileParams },
      responses: {
        200: { description: 'Size, entity tag and digest' },
        206: { description: 'Of the part of it that `Range` asks for' },
        304: answers[304],
      },
      problems,
      handler: async ({ params }, { actor, headers }) => {
        const file = await findFile(deps, actor, params);
        const { wanted, fields } = await said(file, headers);
        await file.letGo();
        const status = wanted.kind === 'unchanged' ? 304 : wanted.kind === 'part' ? 206 : 200;
        return { status, headers: { 'content-type': octets, ...fields } };
      },
    }),
    defineRoute({
      method: 'get',
      path: `${folder}/files.zip`,
      summary: 'Fetch all files of a delivery in one ZIP archive, not compressed',
      permission: 'signed-in',
      request: { params: folderParams },
      responses: { 200: { description: 'The archive', contentType: 'application/zip' } },
      problems: ['closed', 'not-found', 'unavailable'],
      handler: async ({ params }, { actor }) => {
        const { entries, fields, openedAt } = await archiveOf(deps, actor, params);
        return { status: 200, headers: fields, body: zipStream(entries, openedAt.toZonedDateTimeISO(zone)) };
      },
    }),
    defineRoute({
      method: 'head',
      path: `${folder}/files.zip`,
      summary: 'The size of the archive',
      permission: 'signed-in',
      request: { params: folderParams },
      responses: { 200: { description: 'Its size' } },
      problems: ['closed', 'not-found', 'unavailable'],
      handler: async ({ params }, { actor }) => {
        const { fields } = await archiveOf(deps, actor, params);
        return { status: 200, headers: { 'content-type': 'application/zip', ...fields } };
      },
    }),
  ];
}

/** A file of a delivery as it is served. */
interface Served {
  readonly name: string;
  readonly bytes: number;
  /** Of the content, when it is known before it is read. */
  readonly sha256: string | undefined;
  readonly etag: string;
  open(): Promise<ByteSource>;
  /** Closes what had to be opened to know the rest. */
  letGo(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

async function findFile(
  deps: DownloadDeps,
  actor: Person,
  where: { projectId: string; folder: string; name: string },
): Promise<Served> {
  const { name } = where;
  const delivery = await openDelivery(deps, actor, where.projectId, where.folder);
  const fetch = () => fetchFile(deps, actor, delivery, name, door);
  if (name === manifestName) return manifest(delivery);
  const plain = delivery.files.find((one) => one.name === name);
  if (plain !== undefined) {
    const { bytes, sha256 } = plain;
    return { name, bytes, sha256, etag: `"${sha256}"`, open: fetch, letGo: nothing };
  }
  // Throws for a name that is neither. The header is each recipient's own, so the tag holds it too.
  const encrypted = await fetch();
  const of = encryptedOf(delivery, name);
  const header = await encrypted.read(0, Math.min(encrypted.bytes, 124));
  const etag = `"${sha256Hex(header).slice(0, 32)}-${of?.sha256 ?? ''}"`;
  return {
    name,
    bytes: encrypted.bytes,
    sha256: undefined,
    etag,
    open: async () => encrypted,
    letGo: () => encrypted.close(),
  };
}

function manifest(delivery: OpenDelivery): Served {
  const text = Buffer.from(manifestOf(delivery));
  const sha256 = sha256Hex(text);
  return {
    name: manifestName,
    bytes: text.length,
    sha256,
    etag: `"${sha256}"`,
    open: async () => ({
      read: async (offset, length) => text.subarray(offset, offset + length),
      close: nothing,
    }),
    letGo: nothing,
  };
}

/** What is wanted, and the fields that say what is sent. On a refusal the file is let go of. */
async function said(file: Served, headers: IncomingHttpHeaders) {
  const wanted = await Promise.resolve()
    .then(() => wantedOf(headers, file.bytes, file.etag))
    .catch(async (thrown: unknown) => {
      await file.letGo();
      throw thrown;
    });
  if (wanted.kind === 'unchanged') {
    await file.letGo();
    return { wanted, fields: { etag: file.etag } };
  }
  const digest = file.sha256 === undefined ? undefined : digestField(file.sha256);
  const { from, to } = wanted.kind === 'part' ? wanted : { from: 0, to: file.bytes };
  const fields: Record<string, string> = {
    etag: file.etag,
    'accept-ranges': 'bytes',
    'content-length': String(to - from),
    'content-disposition': attachment(file.name),
    ...(digest === undefined ? {} : { 'repr-digest': digest }),
    ...(digest === undefined || wanted.kind === 'part' ? {} : { 'content-digest': digest }),
    ...(wanted.kind === 'part' ? { 'content-range': `bytes ${from}-${to - 1}/${file.bytes}` } : {}),
  };
  return { wanted, fields };
}

async function archiveOf(deps: DownloadDeps, actor: Person, where: { projectId: string; folder: string }) {
  const delivery = await openDelivery(deps, actor, where.projectId, where.folder);
  const text = Buffer.from(manifestOf(delivery));
  const entries: ZipEntry[] = [
    { name: manifestName, bytes: text.length, open: () => once(text) },
    ...delivery.files.map(({ name, bytes }) => ({
      name,
      bytes,
      // Opened when its turn comes, and asked at each read: what closes on the way cuts the archive off.
      open: () => later(() => fetchFile(deps, actor, delivery, name, door), bytes),
    })),
  ];
  const fields = {
    'content-length': String(zipBytes(entries)),
    'content-disposition': attachment(`${delivery.folder}.zip`),
    'accept-ranges': 'none',
  };
  return { entries, fields, openedAt: delivery.openedAt };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield bytes;
}

function later(open: () => Promise<ByteSource>, bytes: number): AsyncIterable<Uint8Array> {
  let body: AsyncIterableIterator<Uint8Array> | undefined;
  return closing(
    async () => {
      body ??= bodyOf(await open(), 0, bytes);
      const next = await body.next();
      return next.done === true ? undefined : next.value;
    },
    async () => {
      await body?.return?.();
    },
  );
}
