/** What storage says when the medium fails, or when what it holds is not what was sealed. */
import { AppError, type Sentence } from '../platform/errors.ts';

const full: Sentence = {
  nb: 'Lageret hos oss er fullt. Det som ikke er kvittert for, er ikke mottatt; prøv igjen når vi har ryddet plass.',
  en: 'Our storage is full. What has not been acknowledged has not been received; try again when we have made room.',
};
const readOnly: Sentence = {
  nb: 'Lageret hos oss kan ikke skrives til nå. Det som ikke er kvittert for, er ikke mottatt.',
  en: 'Our storage cannot be written to now. What has not been acknowledged has not been received.',
};
const failing: Sentence = {
  nb: 'Lageret hos oss svarer med feil. Det som ikke er kvittert for, er ikke mottatt; driften må se på det.',
  en: 'Our storage answers with errors. What has not been acknowledged has not been received; operations must look at it.',
};
const missing: Sentence = { nb: 'Objektet finnes ikke i lageret.', en: 'The object is not in the store.' };
const taken: Sentence = {
  nb: 'Det finnes alt et objekt med dette navnet i lageret.',
  en: 'An object of this name is already in the store.',
};

/** An error of the file system as ours. The cause keeps the errno; the sentence names no path. */
export function toStorageError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  switch (errnoOf(thrown)) {
    case 'ENOENT':
      return new AppError('not-found', missing, { cause: thrown });
    case 'EEXIST':
      return new AppError('already-exists', taken, { cause: thrown });
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('storage-failed', full, { cause: thrown });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError('storage-failed', readOnly, { cause: thrown });
    default:
      return new AppError('storage-failed', failing, { cause: thrown });
  }
}

/** The medium answers with what cannot be, such as a store whose own folder is gone. */
export function mediumFailed(cause: unknown): AppError {
  return new AppError('storage-failed', failing, { cause });
}

/** `ENOENT` and the like, or undefined. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Something stored is not what was sealed. Alarm on this code: it is never the user's doing. */
export function integrityFailed(cause?: unknown): AppError {
  return new AppError(
    'integrity-failed',
    {
      nb: 'Filen i lageret er ikke slik den ble forseglet. Ingenting av det gale er gitt ut; driften må se på det.',
      en: 'The file in the store is not as it was sealed. Nothing of what is wrong was given out; operations must look at it.',
    },
    { cause },
  );
}
