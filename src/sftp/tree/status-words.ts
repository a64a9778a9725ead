/** The words of STATUS.txt in both languages; a missing one does not compile. */

import type { Temporal } from 'temporal-polyfill';
import type { ApprovalRule } from '../../deliveries/approval-rule.ts';
import type { OutgoingResult } from '../../deliveries/draft-store.ts';
import { byteWords } from '../../platform/byte-words.ts';
import { zone } from '../../platform/clock.ts';

type At = Temporal.Instant | Temporal.ZonedDateTime;

export interface StatusWords {
  /** In Oslo, always of the same length. */
  time(at: At): string;
  date(date: Temporal.PlainDate): string;
  bytes(bytes: number): string;
  readonly language: string;
  asOf(at: string): string;
  project(id: string, title: string): string;
  institution(name: string): string;
  deleteBy(date: string): string;
  readonly state: Readonly<Record<'closed' | 'deletion-confirmed', string>>;
  stopped(reason: string): string;
  room(used: string, quota: string): string;
  readonly folders: string;
  readonly folderWords: Readonly<Record<'inbox' | 'accepted' | 'drafts' | 'deliveries', string>>;
  inboxCounts(n: {
    accepted: number;
    rejected: number;
    notChecked: number;
    missing: number;
    arriving: number;
  }): string;
  deliveriesOpen(n: number, nextClose: string | undefined): string;
  draftsOpen(n: number): string;
  readonly expected: string;
  readonly files: string;
  readonly arriving: string;
  readonly nothingCame: string;
  readonly toBeSentBy: (who: string) => string;
  readonly verdict: Readonly<Record<'accepted' | 'rejected' | 'not-checked' | 'missing', string>>;
  version(n: number, at: string, bytes: string, by: string): string;
  stands(version: number): string;
  seeReport(name: string): string;
  readonly notCheckedHelp: string;
  more(n: number): string;
  arrivingLine(bytes: string, whole: string | undefined, since: string, by: string): string;
  checkedSoFar(rows: number, found: boolean): string;
  brokenOff(bytes: string, since: string, by: string): string;
  heldLine(bytes: string, by: string): string;
  readonly sendHelp: readonly string[];
  readonly staffInboxHelp: readonly string[];
  readonly acceptedHelp: readonly string[];
  readonly acceptedTitle: string;
  readonly notAcceptedYet: (names: number) => string;
  readonly none: string;
  delivery(title: string, files: number, bytes: string): string;
  openUntil(at: string): string;
  expiredAt(at: string): string;
  withdrawnAt(at: string, reason: string): string;
  readonly youFetched: string;
  readonly youHaveNotFetched: string;
  notFetchedBy(names: string): string;
  readonly allFetched: string;
  readonly noDeliveries: string;
  readonly staffNoDeliveries: string;
  readonly fetchHelp: readonly string[];
  readonly staffDeliveriesHelp: readonly string[];
  readonly noDrafts: string;
  readonly draftArriving: string;
  readonly emptyDraft: string;
  readonly draftSubmitted: string;
  readonly outgoing: Readonly<Record<OutgoingResult, string>>;
  draftsHelp(projectId: string, approval: ApprovalRule): readonly string[];
}

function parts(at: At): { date: string; time: string; y: string; m: string; d: string } {
  const local = 'toZonedDateTimeISO' in at ? at.toZonedDateTimeISO(zone) : at;
  const two = (n: number): string => String(n).padStart(2, '0');
  const [y, m, d] = [String(local.year), two(local.month), two(local.day)];
  return { date: `${y}-${m}-${d}`, time: `${two(local.hour)}:${two(local.minute)}`, y, m, d };
}

function plural(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** «3 godkjent, 1 avvist»: only what there is. */
function counted(pairs: readonly (readonly [number, string])[], nothing: string): string {
  const some = pairs.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`);
  return some.length === 0 ? nothing : some.join(', ');
}

export const statusWords: Readonly<Record<'nb' | 'en', StatusWords>> = {
  nb: {
    time(at) {
      const { d, m, y, time } = parts(at);
      return `${d}.${m}.${y} kl. ${time.replace(':', '.')}`;
    },
    date: ({ day, month, year }) =>
      `${String(day).padStart(2, '0')}.${String(month).padStart(2, '0')}.${year}`,
    bytes: (bytes) => byteWords(bytes, 'nb'),
    language: 'NORSK (English below)',
    asOf: (at) => `Slik var det ${at}, norsk tid.`,
    project: (id, title) => `Prosjekt ${id}: ${title}`,
    institution: (name) => `Institusjon: ${name}`,
    deleteBy: (date) => `Dataene skal være slettet innen ${date}.`,
    state: {
      closed: 'PROSJEKTET ER STENGT. Filer kan ikke sendes inn eller lastes ned. Kontakt saksbehandleren.',
      'deletion-confirmed': 'PROSJEKTET ER AVSLUTTET: slettingen er bekreftet.',
    },
    stopped: (reason) => `ALL NEDLASTING ER STANSET inntil videre. Begrunnelse: ${reason}`,
    room: (used, quota) => `Plass: ${used} av ${quota} er brukt.`,
    folders: 'Mappene',
    folderWords: {
      inbox: 'filer som sendes inn',
      accepted: 'godkjente filer',
      drafts: 'leveranser som forberedes',
      deliveries: 'leveranser til prosjektet',
    },
    inboxCounts: (n) =>
      counted(
        [
          [n.accepted, 'godkjent'],
          [n.rejected, 'avvist'],
          [n.notChecked, 'mottatt uten kontroll'],
          [n.missing, 'mangler'],
          [n.arriving, 'under overføring'],
        ],
        'ingen filer ennå',
      ),
    deliveriesOpen: (n, next) =>
      n === 0
        ? 'ingen åpne leveranser'
        : `${plural(n, 'åpen leveranse', 'åpne leveranser')}, ${n === 1 ? 'stenges' : 'den første stenges'} ${next ?? ''}`,
    draftsOpen: (n) => (n === 0 ? 'ingen utkast' : `${n} utkast`),
    expected: 'Filene som er ventet',
    files: 'Filer som er kommet',
    arriving: 'Under overføring',
    nothingCame: 'Ingen filer er kommet ennå.',
    toBeSentBy: (who) => `Skal sendes av ${who}.`,
    verdict: {
      accepted: 'GODKJENT',
      rejected: 'AVVIST',
      'not-checked': 'IKKE KONTROLLERT',
      missing: 'MANGLER',
    },
    version: (n, at, bytes, by) => `versjon ${n}, mottatt ${at}, ${bytes}, fra ${by}`,
    stands: (version) => `Versjon ${version}, som er godkjent, gjelder til en ny er godkjent.`,
    seeReport: (name) => `Alt som må rettes, står i ${name}.report.txt. Rett filen, og send den på nytt.`,
    notCheckedHelp:
      'Formatet kontrolleres ikke automatisk. Filen er mottatt, og en saksbehandler ser på den.',
    more: (n) => `… og ${n} til`,
    arrivingLine: (bytes, whole, since, by) =>
      `${bytes}${whole === undefined ? '' : ` av ${whole}`} så langt, begynt ${since}, fra ${by}`,
    checkedSoFar: (rows, found) =>
      `${plural(rows, 'rad', 'rader')} kontrollert så langt; ${found ? 'dette er feil:' : 'ingen feil er funnet.'}`,
    brokenOff: (bytes, since, by) =>
      `avbrutt etter ${bytes}, begynt ${since}, fra ${by}; send den på nytt eller fortsett (reput)`,
    heldLine: (bytes, by) =>
      `${bytes} er kommet helt frem, fra ${by}, men har ennå ikke fått sitt endelige navn`,
    sendHelp: [
      'Slik gjør du: send filen hit med put. Kontrollrapport og kvittering legges ved siden av den.',
      'En avvist fil kan du lese, slette eller sende på nytt. En godkjent fil kan ikke leses tilbake.',
    ],
    staffInboxHelp: [
      'Godkjente filer hentes fra mappen accepted. Lesing av innhold føres i revisjonsloggen.',
    ],
    acceptedTitle: 'Godkjente filer',
    acceptedHelp: [
      'Her ligger den godkjente versjonen av hver fil. Mappen kan bare leses, og lesing føres i revisjonsloggen.',
    ],
    notAcceptedYet: (names) =>
      names === 0
        ? 'Ingen filer venter.'
        : `${plural(names, 'fil', 'filer')} i inbox er ikke godkjent; se STATUS.txt der.`,
    none: 'Ingen.',
    delivery: (title, files, bytes) => `«${title}», ${plural(files, 'fil', 'filer')}, ${bytes}`,
    openUntil: (at) => `Kan lastes ned til ${at}. Da stenges den, og kan ikke hentes lenger.`,
    expiredAt: (at) => `Stengt ${at}: fristen gikk ut. Kontakt saksbehandleren hvis den trengs på nytt.`,
    withdrawnAt: (at, reason) => `Trukket tilbake ${at}. Begrunnelse: ${reason}`,
    youFetched: 'Du har hentet alt.',
    youHaveNotFetched: 'Du har ikke hentet alt ennå.',
    notFetchedBy: (names) => `Ikke hentet i sin helhet av: ${names}`,
    allFetched: 'Hentet av alle mottakerne.',
    noDeliveries: 'Det er ingen leveranser å hente nå. Du får e-post når en leveranse er klar.',
    staffNoDeliveries: 'Det er ingen åpne leveranser, og ingen som er stengt den siste måneden.',
    fetchHelp: ['Kontroller etter nedlastingen at sjekksummene i MANIFEST.json stemmer.'],
    staffDeliveriesHelp: [
      'Innholdet i en leveranse kan bare mottakerne lese. Publiser fra drafts med: datasluse delivery publish',
    ],
    noDrafts: 'Det er ingen utkast. Lag ett med mkdir her, og send filene inn i det.',
    draftArriving: 'under overføring',
    emptyDraft: 'ingen filer ennå',
    draftSubmitted: 'venter på godkjenning og kan ikke endres',
    outgoing: {
      waiting: 'kontrolleres',
      sound: 'kontrollert uten feil',
      faults: 'kontrollen fant feil',
      'not-checked': 'ikke kontrollert',
    },
    draftsHelp: (projectId, approval) =>
      approval === 'none'
        ? [
            'Forskerne ser ikke det som ligger her. Et utkast publiseres med:',
            `  datasluse delivery publish ${projectId} --draft NAVN --title "TITTEL"`,
          ]
        : [
            'Forskerne ser ikke det som ligger her. En annen må godkjenne utkastet. Send det til godkjenning på nettsiden, eller med:',
            `  datasluse draft submit ${projectId} NAVN --title "TITTEL"`,
          ],
  },
  en: {
    time(at) {
      const { date, time } = parts(at);
      return `${date} at ${time}`;
    },
    date: (date) => date.toString(),
    bytes: (bytes) => byteWords(bytes, 'en'),
    language: 'ENGLISH',
    asOf: (at) => `As it was on ${at}, Norwegian time.`,
    project: (id, title) => `Project ${id}: ${title}`,
    institution: (name) => `Institution: ${name}`,
    deleteBy: (date) => `The data are to be deleted by ${date}.`,
    state: {
      closed: 'THE PROJECT IS CLOSED. Files can be neither sent nor downloaded. Contact the case officer.',
      'deletion-confirmed': 'THE PROJECT HAS ENDED: the deletion is confirmed.',
    },
    stopped: (reason) => `ALL DOWNLOADS ARE STOPPED until further notice. Reason: ${reason}`,
    room: (used, quota) => `Room: ${used} of ${quota} is used.`,
    folders: 'The folders',
    folderWords: {
      inbox: 'files that are sent in',
      accepted: 'accepted files',
      drafts: 'deliveries being prepared',
      deliveries: 'deliveries to the project',
    },
    inboxCounts: (n) =>
      counted(
        [
          [n.accepted, 'accepted'],
          [n.rejected, 'rejected'],
          [n.notChecked, 'received without a check'],
          [n.missing, 'missing'],
          [n.arriving, 'on their way'],
        ],
        'no files yet',
      ),
    deliveriesOpen: (n, next) =>
      n === 0
        ? 'no open deliveries'
        : `${plural(n, 'open delivery', 'open deliveries')}, ${n === 1 ? 'closes' : 'the first closes'} on ${next ?? ''}`,
    draftsOpen: (n) => (n === 0 ? 'no drafts' : plural(n, 'draft', 'drafts')),
    expected: 'Files that are expected',
    files: 'Files that have come',
    arriving: 'On their way',
    nothingCame: 'No files have come yet.',
    toBeSentBy: (who) => `To be sent by ${who}.`,
    verdict: {
      accepted: 'ACCEPTED',
      rejected: 'REJECTED',
      'not-checked': 'NOT CHECKED',
      missing: 'MISSING',
    },
    version: (n, at, bytes, by) => `version ${n}, received ${at}, ${bytes}, from ${by}`,
    stands: (version) => `Version ${version}, which is accepted, stands until a new one is accepted.`,
    seeReport: (name) => `All that must be mended is in ${name}.report.txt. Mend the file and send it again.`,
    notCheckedHelp:
      'The format is not checked automatically. The file is received; a case officer looks at it.',
    more: (n) => `… and ${n} more`,
    arrivingLine: (bytes, whole, since, by) =>
      `${bytes}${whole === undefined ? '' : ` of ${whole}`} so far, begun ${since}, from ${by}`,
    checkedSoFar: (rows, found) =>
      `${plural(rows, 'row', 'rows')} checked so far; ${found ? 'this is wrong:' : 'nothing wrong has been found.'}`,
    brokenOff: (bytes, since, by) =>
      `broken off after ${bytes}, begun ${since}, from ${by}; send it again or go on (reput)`,
    heldLine: (bytes, by) =>
      `${bytes} have come in full, from ${by}, but it does not have its final name yet`,
    sendHelp: [
      'What to do: send the file here with put. A report and a receipt are laid beside it.',
      'A rejected file you can read, delete or send again. An accepted file cannot be read back.',
    ],
    staffInboxHelp: [
      'Fetch accepted files from the folder accepted. Reading content stands in the audit log.',
    ],
    acceptedTitle: 'Accepted files',
    acceptedHelp: [
      'Here lies the accepted version of each file. The folder is read-only, and reading stands in the audit log.',
    ],
    notAcceptedYet: (names) =>
      names === 0
        ? 'No files are waiting.'
        : `${plural(names, 'file', 'files')} in inbox ${names === 1 ? 'is' : 'are'} not accepted; see STATUS.txt there.`,
    none: 'None.',
    delivery: (title, files, bytes) => `"${title}", ${plural(files, 'file', 'files')}, ${bytes}`,
    openUntil: (at) => `Can be downloaded until ${at}. Then it closes and can no longer be fetched.`,
    expiredAt: (at) => `Closed on ${at}: its time was up. Contact the case officer if it is needed again.`,
    withdrawnAt: (at, reason) => `Withdrawn on ${at}. Reason: ${reason}`,
    youFetched: 'You have fetched all of it.',
    youHaveNotFetched: 'You have not fetched all of it yet.',
    notFetchedBy: (names) => `Not fetched in full by: ${names}`,
    allFetched: 'Fetched by all recipients.',
    noDeliveries: 'There are no deliveries to fetch now. You get an e-mail when one is ready.',
    staffNoDeliveries: 'There are no open deliveries, and none that closed in the last month.',
    fetchHelp: ['After downloading, check that the checksums in MANIFEST.json match.'],
    staffDeliveriesHelp: [
      'Only its recipients can read a delivery. Publish from drafts with: datasluse delivery publish',
    ],
    noDrafts: 'There are no drafts. Make one with mkdir here, and send the files into it.',
    draftArriving: 'on its way',
    emptyDraft: 'no files yet',
    draftSubmitted: 'waits for approval and cannot be changed',
    outgoing: {
      waiting: 'being checked',
      sound: 'checked without faults',
      faults: 'the check found faults',
      'not-checked': 'not checked',
    },
    draftsHelp: (projectId, approval) =>
      approval === 'none'
        ? [
            'The researchers do not see what lies here. Publish a draft with:',
            `  datasluse delivery publish ${projectId} --draft NAME --title "TITLE"`,
          ]
        : [
            'The researchers do not see what lies here. Somebody else has to approve a draft. Submit it on the web page, or with:',
            `  datasluse draft submit ${projectId} NAME --title "TITLE"`,
          ],
  },
};
