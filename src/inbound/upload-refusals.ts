/** Why an upload cannot go on, in sentences. */
import { AppError } from '../platform/errors.ts';

export function gone(): AppError {
  return new AppError('conflict', {
    nb: 'Overføringen er avbrutt, eller den er overtatt av en ny overføring av samme fil.',
    en: 'The transfer was broken off, or a newer transfer of the same file took over.',
  });
}

export function incomplete(): AppError {
  return new AppError('invalid-input', {
    nb: 'Filen kom ikke frem i sin helhet og er ikke mottatt. Fortsett overføringen eller send den på nytt.',
    en: 'The file did not arrive in full and is not received. Resume the transfer or send it again.',
  });
}

export function otherContent(): AppError {
  return new AppError('invalid-input', {
    nb: 'Innholdet stemmer ikke med sjekksummen som fulgte med. Filen er ikke mottatt. Send den på nytt.',
    en: 'The content does not match the digest that came with it. The file is not received. Send it again.',
  });
}
