/** Why a draft cannot be changed, or an upload into it cannot go on, in sentences. */
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

export function noDraft(): AppError {
  return new AppError('not-found', {
    nb: 'Fant ikke utkastet. Lag det først, med mkdir i mappen drafts.',
    en: 'There is no such draft. Make it first, with mkdir in the folder drafts.',
  });
}

export function taken(): AppError {
  return new AppError('already-exists', {
    nb: 'Det finnes allerede noe med det navnet.',
    en: 'There already is something of that name.',
  });
}

export function submitted(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet venter på godkjenning og kan ikke endres. Ta det tilbake eller send det i retur først.',
    en: 'The draft waits for approval and cannot be changed. Take it back or return it first.',
  });
}

export function draftGone(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet er nettopp publisert eller slettet av en annen.',
    en: 'The draft has just been published or removed by someone else.',
  });
}

export function stillArriving(name: string): AppError {
  return new AppError('conflict', {
    nb: `Filen ${name} i utkastet er ikke kommet helt frem. Vent, eller slett den.`,
    en: `The file ${name} in the draft has not arrived in full. Wait, or delete it.`,
  });
}
