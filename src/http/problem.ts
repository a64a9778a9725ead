/** Every no of the service as problem details (RFC 9457): a total map from codes, and the one place that writes them. */
import { z } from 'zod';
import { AppError, type ErrorCode, type Language, type Sentence, toAppError } from '../platform/errors.ts';

/** Refusals that only HTTP has; the features behind the doors know nothing of methods and media types. */
type ProtocolCode =
  | 'method-not-allowed'
  | 'unsupported-media-type'
  | 'precondition-required'
  | 'key-reused'
  | 'range-not-satisfiable'
  | 'unsupported-version'
  | 'checksum-mismatch';

export type ProblemCode = ErrorCode | ProtocolCode;

export interface ProblemKind {
  /** RFC 9110, section 15. */
  readonly status: number;
  readonly title: Sentence;
  /** Header fields that the status demands. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Total: a new error code does not compile until the HTTP doors answer it. */
export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  'not-found': { status: 404, title: { nb: 'Finnes ikke', en: 'Not found' } },
  forbidden: { status: 403, title: { nb: 'Ingen tilgang', en: 'No access' } },
  'not-signed-in': {
    status: 401,
    title: { nb: 'Ikke innlogget', en: 'Not signed in' },
    // RFC 9110, section 15.5.2 demands a challenge. A scheme no browser knows keeps it from opening a password box.
    headers: { 'www-authenticate': 'Session realm="datasluse"' },
  },
  'step-up-needed': { status: 403, title: { nb: 'Bekreft hvem du er', en: 'Confirm who you are' } },
  'invalid-input': { status: 400, title: { nb: 'Ugyldig forespørsel', en: 'Invalid request' } },
  'invalid-name': { status: 422, title: { nb: 'Ugyldig navn', en: 'Invalid name' } },
  conflict: { status: 409, title: { nb: 'Konflikt', en: 'Conflict' } },
  'changed-meanwhile': { status: 412, title: { nb: 'Endret i mellomtiden', en: 'Changed meanwhile' } },
  'already-exists': { status: 409, title: { nb: 'Finnes allerede', en: 'Already exists' } },
  closed: { status: 410, title: { nb: 'Stengt', en: 'Closed' } },
  'not-resumable': { status: 409, title: { nb: 'Kan ikke gjenopptas', en: 'Cannot be resumed' } },
  'read-only': { status: 403, title: { nb: 'Skrivebeskyttet', en: 'Read-only' } },
  unsupported: { status: 422, title: { nb: 'Støttes ikke', en: 'Not supported' } },
  'too-large': { status: 413, title: { nb: 'For stort', en: 'Too large' } },
  'too-many-requests': { status: 429, title: { nb: 'For mange forespørsler', en: 'Too many requests' } },
  unavailable: { status: 503, title: { nb: 'Utilgjengelig nå', en: 'Unavailable' } },
  'storage-failed': { status: 500, title: { nb: 'Lagringen sviktet', en: 'Storage failed' } },
  'integrity-failed': { status: 500, title: { nb: 'Innholdet er skadet', en: 'Content is damaged' } },
  internal: { status: 500, title: { nb: 'Feil hos oss', en: 'Error on our side' } },
  'precondition-required': { status: 428, title: { nb: 'Oppgi hvilken utgave', en: 'Say which version' } },
  'key-reused': { status: 422, title: { nb: 'Nøkkelen er brukt før', en: 'The key has been used' } },
  'method-not-allowed': { status: 405, title: { nb: 'Metoden brukes ikke her', en: 'Method not used here' } },
  'unsupported-media-type': { status: 415, title: { nb: 'Ukjent innholdstype', en: 'Unknown content type' } },
  'range-not-satisfiable': { status: 416, title: { nb: 'Utenfor filen', en: 'Outside the file' } },
  'unsupported-version': { status: 412, title: { nb: 'Ukjent versjon', en: 'Unknown version' } },
  // The status is of tus 1.0, extension "checksum".
  'checksum-mismatch': { status: 460, title: { nb: 'Sjekksummen stemmer ikke', en: 'Checksum mismatch' } },
};

/** One place in a request that did not fit its schema. It never quotes what was sent there. */
export interface FieldFault {
  readonly in: 'path' | 'query' | 'body';
  /** JSON pointer (RFC 6901) as a URI fragment: `#` for the whole. */
  readonly pointer: string;
  /** What kind of misfit, in zod's words: `invalid_type`, `too_big`, … */
  readonly code: string;
}

/** What a problem is made of. An AppError is one. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: Sentence;
  readonly faults?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly url?: string | undefined;
}

/** A refusal in the protocol's own words, for handlers: the features throw AppError. */
export class ProtocolError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail.en}`);
    this.name = 'ProtocolError';
    this.refusal = refusal;
  }
}

export const Problem = z
  .object({
    type: z.string().meta({ description: 'urn:datasluse:problem: and the code.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z
      .string()
      .meta({ description: 'A sentence for the person who asked, in the language they accept.' }),
    code: z.string().meta({ description: 'Stable; programs branch on this.' }),
    requestId: z.string().meta({ description: 'Quote this when reporting a fault.' }),
    errors: z
      .array(z.object({ in: z.enum(['path', 'query', 'body']), pointer: z.string(), code: z.string() }))
      .optional()
      .meta({ description: 'Where a request did not fit its schema. Never quotes what was sent.' }),
    url: z.string().optional().meta({
      description:
        'With step-up-needed: open this in the browser, with &returnTo= and the path to come back to.',
    }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

export type Problem = z.output<typeof Problem>;

export const problemContentType = 'application/problem+json';

/** The body of the answer to a refusal. */
export function problemOf(refusal: Refusal, language: Language, requestId: string): Problem {
  const kind = problemKinds[refusal.code];
  return {
    type: `urn:datasluse:problem:${refusal.code}`,
    title: kind.title[language],
    status: kind.status,
    detail: refusal.detail[language],
    code: refusal.code,
    requestId,
    ...(refusal.faults === undefined ? {} : { errors: [...refusal.faults] }),
    ...(refusal.url === undefined ? {} : { url: refusal.url }),
  };
}

/** Faults ride beside their error, so that the house keeps one error type. */
const faultsOf = new WeakMap<AppError, readonly FieldFault[]>();

/** The error for a request that does not fit its schema. */
export function invalidRequest(faults: readonly FieldFault[]): AppError {
  const where = faults.map((fault) => `${fault.in} ${fault.pointer}`).join(', ');
  const error = new AppError('invalid-input', {
    nb: `Forespørselen har feil i: ${where}.`,
    en: `The request is wrong at: ${where}.`,
  });
  faultsOf.set(error, faults);
  return error;
}

export const malformed: Refusal = {
  code: 'invalid-input',
  detail: { nb: 'Forespørselen kan ikke leses.', en: 'The request cannot be read.' },
};

const tooLarge: Refusal = {
  code: 'too-large',
  detail: { nb: 'Innholdet i forespørselen er for stort.', en: 'The body of the request is too large.' },
};

export const wrongMediaType: Refusal = {
  code: 'unsupported-media-type',
  detail: {
    nb: 'Send innholdet som application/json i UTF-8, ukomprimert.',
    en: 'Send the body as application/json in UTF-8, uncompressed.',
  },
};

export const bytesWanted: Refusal = {
  code: 'unsupported-media-type',
  detail: {
    nb: 'Send innholdet som application/octet-stream, ukomprimert.',
    en: 'Send the body as application/octet-stream, uncompressed.',
  },
};

export const encodedBody: Refusal = {
  code: 'unsupported-media-type',
  detail: {
    nb: 'Send filen som den er, uten Content-Encoding.',
    en: 'Send the file as it is, without Content-Encoding.',
  },
};

export const noSuchPlace: Refusal = {
  code: 'not-found',
  detail: { nb: 'Det er ingenting på denne adressen.', en: 'There is nothing at this address.' },
};

/**
 * Any thrown value as a refusal. Express and its parsers throw errors that carry a 4xx `status` and whose messages
 * quote the request: only their status is taken. Everything else unknown becomes `internal` and shows nothing of itself.
 */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof AppError) {
    const faults = faultsOf.get(thrown);
    return {
      code: thrown.code,
      detail: thrown.detail,
      url: thrown.url,
      ...(faults === undefined ? {} : { faults }),
    };
  }
  if (thrown instanceof ProtocolError) return thrown.refusal;
  const status = statusOf(thrown);
  if (status === 404) return noSuchPlace;
  if (status === 413) return tooLarge;
  if (status === 415) return wrongMediaType;
  if (status !== undefined && status >= 400 && status < 500) return malformed;
  return toAppError(thrown);
}

function statusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const status = (thrown as { status?: unknown }).status;
  return typeof status === 'number' ? status : undefined;
}
