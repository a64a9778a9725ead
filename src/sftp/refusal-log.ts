/** What the log has of the refusals of one session: a few lines, then a count, however much the client asks. */
import { type ErrorCode, toAppError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Request } from './requests.ts';

/** More of them in one session tell nothing more. */
const linesPerSession = 5;

/** What somebody may not do, whatever they asked. */
const ofPermission: ReadonlySet<ErrorCode> = new Set(['forbidden', 'not-signed-in', 'read-only']);

/** Answers that clients ask for to see how things stand. */
const ofProbing: ReadonlySet<ErrorCode> = new Set(['not-found', 'already-exists']);

const changes: ReadonlySet<Request['type']> = new Set([
  ...(['open', 'write', 'close', 'fsync', 'setstat', 'fsetstat'] as const),
  ...(['remove', 'mkdir', 'rmdir', 'rename'] as const),
]);

export interface RefusalLog {
  refused(request: Request['type'], thrown: unknown): void;
  /** The session is over: says how many there were beyond the lines. */
  end(): void;
}

/**
 * Refusals of permission and of changes are told at `info`, with request and code; a client's probing at `debug` only.
 * What is in flight behind a failed write fails by the same error, and is no further refusal.
 */
export function createRefusalLog(log: Log): RefusalLog {
  const told = new WeakSet<object>();
  const more: Partial<Record<ErrorCode, number>> = {};
  let lines = 0;
  let unsaid = 0;

  return {
    refused(request, thrown) {
      const { code } = toAppError(thrown);
      const tells = ofPermission.has(code) || (changes.has(request) && !ofProbing.has(code));
      if (!tells) {
        // An open file whose access ended is told where that is seen.
        if (code !== 'closed') log.debug({ request, code }, 'an SFTP request was refused');
        return;
      }
      if (typeof thrown === 'object' && thrown !== null) {
        if (told.has(thrown)) return;
        told.add(thrown);
      }
      lines += 1;
      if (lines <= linesPerSession) {
        log.info({ request, code }, 'an SFTP request was refused');
        return;
      }
      unsaid += 1;
      more[code] = (more[code] ?? 0) + 1;
    },
    end() {
      if (unsaid > 0) log.info({ refusals: unsaid, codes: more }, 'more SFTP requests were refused');
      unsaid = 0;
    },
  };
}
