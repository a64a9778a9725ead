/** What came in, by its id: the report in each of its forms, and the content for those who may read it. */
import { z } from 'zod';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import { createGate } from '../identity/access-watch.ts';
import { may } from '../identity/permissions.ts';
import { type InboundContent, openInbound, rereadInbound } from '../inbound/content.ts';
import { type InboundFile, inboundReport, seenInbound } from '../inbound/listing.ts';
import {
  drawReports,
  type Report,
  type ReportFormat,
  type ReportLanguage,
  reportFormats,
  reportLanguages,
  reportPolicy,
} from '../inbound/report-text.ts';
import { AppError } from '../platform/errors.ts';
import { type ByteSource, bodyOf } from './byte-source.ts';
import { digestField } from './digest-fields.ts';
import { attachment, wantedOf } from './ranges.ts';
import type { SendingDeps } from './sending.ts';

const params = z.object({ projectId: z.string(), fileId: z.string() });
const file = '/api/v1/projects/{projectId}/inbox/{fileId}';

const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  text: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** What the page says of itself, and that nobody may show it within a page of theirs. */
const pagePolicy = `${reportPolicy}; frame-ancestors 'none'; sandbox`;

export function inboundFileRoutes(deps: SendingDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: `${file}/report/{format}`,
      summary: 'The report of a file; as JSON it is byte for byte what the receipt has the SHA-256 of',
      permission: 'signed-in',
      request: {
        params: params.extend({ format: z.enum(reportFormats) }),
        query: z.object({ language: z.enum(reportLanguages).optional() }),
      },
      responses: { 200: { description: 'The report, in the format asked for', contentType: 'text/plain' } },
      problems: ['conflict', 'not-found'],
      handler: async ({ params, query }, { actor, language }) => {
        const { name } = await seen(deps, actor, params);
        const report = await inboundReport(deps, actor, params.fileId);
        return reportAnswer(report, name, params.format, query.language ?? language);
      },
    }),
    defineRoute({
      method: 'get',
      path: `${file}/content`,
      summary: 'The content of a file: for staff, and for its sender until it is accepted; `Range` to go on',
      permission: 'signed-in',
      request: { params },
      responses: {
        200: { description: 'The file', contentType: 'application/octet-stream' },
        206: { description: 'The part of it that `Range` asks for', contentType: 'application/octet-stream' },
        304: { description: 'The client has it' },
      },
      problems: ['closed', 'conflict', 'not-found', 'range-not-satisfiable'],
      handler: async ({ params }, { actor, headers }) => {
        const found = await seen(deps, actor, params);
        const bytes = found.bytes ?? 0;
        const etag = `"${found.sha256}"`;
        const wanted = wantedOf(headers, bytes, etag);
        if (wanted.kind === 'unchanged') return { status: 304, headers: { etag } };
        const content = await openContent(deps, actor, found);
        const { from, to } = wanted.kind === 'part' ? wanted : { from: 0, to: bytes };
        const fields = {
          etag,
          'accept-ranges': 'bytes',
          'content-length': String(to - from),
          'content-disposition': attachment(found.name),
          ...(found.sha256 === null ? {} : { 'repr-digest': digestField(found.sha256) }),
        };
        const body = bodyOf(gatedSource(deps, content), from, to);
        if (wanted.kind === 'whole') return { status: 200, headers: fields, body };
        return {
          status: 206,
          headers: { ...fields, 'content-range': `bytes ${from}-${to - 1}/${bytes}` },
          body,
        };
      },
    }),
  ];
}

/** The report of the file `name`, as a page, a table, text or JSON. */
export function reportAnswer(report: Report, name: string, format: ReportFormat, language: ReportLanguage) {
  return {
    status: 200,
    headers: {
      'content-type': mediaTypes[format],
      'content-language': language,
      ...(format === 'html' ? { 'content-security-policy': pagePolicy } : {}),
      ...(format === 'csv' ? { 'content-disposition': attachment(`${name}.report.csv`) } : {}),
    },
    body: drawReports([report], format, language, { list: false }),
  } as const;
}

/** A file that has been answered, of that project. Errors: `not-found`, `conflict`. */
async function seen(
  deps: SendingDeps,
  actor: Person,
  { projectId, fileId }: { projectId: string; fileId: string },
): Promise<InboundFile> {
  const found = await seenInbound(deps, actor, fileId);
  if (found.projectId === projectId) return found;
  throw new AppError('not-found', { nb: 'Fant ikke filen.', en: 'There is no such file here.' });
}

/** Errors: those of openInbound and rereadInbound; `forbidden` for a version of one's own that a newer one has replaced. */
async function openContent(deps: SendingDeps, actor: Person, file: InboundFile): Promise<InboundContent> {
  if (may(actor, 'inbound.read-content', file.projectId)) return openInbound(deps, actor, file.id);
  const content = await rereadInbound(deps, actor, file.projectId, file.name);
  if (content.file.id === file.id) return content;
  await content.reader.close();
  throw new AppError('forbidden', {
    nb: 'Filen er erstattet av en nyere, og kan ikke leses tilbake.',
    en: 'The file has been replaced by a newer one, and cannot be read back.',
  });
}

function gatedSource(deps: SendingDeps, { reader, standing }: InboundContent): ByteSource {
  const gate = createGate(deps.access, standing);
  return {
    async read(offset, length) {
      await gate();
      return reader.read(offset, length);
    },
    close: () => reader.close(),
  };
}
