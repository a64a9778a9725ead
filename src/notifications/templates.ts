/** What the service writes to people, in nb, nn and en. No template takes content of files or identity numbers. */
import type { Temporal } from 'temporal-polyfill';
import { inOneLine } from '../platform/one-line.ts';

export type MailLanguage = 'nb' | 'nn' | 'en';

export interface Message {
  subject: string;
  body: string;
}

const months: Record<MailLanguage, readonly string[]> = {
  nb: [
    'januar',
    'februar',
    'mars',
    'april',
    'mai',
    'juni',
    'juli',
    'august',
    'september',
    'oktober',
    'november',
    'desember',
  ],
  nn: [
    'januar',
    'februar',
    'mars',
    'april',
    'mai',
    'juni',
    'juli',
    'august',
    'september',
    'oktober',
    'november',
    'desember',
  ],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
};

/** `7. desember 2026` or `7 December 2026`. */
export function longDate(date: Temporal.PlainDate, language: MailLanguage): string {
  const month = months[language][date.month - 1] ?? '';
  return language === 'en' ? `${date.day} ${month} ${date.year}` : `${date.day}. ${month} ${date.year}`;
}

/** The date as above, with the time of day in Oslo. */
export function longTime(at: Temporal.ZonedDateTime, language: MailLanguage): string {
  const time = `${String(at.hour).padStart(2, '0')}.${String(at.minute).padStart(2, '0')}`;
  const date = longDate(at.toPlainDate(), language);
  return language === 'en' ? `${date} at ${time.replace('.', ':')}` : `${date} kl. ${time}`;
}

const signature: Record<MailLanguage, string> = {
  nb: 'Hilsen Datasluse\nDette er en automatisk melding.',
  nn: 'Helsing Datasluse\nDette er ei automatisk melding.',
  en: 'Regards, Datasluse\nThis is an automatic message.',
};

/** Greeting, paragraphs, signature. Names and titles in them cannot make a line of their own. */
export function letter(language: MailLanguage, name: string, paragraphs: readonly string[]): string {
  const greeting = { nb: `Hei ${name}`, nn: `Hei ${name}`, en: `Dear ${name}` }[language];
  const written = [`${greeting},`, ...paragraphs].map(inOneLine);
  return [...written, signature[language]].join('\n\n') + '\n';
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

export interface DeliveryFacts {
  name: string;
  projectId: string;
  title: string;
  folder: string;
  files: number;
  closesAt: Temporal.ZonedDateTime;
}

export function deliveryOpened(language: MailLanguage, facts: DeliveryFacts): Message {
  const until = longTime(facts.closesAt, language);
  const path = `/${facts.projectId}/deliveries/${facts.folder}`;
  const texts: Record<MailLanguage, Message> = {
    nb: {
      subject: `${facts.projectId}: en leveranse er klar til nedlasting`,
      body: letter('nb', facts.name, [
        `Leveransen «${facts.title}» (${count(facts.files, 'fil', 'filer')}) ligger klar for deg i nedlastingsområdet ${path}.`,
        `Last den ned over SFTP innen ${until}. Da stenges området, og leveransen kan ikke hentes lenger.`,
        'Kontroller at sjekksummene i MANIFEST.json stemmer, og at leveransen er den dere bestilte.',
      ]),
    },
    nn: {
      subject: `${facts.projectId}: ein leveranse er klar til nedlasting`,
      body: letter('nn', facts.name, [
        `Leveransen «${facts.title}» (${count(facts.files, 'fil', 'filer')}) ligg klar for deg i nedlastingsområdet ${path}.`,
        `Last han ned over SFTP innan ${until}. Då blir området stengt, og leveransen kan ikkje hentast lenger.`,
        'Kontroller at sjekksummane i MANIFEST.json stemmer, og at leveransen er den de bestilte.',
      ]),
    },
    en: {
      subject: `${facts.projectId}: a delivery is ready for download`,
      body: letter('en', facts.name, [
        `The delivery "${facts.title}" (${count(facts.files, 'file', 'files')}) is ready for you in the download area ${path}.`,
        `Download it over SFTP by ${until}. The area then closes, and the delivery can no longer be fetched.`,
        'Check that the checksums in MANIFEST.json match and that the delivery is what you ordered.',
      ]),
    },
  };
  return texts[language];
}

export function deliveryClosing(language: MailLanguage, facts: DeliveryFacts): Message {
  const until = longTime(facts.closesAt, language);
  const path = `/${facts.projectId}/deliveries/${facts.folder}`;
  const texts: Record<MailLanguage, Message> = {
    nb: {
      subject: `${facts.projectId}: leveransen stenges snart, og du har ikke hentet den`,
      body: letter('nb', facts.name, [
        `Leveransen «${facts.title}» i ${path} er ikke hentet i sin helhet av deg.`,
        `Området stenges ${until}. Trenger du mer tid, så svar til saksbehandleren din før det.`,
      ]),
    },
    nn: {
      subject: `${facts.projectId}: leveransen blir snart stengd, og du har ikkje henta han`,
      body: letter('nn', facts.name, [
        `Leveransen «${facts.title}» i ${path} er ikkje henta i sin heilskap av deg.`,
        `Området blir stengt ${until}. Treng du meir tid, så svar til saksbehandlaren din før det.`,
      ]),
    },
    en: {
      subject: `${facts.projectId}: the delivery closes soon, and you have not fetched it`,
      body: letter('en', facts.name, [
        `The delivery "${facts.title}" in ${path} has not been fetched in full by you.`,
        `The area closes on ${until}. If you need more time, tell your case officer before then.`,
      ]),
    },
  };
  return texts[language];
}

export interface DeletionFacts {
  name: string;
  projectId: string;
  title: string;
  deleteBy: Temporal.PlainDate;
  /** Days until the deadline; negative when it has passed. */
  daysLeft: number;
}

/** The reminder to those who hold the data; on and after the deadline the words sharpen. */
export function deletionReminder(language: MailLanguage, facts: DeletionFacts): Message {
  const by = longDate(facts.deleteBy, language);
  const late = -facts.daysLeft;
  const project = `${facts.projectId} («${facts.title}»)`;
  if (facts.daysLeft < 0) {
    return {
      nb: {
        subject: `${facts.projectId}: slettefristen er passert med ${late} ${late === 1 ? 'dag' : 'dager'}`,
        body: letter('nb', facts.name, [
          `Dataene i prosjekt ${project} skulle vært slettet innen ${by}. Vi har ikke mottatt bekreftelse.`,
          'Slett alle kopier nå, og send den signerte slettebekreftelsen. Saksbehandleren er varslet.',
        ]),
      },
      nn: {
        subject: `${facts.projectId}: slettefristen er passert med ${late} ${late === 1 ? 'dag' : 'dagar'}`,
        body: letter('nn', facts.name, [
          `Dataa i prosjekt ${project} skulle vore sletta innan ${by}. Vi har ikkje fått stadfesting.`,
          'Slett alle kopiar no, og send den signerte slettestadfestinga. Saksbehandlaren er varsla.',
        ]),
      },
      en: {
        subject: `${facts.projectId}: the deletion deadline passed ${late} ${late === 1 ? 'day' : 'days'} ago`,
        body: letter('en', facts.name, [
          `The data of project ${facts.projectId} ("${facts.title}") were to be deleted by ${by}. We have no confirmation.`,
          'Delete every copy now and return the signed deletion confirmation. The case officer has been told.',
        ]),
      },
    }[language];
  }
  const today = facts.daysLeft === 0;
  return {
    nb: {
      subject: today
        ? `${facts.projectId}: dataene skal slettes i dag`
        : `${facts.projectId}: dataene skal slettes om ${facts.daysLeft} dager`,
      body: letter('nb', facts.name, [
        `Etter avtalen skal dataene i prosjekt ${project} være slettet innen ${by}.`,
        'Slett alle kopier, også sikkerhetskopier, og send den signerte slettebekreftelsen.',
        'Trenger prosjektet lengre tid, må dere sende endringsmelding før fristen.',
      ]),
    },
    nn: {
      subject: today
        ? `${facts.projectId}: dataa skal slettast i dag`
        : `${facts.projectId}: dataa skal slettast om ${facts.daysLeft} dagar`,
      body: letter('nn', facts.name, [
        `Etter avtalen skal dataa i prosjekt ${project} vere sletta innan ${by}.`,
        'Slett alle kopiar, også sikkerheitskopiar, og send den signerte slettestadfestinga.',
        'Treng prosjektet lengre tid, må de sende endringsmelding før fristen.',
      ]),
    },
    en: {
      subject: today
        ? `${facts.projectId}: the data are to be deleted today`
        : `${facts.projectId}: the data are to be deleted in ${facts.daysLeft} days`,
      body: letter('en', facts.name, [
        `Under the agreement the data of project ${facts.projectId} ("${facts.title}") are to be deleted by ${by}.`,
        'Delete every copy, backups too, and return the signed deletion confirmation.',
        'If the project needs more time, send a project change form before the deadline.',
      ]),
    },
  }[language];
}

/** The escalation to the case officer. */
export function deletionOverdue(language: MailLanguage, facts: DeletionFacts): Message {
  const by = longDate(facts.deleteBy, language);
  const late = -facts.daysLeft;
  return {
    nb: {
      subject: `Til oppfølging: ${facts.projectId} er ${late} ${late === 1 ? 'dag' : 'dager'} over slettefristen`,
      body: letter('nb', facts.name, [
        `Prosjekt ${facts.projectId} («${facts.title}») skulle ha bekreftet sletting innen ${by}. Deltakerne er purret.`,
        `Når bekreftelsen er kommet: datasluse project confirm-deletion ${facts.projectId}`,
      ]),
    },
    nn: {
      subject: `Til oppfølging: ${facts.projectId} er ${late} ${late === 1 ? 'dag' : 'dagar'} over slettefristen`,
      body: letter('nn', facts.name, [
        `Prosjekt ${facts.projectId} («${facts.title}») skulle ha stadfesta sletting innan ${by}. Deltakarane er purra.`,
        `Når stadfestinga er komen: datasluse project confirm-deletion ${facts.projectId}`,
      ]),
    },
    en: {
      subject: `To follow up: ${facts.projectId} is ${late} ${late === 1 ? 'day' : 'days'} past the deletion deadline`,
      body: letter('en', facts.name, [
        `Project ${facts.projectId} ("${facts.title}") was to confirm deletion by ${by}. The participants have been reminded.`,
        `When the confirmation has come: datasluse project confirm-deletion ${facts.projectId}`,
      ]),
    },
  }[language];
}
