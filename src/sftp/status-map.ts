/** What SFTP answers to each AppError: a total map, so that a new code does not compile until this door answers it. */
import { type AppError, type ErrorCode, type Sentence, toAppError } from '../platform/errors.ts';
import { status } from './protocol-numbers.ts';
import { type Reply, statusReply } from './replies.ts';

/** Version 3 knows few codes; the sentence that goes with them says the rest. */
const statusOf: Record<ErrorCode, number> = {
  'not-found': status.noSuchFile,
  forbidden: status.permissionDenied,
  'not-signed-in': status.permissionDenied,
  'step-up-needed': status.permissionDenied,
  'invalid-input': status.failure,
  'invalid-name': status.failure,
  conflict: status.failure,
  'changed-meanwhile': status.failure,
  'already-exists': status.failure,
  closed: status.permissionDenied,
  'not-resumable': status.failure,
  'read-only': status.permissionDenied,
  unsupported: status.opUnsupported,
  'too-large': status.failure,
  'too-many-requests': status.failure,
  unavailable: status.failure,
  'storage-failed': status.failure,
  'integrity-failed': status.failure,
  internal: status.failure,
};

/** Both languages in one message: the protocol does not say which the reader knows. */
function bothLanguages(detail: Sentence): string {
  return `${detail.nb} / ${detail.en}`;
}

/** The reply to a failed request; what is not an AppError shows nothing of itself. */
export function failureReply(id: number, thrown: unknown): Reply {
  const error: AppError = toAppError(thrown);
  return statusReply(id, statusOf[error.code], bothLanguages(error.detail));
}
