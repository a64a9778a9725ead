/** Why a file cannot be written on, in sentences that hold for every kind of upload. */
import { AppError } from '../platform/errors.ts';

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

export function rewritten(): AppError {
  return new AppError('unsupported', {
    nb: 'En del av filen som allerede er mottatt, kan ikke skrives om. Send filen på nytt fra begynnelsen.',
    en: 'A part of the file that has arrived cannot be written over. Send the file again from the beginning.',
  });
}

export function stillWritten(): AppError {
  return new AppError('conflict', {
    nb: 'En annen overføring av samme fil er ennå ikke avsluttet. Prøv igjen om et minutt.',
    en: 'Another transfer of the same file has not ended yet. Try again in a minute.',
  });
}
