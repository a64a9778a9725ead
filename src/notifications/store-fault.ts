/** The letter that tells an officer that something in the store is not as it was sealed, in nb, nn and en. */
import { letter, type MailLanguage, type Message } from './templates.ts';

export type StoreFaultKind =
  | 'body-missing'
  | 'body-differs'
  | 'keys-missing'
  | 'keys-differ'
  | 'no-seal'
  | 'orphan';

const what: Record<StoreFaultKind, Record<MailLanguage, string>> = {
  'body-missing': {
    nb: 'Innholdet er borte fra lageret.',
    nn: 'Innhaldet er borte frå lageret.',
    en: 'The content is gone from the store.',
  },
  'body-differs': {
    nb: 'Innholdet i lageret er ikke slik det ble forseglet.',
    nn: 'Innhaldet i lageret er ikkje slik det vart forsegla.',
    en: 'The content in the store is not as it was sealed.',
  },
  'keys-missing': {
    nb: 'Nøklene til innholdet er borte.',
    nn: 'Nøklane til innhaldet er borte.',
    en: 'The keys to the content are gone.',
  },
  'keys-differ': {
    nb: 'En nøkkel til innholdet lar seg ikke åpne, eller er ikke den som forseglet det.',
    nn: 'Ein nøkkel til innhaldet lèt seg ikkje opne, eller er ikkje den som forsegla det.',
    en: 'A key to the content does not open, or is not the one that sealed it.',
  },
  'no-seal': {
    nb: 'Forseglingen i databasen er ikke lesbar.',
    nn: 'Forseglinga i databasen er ikkje lesbar.',
    en: 'The seal in the database cannot be read.',
  },
  orphan: {
    nb: 'I lageret ligger det innhold som databasen ikke kjenner. Kan hende er en eldre database lagt tilbake.',
    nn: 'I lageret ligg det innhald som databasen ikkje kjenner. Kan hende er ein eldre database lagd tilbake.',
    en: 'The store holds content that the database does not know. Perhaps an older database was restored.',
  },
};

export function storeFault(
  language: MailLanguage,
  facts: { name: string; kind: StoreFaultKind; body: string; projectId: string | undefined },
): Message {
  const { name, kind, body, projectId } = facts;
  const of = projectId === undefined ? '' : `${projectId}: `;
  const texts: Record<MailLanguage, Message> = {
    nb: {
      subject: `${of}feil i lageret`,
      body: letter('nb', name, [
        what[kind].nb,
        `Objektet heter ${body}. Ingenting galt er gitt ut, og filen kan ikke hentes før feilen er rettet.`,
        'Driften må hente objektet fra sikkerhetskopien og deretter kjøre datasluse store verify --restart. Finnes ingen kopi, må avsenderen sende filen på nytt.',
      ]),
    },
    nn: {
      subject: `${of}feil i lageret`,
      body: letter('nn', name, [
        what[kind].nn,
        `Objektet heiter ${body}. Ingenting gale er gitt ut, og fila kan ikkje hentast før feilen er retta.`,
        'Drifta må hente objektet frå tryggingskopien og deretter køyre datasluse store verify --restart. Finst det ingen kopi, må avsendaren sende fila på nytt.',
      ]),
    },
    en: {
      subject: `${of}a fault in the store`,
      body: letter('en', name, [
        what[kind].en,
        `The object is called ${body}. Nothing wrong was given out, and the file cannot be fetched before the fault is mended.`,
        'Operations must fetch the object from the backup and then run datasluse store verify --restart. If there is no copy, the sender must send the file again.',
      ]),
    },
  };
  return texts[language];
}
