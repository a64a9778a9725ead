/** What the service writes to staff about drafts that wait for a second person. */
import { letter, type MailLanguage, type Message } from './templates.ts';

export interface SubmittedFacts {
  name: string;
  projectId: string;
  draft: string;
  title: string;
  files: number;
  /** Files that the outgoing check found faults in, or could not read. */
  doubtful: number;
}

function files(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** To everybody who may approve it. */
export function draftSubmitted(language: MailLanguage, facts: SubmittedFacts): Message {
  const { name, projectId, draft, title, doubtful } = facts;
  const texts: Record<MailLanguage, Message> = {
    nb: {
      subject: `${projectId}: et utkast venter på godkjenning`,
      body: letter('nb', name, [
        `Utkastet «${draft}» (${files(facts.files, 'fil', 'filer')}) er sendt til godkjenning som leveransen «${title}». Det kan ikke endres før det er svart på.`,
        doubtful === 0
          ? 'Kontrollen fant ikke feil i filene.'
          : `Kontrollen fant feil i, eller kunne ikke lese, ${files(doubtful, 'fil', 'filer')}. Begrunnelsen for å levere likevel står ved utkastet.`,
        'Se på filene og kontrollrapportene på nettsiden. Godkjenner du, publiseres leveransen med en gang; ellers sender du utkastet i retur med en begrunnelse.',
      ]),
    },
    nn: {
      subject: `${projectId}: eit utkast ventar på godkjenning`,
      body: letter('nn', name, [
        `Utkastet «${draft}» (${files(facts.files, 'fil', 'filer')}) er sendt til godkjenning som leveransen «${title}». Det kan ikkje endrast før det er svart på.`,
        doubtful === 0
          ? 'Kontrollen fann ikkje feil i filene.'
          : `Kontrollen fann feil i, eller kunne ikkje lese, ${files(doubtful, 'fil', 'filer')}. Grunngjevinga for å levere likevel står ved utkastet.`,
        'Sjå på filene og kontrollrapportane på nettsida. Godkjenner du, blir leveransen publisert med ein gong; elles sender du utkastet i retur med ei grunngjeving.',
      ]),
    },
    en: {
      subject: `${projectId}: a draft waits for approval`,
      body: letter('en', name, [
        `The draft "${draft}" (${files(facts.files, 'file', 'files')}) has been submitted for approval as the delivery "${title}". It cannot be changed until it is answered.`,
        doubtful === 0
          ? 'The check found no faults in the files.'
          : `The check found faults in, or could not read, ${files(doubtful, 'file', 'files')}. The reason for delivering all the same stands with the draft.`,
        'Look at the files and their reports on the web page. If you approve, the delivery is published at once; otherwise return the draft with a reason.',
      ]),
    },
  };
  return texts[language];
}

export interface ReturnedFacts {
  name: string;
  projectId: string;
  draft: string;
  title: string;
  reason: string;
}

/** To whoever submitted it. */
export function draftReturned(language: MailLanguage, facts: ReturnedFacts): Message {
  const { name, projectId, draft, title, reason } = facts;
  const texts: Record<MailLanguage, Message> = {
    nb: {
      subject: `${projectId}: et utkast er sendt i retur`,
      body: letter('nb', name, [
        `Utkastet «${draft}», som du sendte til godkjenning som «${title}», er ikke godkjent.`,
        `Begrunnelse: ${reason}`,
        'Utkastet kan endres igjen. Rett det, og send det til godkjenning på nytt.',
      ]),
    },
    nn: {
      subject: `${projectId}: eit utkast er sendt i retur`,
      body: letter('nn', name, [
        `Utkastet «${draft}», som du sende til godkjenning som «${title}», er ikkje godkjent.`,
        `Grunngjeving: ${reason}`,
        'Utkastet kan endrast igjen. Rett det, og send det til godkjenning på nytt.',
      ]),
    },
    en: {
      subject: `${projectId}: a draft has been returned`,
      body: letter('en', name, [
        `The draft "${draft}", which you submitted for approval as "${title}", has not been approved.`,
        `Reason: ${reason}`,
        'The draft can be changed again. Mend it, and submit it anew.',
      ]),
    },
  };
  return texts[language];
}
