/** What the service writes of ways in: an invitation to link an identity, and every new way in somebody gets. */
import type { Temporal } from 'temporal-polyfill';
import { letter, longTime, type MailLanguage, type Message } from './templates.ts';

function message(
  language: MailLanguage,
  name: string,
  text: Record<MailLanguage, { subject: string; body: readonly string[] }>,
): Message {
  const { subject, body } = text[language];
  return { subject, body: letter(language, name, body) };
}

const unexpected: Record<MailLanguage, string> = {
  nb: 'Var det ikke deg, så kontakt saksbehandleren med en gang.',
  nn: 'Var det ikkje deg, så kontakt saksbehandlaren med ein gong.',
  en: 'If this was not you, contact the case officer at once.',
};

export function invitation(
  language: MailLanguage,
  facts: { name: string; link: string; until: Temporal.ZonedDateTime },
): Message {
  const { name, link } = facts;
  const until = longTime(facts.until, language);
  return message(language, name, {
    nb: {
      subject: 'Logg inn i Datasluse for første gang',
      body: [
        'Åpne lenken under og logg inn. Da knyttes innloggingen din til brukeren din i Datasluse.',
        link,
        `Lenken virker én gang, til ${until}. Den er bare for deg: ikke send den videre.`,
      ],
    },
    nn: {
      subject: 'Logg inn i Datasluse for første gong',
      body: [
        'Opne lenkja under og logg inn. Då blir innlogginga di knytt til brukaren din i Datasluse.',
        link,
        `Lenkja verkar éin gong, til ${until}. Ho er berre for deg: ikkje send ho vidare.`,
      ],
    },
    en: {
      subject: 'Sign in to Datasluse for the first time',
      body: [
        'Open the link below and sign in. That ties your sign-in to your user in Datasluse.',
        link,
        `The link works once, until ${until}. It is for you alone: do not pass it on.`,
      ],
    },
  });
}

export function identityLinked(language: MailLanguage, facts: { name: string; provider: string }): Message {
  const { name, provider } = facts;
  return message(language, name, {
    nb: {
      subject: 'En innlogging er knyttet til brukeren din',
      body: [`Du kan nå logge inn i Datasluse med ${provider}.`, unexpected.nb],
    },
    nn: {
      subject: 'Ei innlogging er knytt til brukaren din',
      body: [`Du kan no logge inn i Datasluse med ${provider}.`, unexpected.nn],
    },
    en: {
      subject: 'A way to sign in has been tied to your user',
      body: [`You can now sign in to Datasluse with ${provider}.`, unexpected.en],
    },
  });
}

export function tokenMade(language: MailLanguage, facts: { name: string; token: string }): Message {
  const { name, token } = facts;
  return message(language, name, {
    nb: {
      subject: 'Du har fått et nytt token',
      body: [`Det er laget et token, «${token}», som gir tilgang til Datasluse i ditt navn.`, unexpected.nb],
    },
    nn: {
      subject: 'Du har fått eit nytt token',
      body: [`Det er laga eit token, «${token}», som gjev tilgang til Datasluse i ditt namn.`, unexpected.nn],
    },
    en: {
      subject: 'You have a new token',
      body: [
        `A token, "${token}", has been made that gives access to Datasluse in your name.`,
        unexpected.en,
      ],
    },
  });
}

export function keyAdded(language: MailLanguage, facts: { name: string; fingerprint: string }): Message {
  const { name, fingerprint } = facts;
  return message(language, name, {
    nb: {
      subject: 'Du har fått en ny SSH-nøkkel',
      body: [`SSH-nøkkelen ${fingerprint} gir nå tilgang til Datasluse i ditt navn.`, unexpected.nb],
    },
    nn: {
      subject: 'Du har fått ein ny SSH-nøkkel',
      body: [`SSH-nøkkelen ${fingerprint} gjev no tilgang til Datasluse i ditt namn.`, unexpected.nn],
    },
    en: {
      subject: 'You have a new SSH key',
      body: [`The SSH key ${fingerprint} now gives access to Datasluse in your name.`, unexpected.en],
    },
  });
}
