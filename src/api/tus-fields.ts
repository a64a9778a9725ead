/** The header fields of tus 1.0.0, parsed and written. */
import { createHash, type Hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type ProblemCode, ProtocolError } from '../http/problem.ts';
import { AppError, type Sentence } from '../platform/errors.ts';

const version = '1.0.0';

/** The media type of a body that is a part of a file. */
export const partType = 'application/offset+octet-stream';

/** What every answer carries. OPTIONS must list them; elsewhere they do no harm. */
export const tusHeaders = {
  'tus-resumable': version,
  'tus-version': version,
  'tus-extension': 'creation,creation-with-upload,expiration,checksum,termination,concatenation',
  'tus-checksum-algorithm': 'sha256,sha1',
};

/** Errors: ProtocolError `unsupported-version`. */
export function demandTus(headers: IncomingHttpHeaders): void {
  if (headers['tus-resumable'] === version) return;
  throw refused('unsupported-version', {
    nb: 'Her brukes tus 1.0.0. Send Tus-Resumable: 1.0.0.',
    en: 'Here tus 1.0.0 is used. Send Tus-Resumable: 1.0.0.',
  });
}

/** A whole number of bytes in a field. Errors: `invalid-input`. */
export function bytesIn(headers: IncomingHttpHeaders, field: 'upload-length' | 'upload-offset'): number {
  const bytes = Number(/^\d{1,16}$/.exec(String(headers[field]))?.[0]);
  if (Number.isSafeInteger(bytes)) return bytes;
  const name = field === 'upload-length' ? 'Upload-Length' : 'Upload-Offset';
  throw new AppError('invalid-input', {
    nb: `${name} mangler, eller er ikke et helt antall byte.`,
    en: `${name} is missing, or is not a whole number of bytes.`,
  });
}

/** What a creation asks for: a file, a partial upload that is to be joined with others, or the file that they become. */
export type Creation =
  | { kind: 'whole'; projectId: string; name: string; length: number }
  | { kind: 'partial'; projectId: string; length: number }
  | { kind: 'final'; projectId: string; name: string; concat: string; uploadIds: readonly string[] };

/** What the new upload is called and where it goes. Errors: `invalid-input`, `unsupported`. */
export function creationOf(headers: IncomingHttpHeaders): Creation {
  if (headers['upload-defer-length'] !== undefined) {
    throw new AppError('unsupported', {
      nb: 'Oppgi hele filens størrelse i Upload-Length.',
      en: 'Give the size of the whole file in Upload-Length.',
    });
  }
  const concat = headers['upload-concat'];
  // The name comes with the request that joins them.
  if (concat === 'partial') {
    return {
      kind: 'partial',
      projectId: metadataOf(headers, ['project']).project,
      length: bytesIn(headers, 'upload-length'),
    };
  }
  const { project: projectId, filename: name } = metadataOf(headers, ['project', 'filename']);
  if (concat === undefined)
    return { kind: 'whole', projectId, name, length: bytesIn(headers, 'upload-length') };
  if (typeof concat !== 'string' || headers['upload-length'] !== undefined) throw noFinal();
  return { kind: 'final', projectId, name, concat, uploadIds: joinedIds(concat) };
}

/** The uploads that `final;URL URL …` names: of each address, absolute or relative, the last segment. */
function joinedIds(concat: string): readonly string[] {
  const urls = /^final;([^ ]+(?: [^ ]+)*)$/.exec(concat.trim())?.[1]?.split(' ');
  if (urls === undefined) throw noFinal();
  return urls.map((url) => /\/([^/?#]+)$/.exec(url)?.[1] ?? '');
}

export function noFinal(): AppError {
  return new AppError('invalid-input', {
    nb: 'Upload-Concat må være partial, eller final; og adressene til delene med mellomrom imellom, uten Upload-Length og innhold.',
    en: 'Upload-Concat must be partial, or final; and the addresses of the partial uploads with blanks between, without Upload-Length and content.',
  });
}

/** Errors: `invalid-input` when one of `keys` is missing. */
function metadataOf<K extends 'project' | 'filename'>(
  headers: IncomingHttpHeaders,
  keys: readonly K[],
): Record<K, string> {
  const metadata = new Map<string, string>();
  for (const pair of String(headers['upload-metadata'] ?? '').split(',')) {
    const [key = '', value = ''] = pair.trim().split(' ');
    metadata.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  const found = keys.map((key) => [key, metadata.get(key) ?? ''] as const);
  if (found.some(([, value]) => value === '')) {
    throw new AppError('invalid-input', {
      nb: `Upload-Metadata må ha ${keys.join(' og ')}.`,
      en: `Upload-Metadata must have ${keys.join(' and ')}.`,
    });
  }
  return Object.fromEntries(found) as Record<K, string>;
}

/** What the client has said of the file, as far as it is kept. */
export function metadataField(file: { project: string; filename?: string }): string {
  return Object.entries(file)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

export interface Checksum {
  readonly hash: Hash;
  readonly matches: () => boolean;
}

/** What `Upload-Checksum` demands of the body; undefined without it. Errors: `invalid-input`. */
export function checksumOf(headers: IncomingHttpHeaders): Checksum | undefined {
  const field = headers['upload-checksum'];
  if (field === undefined) return undefined;
  const [, name, base64 = ''] = /^(sha1|sha256) ([A-Za-z0-9+/]+={0,2})$/.exec(String(field)) ?? [];
  if (name === undefined) {
    throw new AppError('invalid-input', {
      nb: 'Upload-Checksum må være sha256 eller sha1 og verdien i base64.',
      en: 'Upload-Checksum must be sha256 or sha1 and the value in base64.',
    });
  }
  const hash = createHash(name);
  return { hash, matches: () => hash.digest().equals(Buffer.from(base64, 'base64')) };
}

export function checksumMismatch(): ProtocolError {
  return refused('checksum-mismatch', {
    nb: 'Delen stemmer ikke med sjekksummen og er forkastet. Spør etter Upload-Offset og send den på nytt.',
    en: 'The part does not match its checksum and is discarded. Ask for Upload-Offset and send it again.',
  });
}

function refused(code: ProblemCode, detail: Sentence): ProtocolError {
  return new ProtocolError({ code, detail });
}

/** The form of dates in HTTP (RFC 9110, section 5.6.7). */
export function httpDate(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toUTCString();
}
