/** Why an upload into a draft cannot go on, in sentences. */
import { AppError } from '../platform/errors.ts';

export function overtaken(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet er publisert eller slettet, eller filen er sendt på nytt imens. Se hva som ligger i drafts.',
    en: 'The draft was published or removed, or the file was sent again meanwhile. Look at what is in drafts.',
  });
}

export function incomplete(): AppError {
  return new AppError('invalid-input', {
    nb: 'Filen kom ikke frem i sin helhet og er ikke tatt inn i utkastet. Fortsett overføringen eller send den på nytt.',
    en: 'The file did not arrive in full and is not in the draft. Go on with the transfer or send it again.',
  });
}

export function otherContent(): AppError {
  return new AppError('invalid-input', {
    nb: 'Innholdet stemmer ikke med sjekksummen som fulgte med. Filen er ikke tatt inn i utkastet. Send den på nytt.',
    en: 'The content does not match the digest that came with it. The file is not in the draft. Send it again.',
  });
}
