/** Why a draft cannot be submitted, approved, returned or taken back, in sentences. */
import { AppError } from '../platform/errors.ts';

export function approvalNotAsked(): AppError {
  return new AppError('conflict', {
    nb: 'Denne tjenesten krever ikke godkjenning fra en annen. Publiser utkastet i stedet.',
    en: 'This service asks for no approval by a second person. Publish the draft instead.',
  });
}

export function checkUnderWay(name: string): AppError {
  return new AppError('conflict', {
    nb: `Kontrollen av ${name} er ikke ferdig. Vent til den er det, og send utkastet til godkjenning da.`,
    en: `The check of ${name} is still under way. Wait until it has ended, and submit the draft then.`,
  });
}

const namedFiles = 5;

export function reasonWanted(names: readonly string[]): AppError {
  const shown = names.slice(0, namedFiles).join(', ') + (names.length > namedFiles ? ' …' : '');
  return new AppError('invalid-input', {
    nb: `Kontrollen fant feil i, eller kunne ikke lese: ${shown}. Rett filene, eller oppgi en begrunnelse for å levere dem slik; den som godkjenner, får se den.`,
    en: `The check found faults in, or could not read: ${shown}. Mend the files, or give a reason for delivering them as they are; whoever approves will see it.`,
  });
}

export function notSubmitted(): AppError {
  return new AppError('conflict', {
    nb: 'Utkastet venter ikke på godkjenning. Kanskje er det nettopp tatt tilbake eller sendt i retur.',
    en: 'The draft does not wait for approval. It may just have been taken back or returned.',
  });
}

export function submittedAnew(): AppError {
  return new AppError('changed-meanwhile', {
    nb: 'Utkastet er sendt til godkjenning på nytt siden du så det. Se på det som ligger der nå.',
    en: 'The draft has been submitted anew since you looked at it. Look at what is there now.',
  });
}

export function ownSubmission(): AppError {
  return new AppError('forbidden', {
    nb: 'Du har selv sendt utkastet til godkjenning. En annen må godkjenne det; du kan ta det tilbake.',
    en: 'You submitted the draft yourself. Somebody else has to approve it; you can take it back.',
  });
}

export function wroteFileOfIt(): AppError {
  return new AppError('forbidden', {
    nb: 'Du har selv lagt en fil i utkastet. En som ikke har gjort det, må godkjenne det.',
    en: 'You put a file into the draft yourself. Somebody who has not has to approve it.',
  });
}

export function notSecond(): AppError {
  return new AppError('forbidden', {
    nb: 'Utkastet ble sendt til godkjenning fra kommandolinjen. En person med tilgang i prosjektet må godkjenne det.',
    en: 'The draft was submitted on the command line. A person with access to the project has to approve it.',
  });
}

export function notSubmitter(): AppError {
  return new AppError('forbidden', {
    nb: 'Bare den som sendte utkastet til godkjenning, kan ta det tilbake. Andre kan sende det i retur med en begrunnelse.',
    en: 'Only whoever submitted the draft can take it back. Others can return it with a reason.',
  });
}

export function contentChanged(): AppError {
  return new AppError('integrity-failed', {
    nb: 'Innholdet i utkastet er ikke det som ble sendt til godkjenning, og er ikke publisert. Send det i retur og meld fra til driften.',
    en: 'The content of the draft is not what was submitted, and has not been published. Return it and tell operations.',
  });
}
