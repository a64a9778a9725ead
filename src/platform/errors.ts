/** The one error type of the house: a closed set of codes, a sentence that is safe to show, and a cause that is not. */

/**
 * Every way in which the service says no. Doors map each code to their own protocol with total maps
 * (http/problem.ts and sftp/status-map.ts), so a new code does not compile until both answer it.
 */
export const errorCodes = [
  'not-found',
  'forbidden',
  'not-signed-in',
  'step-up-needed',
  'invalid-input',
  'invalid-name',
  'conflict',
  'changed-meanwhile',
  'already-exists',
  'closed',
  'not-resumable',
  'read-only',
  'unsupported',
  'too-large',
  'too-many-requests',
  'unavailable',
  'storage-failed',
  'integrity-failed',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One sentence in both languages of the service. It names no identifier, no secret and no content of a file. */
export interface Sentence {
  readonly nb: string;
  readonly en: string;
}

export type Language = keyof Sentence;

export class AppError extends Error {
  readonly code: ErrorCode;
  /** Safe to show to the person who asked. */
  readonly detail: Sentence;
  /** A path of the service's own where the person can put it right. */
  readonly url: string | undefined;

  constructor(code: ErrorCode, detail: Sentence, options?: { cause?: unknown; url?: string }) {
    super(`${code}: ${detail.en}`, options);
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
    this.url = options?.url;
  }
}

const internal: Sentence = {
  nb: 'Noe gikk galt hos oss. Prøv igjen om litt; varer det ved, meld fra og oppgi tidspunktet.',
  en: 'Something went wrong on our side. Try again shortly; if it persists, report it with the time.',
};

/** Any thrown value as an AppError; what is unknown becomes `internal` and shows nothing of itself. */
export function toAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError('internal', internal, { cause: thrown });
}

/** True when `thrown` is an AppError with this code. */
export function hasCode(thrown: unknown, code: ErrorCode): boolean {
  return thrown instanceof AppError && thrown.code === code;
}
