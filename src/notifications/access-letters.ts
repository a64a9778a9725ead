/** What the service writes when access ends or changes, in nb, nn and en. `reason` is what staff gave, as they wrote it. */
import type { Temporal } from 'temporal-polyfill';
import { letter, longTime, type MailLanguage, type Message } from './templates.ts';

const ask: Record<MailLanguage, string> = {
  nb: 'Kontakt saksbehandleren hvis dette er uventet.',
  nn: 'Kontakt saksbehandlaren dersom dette er uventa.',
  en: 'Contact the case officer if this is unexpected.',
};

const because: Record<MailLanguage, (reason: string) => string> = {
  nb: (reason) => `Begrunnelse: ${reason}`,
  nn: (reason) => `Grunngiving: ${reason}`,
  en: (reason) => `Reason: ${reason}`,
};

function message(
  language: MailLanguage,
  name: string,
  text: Record<MailLanguage, { subject: string; body: readonly string[] }>,
): Message {
  const { subject, body } = text[language];
  return { subject, body: letter(language, name, body) };
}

export function keyRevoked(
  language: MailLanguage,
  facts: { name: string; fingerprint: string; reason: string },
): Message {
  const { name, fingerprint, reason } = facts;
  return message(language, name, {
    nb: {
      subject: 'En av nøklene dine er trukket tilbake',
      body: [`SSH-nøkkelen ${fingerprint} kan ikke lenger brukes.`, because.nb(reason), ask.nb],
    },
    nn: {
      subject: 'Ein av nøklane dine er trekt tilbake',
      body: [`SSH-nøkkelen ${fingerprint} kan ikkje lenger brukast.`, because.nn(reason), ask.nn],
    },
    en: {
      subject: 'One of your keys has been revoked',
      body: [`The SSH key ${fingerprint} can no longer be used.`, because.en(reason), ask.en],
    },
  });
}

const roleNames: Record<MailLanguage, Record<string, string>> = {
  nb: {
    researcher: 'forsker',
    supplier: 'dataleverandør',
    producer: 'dataprodusent',
    officer: 'saksbehandler',
    auditor: 'revisor',
  },
  nn: {
    researcher: 'forskar',
    supplier: 'dataleverandør',
    producer: 'dataprodusent',
    officer: 'saksbehandlar',
    auditor: 'revisor',
  },
  en: {
    researcher: 'researcher',
    supplier: 'data supplier',
    producer: 'data producer',
    officer: 'case officer',
    auditor: 'auditor',
  },
};

/** Without a project: the role held for every project. */
export function roleEnded(
  language: MailLanguage,
  facts: { name: string; projectId: string | undefined; role: string; reason: string },
): Message {
  const { name, projectId, reason } = facts;
  const role = roleNames[language][facts.role] ?? facts.role;
  const where = {
    nb: projectId === undefined ? 'i alle prosjekter' : `i prosjekt ${projectId}`,
    nn: projectId === undefined ? 'i alle prosjekt' : `i prosjekt ${projectId}`,
    en: projectId === undefined ? 'in every project' : `in project ${projectId}`,
  };
  return message(language, name, {
    nb: {
      subject: `${projectId ?? 'Datasluse'}: tilgangen din er avsluttet`,
      body: [`Tilgangen din som ${role} ${where.nb} er avsluttet.`, because.nb(reason), ask.nb],
    },
    nn: {
      subject: `${projectId ?? 'Datasluse'}: tilgangen din er avslutta`,
      body: [`Tilgangen din som ${role} ${where.nn} er avslutta.`, because.nn(reason), ask.nn],
    },
    en: {
      subject: `${projectId ?? 'Datasluse'}: your access has ended`,
      body: [`Your access as ${role} ${where.en} has ended.`, because.en(reason), ask.en],
    },
  });
}

export interface ChangedDelivery {
  name: string;
  projectId: string;
  title: string;
  folder: string;
  reason: string;
}

export function deliveryWithdrawn(language: MailLanguage, facts: ChangedDelivery): Message {
  const { name, projectId, title, folder, reason } = facts;
  const path = `/${projectId}/deliveries/${folder}`;
  return message(language, name, {
    nb: {
      subject: `${projectId}: en leveranse er trukket tilbake`,
      body: [
        `Leveransen «${title}» i ${path} er trukket tilbake og kan ikke lastes ned lenger.`,
        because.nb(reason),
        'Har du allerede lastet ned noe av den, så ikke bruk det før du har snakket med saksbehandleren.',
      ],
    },
    nn: {
      subject: `${projectId}: ein leveranse er trekt tilbake`,
      body: [
        `Leveransen «${title}» i ${path} er trekt tilbake og kan ikkje lastast ned lenger.`,
        because.nn(reason),
        'Har du alt lasta ned noko av han, så ikkje bruk det før du har snakka med saksbehandlaren.',
      ],
    },
    en: {
      subject: `${projectId}: a delivery has been withdrawn`,
      body: [
        `The delivery "${title}" in ${path} has been withdrawn and can no longer be downloaded.`,
        because.en(reason),
        'If you have already downloaded any of it, do not use it before you have talked to the case officer.',
      ],
    },
  });
}

export function deliveryExtended(
  language: MailLanguage,
  facts: ChangedDelivery & { closesAt: Temporal.ZonedDateTime },
): Message {
  const { name, projectId, title, folder, reason } = facts;
  const path = `/${projectId}/deliveries/${folder}`;
  const until = longTime(facts.closesAt, language);
  return message(language, name, {
    nb: {
      subject: `${projectId}: fristen for en leveranse er forlenget`,
      body: [`Leveransen «${title}» i ${path} kan nå lastes ned til ${until}.`, because.nb(reason)],
    },
    nn: {
      subject: `${projectId}: fristen for ein leveranse er forlengd`,
      body: [`Leveransen «${title}» i ${path} kan no lastast ned til ${until}.`, because.nn(reason)],
    },
    en: {
      subject: `${projectId}: a delivery stays open longer`,
      body: [`The delivery "${title}" in ${path} can now be downloaded until ${until}.`, because.en(reason)],
    },
  });
}

export interface ChangedProject {
  name: string;
  projectId: string;
  title: string;
  reason: string;
}

export function projectClosed(language: MailLanguage, facts: ChangedProject): Message {
  const { name, projectId, title, reason } = facts;
  return message(language, name, {
    nb: {
      subject: `${projectId}: prosjektet er stengt`,
      body: [
        `Prosjekt ${projectId} («${title}») er stengt. Filer kan ikke sendes inn eller lastes ned.`,
        because.nb(reason),
        'Slettefristen i avtalen gjelder fortsatt.',
        ask.nb,
      ],
    },
    nn: {
      subject: `${projectId}: prosjektet er stengt`,
      body: [
        `Prosjekt ${projectId} («${title}») er stengt. Filer kan ikkje sendast inn eller lastast ned.`,
        because.nn(reason),
        'Slettefristen i avtalen gjeld framleis.',
        ask.nn,
      ],
    },
    en: {
      subject: `${projectId}: the project is closed`,
      body: [
        `Project ${projectId} ("${title}") is closed. Files can be neither sent nor downloaded.`,
        because.en(reason),
        'The deletion deadline in the agreement still holds.',
        ask.en,
      ],
    },
  });
}

export function projectReopened(language: MailLanguage, facts: ChangedProject): Message {
  const { name, projectId, title, reason } = facts;
  return message(language, name, {
    nb: {
      subject: `${projectId}: prosjektet er åpnet igjen`,
      body: [`Prosjekt ${projectId} («${title}») er åpnet igjen.`, because.nb(reason)],
    },
    nn: {
      subject: `${projectId}: prosjektet er opna att`,
      body: [`Prosjekt ${projectId} («${title}») er opna att.`, because.nn(reason)],
    },
    en: {
      subject: `${projectId}: the project is open again`,
      body: [`Project ${projectId} ("${title}") is open again.`, because.en(reason)],
    },
  });
}

/** Without a project: in every project. */
export interface DownloadStop {
  name: string;
  projectId: string | undefined;
  reason: string;
}

export function downloadsStopped(language: MailLanguage, facts: DownloadStop): Message {
  const { name, projectId, reason } = facts;
  return message(language, name, {
    nb: {
      subject: `${projectId ?? 'Datasluse'}: all nedlasting er stanset`,
      body: [
        `All nedlasting ${projectId === undefined ? 'fra Datasluse' : `i prosjekt ${projectId}`} er stanset inntil videre. Du får beskjed når den åpnes igjen.`,
        because.nb(reason),
      ],
    },
    nn: {
      subject: `${projectId ?? 'Datasluse'}: all nedlasting er stansa`,
      body: [
        `All nedlasting ${projectId === undefined ? 'frå Datasluse' : `i prosjekt ${projectId}`} er stansa inntil vidare. Du får beskjed når ho blir opna att.`,
        because.nn(reason),
      ],
    },
    en: {
      subject: `${projectId ?? 'Datasluse'}: all downloads are stopped`,
      body: [
        `All downloads ${projectId === undefined ? 'from Datasluse' : `in project ${projectId}`} are stopped until further notice. You will be told when they are open again.`,
        because.en(reason),
      ],
    },
  });
}

export function downloadsResumed(language: MailLanguage, facts: Omit<DownloadStop, 'reason'>): Message {
  const { name, projectId } = facts;
  return message(language, name, {
    nb: {
      subject: `${projectId ?? 'Datasluse'}: nedlasting er åpnet igjen`,
      body: [
        `Stansen i nedlasting ${projectId === undefined ? 'fra Datasluse' : `i prosjekt ${projectId}`} er opphevet.`,
        'Fristene for leveransene er ikke endret. Trenger du mer tid, så svar til saksbehandleren.',
      ],
    },
    nn: {
      subject: `${projectId ?? 'Datasluse'}: nedlasting er opna att`,
      body: [
        `Stansen i nedlasting ${projectId === undefined ? 'frå Datasluse' : `i prosjekt ${projectId}`} er oppheva.`,
        'Fristane for leveransane er ikkje endra. Treng du meir tid, så svar til saksbehandlaren.',
      ],
    },
    en: {
      subject: `${projectId ?? 'Datasluse'}: downloads are open again`,
      body: [
        `The stop of downloads ${projectId === undefined ? 'from Datasluse' : `in project ${projectId}`} is lifted.`,
        'The deadlines of the deliveries have not changed. If you need more time, tell your case officer.',
      ],
    },
  });
}
