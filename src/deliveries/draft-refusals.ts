/** Why an upload into a draft cannot go on, in sentences. */
import { AppError } from '../platform/errors.ts';

export function overtaken(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet er publisert eller slettet, eller filen er sendt på nytt imens. Se hva som ligger i drafts.',
    en: 'The draft was published or removed, or the file was sent again meanwhile. Look at what is in drafts.',
  });
}

export function rewritten(): AppError {
  return new AppError('unsupported', {
    nb: 'En del av filen som allerede er kommet, kan ikke skrives om. Send filen på nytt fra begynnelsen.',
    en: 'A part of the file that has arrived cannot be written over. Send the file again from the beginning.',
  });
}

export function complete(): AppError {
  return new AppError('not-resumable', {
    nb: 'Filen er allerede mottatt i sin helhet. Send den på nytt fra begynnelsen hvis den er endret.',
    en: 'The file has already been received in full. Send it again from the beginning if it has changed.',
  });
}

export function notResumable(): AppError {
  return new AppError('not-resumable', {
    nb: 'Overføringen kan ikke fortsette herfra. Se hvor stor filen er nå, og fortsett der, eller send den på nytt.',
    en: 'The transfer cannot go on from here. Look at the size of the file now and go on there, or send it again.',
  });
}

export function incomplete(): AppError {
  return new AppError('invalid-input', {
    nb: 'Filen kom ikke frem i sin helhet og er ikke tatt inn i utkastet. Fortsett overføringen eller send den på nytt.',
    en: 'The file did not arrive in full and is not in the draft. Go on with the transfer or send it again.',
  });
}
