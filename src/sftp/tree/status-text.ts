/** STATUS.txt: what is expected, what came, what is wrong, and until when, in Norwegian and English, as it is at this moment. */
import type { DeliveryStatus } from '../../deliveries/deliveries.ts';
import type { Draft } from '../../deliveries/drafts.ts';
import { errorLinesSoFar } from '../../inbound/report-text.ts';
import type { Person } from './person.ts';
import type { StatusFolder } from './place.ts';
import {
  type ArrivingStatus,
  deliveriesStatus,
  draftsStatus,
  type InboxStatus,
  inboxStatus,
  type NameStatus,
  type ProjectStatus,
  projectStatus,
  type StatusDeps,
} from './status-facts.ts';
import { type StatusWords, statusWords } from './status-words.ts';

/** Names in one list; whoever has more than that reads the folder. */
const MOST_NAMES = 200;
const MOST_ERRORS = 5;

type Write = (say: StatusWords, language: 'nb' | 'en') => readonly string[];

/** The text for this person now. Errors: those of what it reads, `not-found` above all. */
export async function statusText(deps: StatusDeps, actor: Person, of: StatusFolder): Promise<string> {
  const facts = await projectStatus(deps, actor, of.projectId);
  const write = await bodyOf(deps, actor, of, facts);
  const now = deps.clock.now();
  const folder = of.kind === 'delivery' ? `deliveries/${of.folder}` : of.kind === 'project' ? '' : of.kind;
  const path = `/${of.projectId}${folder === '' ? '' : `/${folder}`}`;
  const sections = (['nb', 'en'] as const).map((language) => {
    const say = statusWords[language];
    return [
      ...heading(say.language),
      '',
      `${path}  ${say.asOf(say.time(now))}`,
      ...standing(facts, say),
      ...write(say, language),
    ];
  });
  return `${sections
    .map((lines) => lines.map(printable).join('\n'))
    .join('\n\n\n')
    .trimEnd()}\n`;
}

/** Names and titles come from people: nothing in them may command a terminal or turn the text around. */
function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').trimEnd();
}

function heading(text: string): string[] {
  return [text, '='.repeat(text.length)];
}

function title(text: string): string[] {
  return ['', text, '-'.repeat(text.length)];
}

/** What holds for the whole project and is wrong or urgent. */
function standing({ project, stopReason, whole }: ProjectStatus, say: StatusWords): string[] {
  const lines: string[] = [];
  if (project.state !== 'active') lines.push('', say.state[project.state]);
  if (stopReason !== undefined && whole) lines.push('', say.stopped(stopReason));
  return lines;
}

async function bodyOf(
  deps: StatusDeps,
  actor: Person,
  of: StatusFolder,
  facts: ProjectStatus,
): Promise<Write> {
  const { projectId } = of;
  switch (of.kind) {
    case 'project': {
      const inbox = await inboxStatus(deps, actor, projectId);
      const deliveries = facts.whole ? await deliveriesStatus(deps, actor, projectId) : undefined;
      const drafts = await draftsStatus(deps, actor, projectId);
      return (say) => projectLines(say, { ...facts, inbox, deliveries, drafts });
    }
    case 'inbox': {
      const inbox = await inboxStatus(deps, actor, projectId);
      return (say, language) => inboxLines(say, language, inbox, facts);
    }
    case 'accepted': {
      const { names } = await inboxStatus(deps, actor, projectId);
      return (say) => acceptedLines(say, names);
    }
    case 'drafts': {
      const drafts = (await draftsStatus(deps, actor, projectId)) ?? [];
      return (say) => [...draftLines(say, drafts), '', ...say.draftsHelp(projectId, deps.approval)];
    }
    case 'deliveries': {
      const deliveries = await deliveriesStatus(deps, actor, projectId);
      return (say) => deliveriesLines(say, deliveries, actor, facts);
    }
    case 'delivery': {
      const deliveries = await deliveriesStatus(deps, actor, projectId);
      const one = deliveries.filter(({ folder }) => folder === of.folder);
      return (say) => [
        ...one.flatMap((delivery) => deliveryLines(say, delivery, actor, facts)),
        '',
        ...one.flatMap(({ files }) => columns(files.map(({ name, bytes }) => [name, say.bytes(bytes)]))),
        '',
        ...say.fetchHelp,
      ];
    }
  }
}

function projectLines(
  say: StatusWords,
  facts: ProjectStatus & {
    inbox: InboxStatus;
    deliveries: readonly DeliveryStatus[] | undefined;
    drafts: readonly Draft[] | undefined;
  },
): string[] {
  const { project, inbox, deliveries, drafts } = facts;
  const states = inbox.names.map((one) => one.newest?.state ?? 'missing');
  const count = (state: string): number => states.filter((one) => one === state).length;
  const lines = ['', say.project(project.id, project.title)];
  if (facts.whole) {
    lines.push(say.institution(project.institution), say.deleteBy(say.date(project.deleteBy)));
    lines.push(say.room(say.bytes(facts.usedBytes), say.bytes(facts.quotaBytes)));
  }
  const counts = say.inboxCounts({
    // An accepted version stands, whatever came after it.
    accepted: inbox.names.filter((one) => one.newest?.state === 'accepted' || one.stands !== undefined)
      .length,
    rejected: count('rejected'),
    notChecked: count('not-checked'),
    missing: count('missing'),
    arriving: inbox.arriving.length,
  });
  const rows: string[][] = [['inbox', `${say.folderWords.inbox}: ${counts}`]];
  if (facts.staff) rows.push(['accepted', say.folderWords.accepted]);
  if (drafts !== undefined)
    rows.push(['drafts', `${say.folderWords.drafts}: ${say.draftsOpen(drafts.length)}`]);
  if (deliveries !== undefined) {
    const open = deliveries.filter((one) => one.state === 'open');
    const next = open.map((one) => one.closesAt).sort((a, b) => a.epochMilliseconds - b.epochMilliseconds)[0];
    const told = say.deliveriesOpen(open.length, next && say.time(next));
    rows.push(['deliveries', `${say.folderWords.deliveries}: ${told}`]);
  }
  return [...lines, ...title(say.folders), ...columns(rows)];
}

function inboxLines(
  say: StatusWords,
  language: 'nb' | 'en',
  inbox: InboxStatus,
  facts: ProjectStatus,
): string[] {
  const expected = inbox.names.filter((one) => one.expected);
  const others = inbox.names.filter((one) => !one.expected);
  const lines: string[] = [];
  if (expected.length > 0) lines.push(...title(say.expected), ...nameLines(say, language, expected));
  if (others.length > 0) lines.push(...title(say.files), ...nameLines(say, language, others));
  if (inbox.names.length === 0 && inbox.arriving.length === 0) lines.push('', say.nothingCame);
  if (inbox.arriving.length > 0)
    lines.push(...title(say.arriving), ...inbox.arriving.flatMap((one) => arrivingLines(say, language, one)));
  if (facts.whole) lines.push('', say.room(say.bytes(facts.usedBytes), say.bytes(facts.quotaBytes)));
  return [...lines, '', ...(facts.staff ? say.staffInboxHelp : say.sendHelp)];
}

function nameLines(say: StatusWords, language: 'nb' | 'en', names: readonly NameStatus[]): string[] {
  const shown = names.slice(0, MOST_NAMES);
  const heads = columns(
    shown.map(({ name, newest }) => {
      const { version, receivedAt, startedAt, bytes, uploaderId } = newest ?? {};
      const at = receivedAt ?? startedAt;
      const facts =
        version == null || at === undefined
          ? ''
          : say.version(version, say.time(at), say.bytes(bytes ?? 0), uploaderId ?? '');
      return [name, say.verdict[verdictOf(newest?.state)], facts];
    }),
  );
  const lines = shown.flatMap((one, i) => [heads[i] ?? '', ...details(say, language, one)]);
  return names.length > shown.length ? [...lines, say.more(names.length - shown.length)] : lines;
}

function verdictOf(state: string | undefined): keyof StatusWords['verdict'] {
  return state === 'accepted' || state === 'rejected' || state === 'not-checked' ? state : 'missing';
}

function details(
  say: StatusWords,
  language: 'nb' | 'en',
  { name, senders, newest, stands, errors }: NameStatus,
): string[] {
  const lines: string[] = [];
  if (newest === undefined && senders.length > 0) lines.push(say.toBeSentBy(senders.join(', ')));
  if (newest?.state === 'rejected') {
    const shown = errors[language].slice(0, MOST_ERRORS);
    lines.push(...shown.map((line) => `- ${line}`));
    if (errors[language].length > shown.length) lines.push(say.more(errors[language].length - shown.length));
    lines.push(say.seeReport(name));
  }
  if (newest?.state === 'not-checked') lines.push(say.notCheckedHelp);
  if (stands?.version != null) lines.push(say.stands(stands.version));
  return lines.map((line) => `      ${line}`);
}

/** Of a file that is being written, what the check has read and found so far. */
function arrivingLines(
  say: StatusWords,
  language: 'nb' | 'en',
  { file, bytes, underWay }: ArrivingStatus,
): string[] {
  const since = say.time(file.startedAt);
  const line = (told: string): string => `  ${file.name}  ${told}`;
  if (file.state === 'held') return [line(say.heldLine(say.bytes(bytes), file.uploaderId))];
  if (underWay === undefined) return [line(say.brokenOff(say.bytes(bytes), since, file.uploaderId))];
  const { announcedBytes, counts } = underWay;
  const whole = announcedBytes === null ? undefined : say.bytes(announcedBytes);
  const lines = [line(say.arrivingLine(say.bytes(underWay.bytes), whole, since, file.uploaderId))];
  if (counts === null) return lines;
  const found = errorLinesSoFar(counts, language);
  const shown = found.slice(0, MOST_ERRORS).map((one) => `- ${one}`);
  if (found.length > shown.length) shown.push(say.more(found.length - shown.length));
  return [
    ...lines,
    ...[say.checkedSoFar(counts.rows, found.length > 0), ...shown].map((one) => `      ${one}`),
  ];
}

function acceptedLines(say: StatusWords, names: readonly NameStatus[]): string[] {
  const standing = names.flatMap(({ name, newest, stands }) => {
    const one = newest?.state === 'accepted' ? newest : stands;
    return one === undefined ? [] : [{ name, one }];
  });
  const rows = standing.map(({ name, one }) => [
    name,
    say.version(
      one.version ?? 0,
      say.time(one.receivedAt ?? one.startedAt),
      say.bytes(one.bytes ?? 0),
      one.uploaderId,
    ),
  ]);
  const waiting = names.filter((one) => one.newest !== undefined && one.newest.state !== 'accepted').length;
  return [
    ...title(say.acceptedTitle),
    ...(rows.length === 0 ? [`  ${say.none}`] : columns(rows)),
    '',
    say.notAcceptedYet(waiting),
    '',
    ...say.acceptedHelp,
  ];
}

function draftLines(say: StatusWords, drafts: readonly Draft[]): string[] {
  if (drafts.length === 0) return ['', say.noDrafts];
  return drafts.flatMap(({ name, state, files }) => [
    ...title(state === 'submitted' ? `${name} (${say.draftSubmitted})` : name),
    ...(files.length === 0
      ? [`  ${say.emptyDraft}`]
      : columns(
          files.map((file) => [
            file.name,
            file.bytes === null ? say.draftArriving : say.bytes(file.bytes),
            file.outgoing === null ? '' : say.outgoing[file.outgoing],
          ]),
        )),
  ]);
}

function deliveriesLines(
  say: StatusWords,
  deliveries: readonly DeliveryStatus[],
  actor: Person,
  facts: ProjectStatus,
): string[] {
  if (deliveries.length === 0) return ['', facts.staff ? say.staffNoDeliveries : say.noDeliveries];
  const help = facts.staff ? say.staffDeliveriesHelp : say.fetchHelp;
  const lines = deliveries.flatMap((one) => [
    ...title(one.folder),
    ...deliveryLines(say, one, actor, facts).map((line) => `  ${line}`),
  ]);
  return [...lines, '', ...help];
}

function deliveryLines(
  say: StatusWords,
  one: DeliveryStatus,
  actor: Person,
  { staff }: ProjectStatus,
): string[] {
  const bytes = one.files.reduce((sum, file) => sum + file.bytes, 0);
  const lines = [say.delivery(one.title, one.files.length, say.bytes(bytes))];
  const ended = say.time(one.closedAt ?? one.closesAt);
  if (one.state === 'withdrawn') lines.push(say.withdrawnAt(ended, one.closedReason ?? ''));
  else if (one.state === 'expired') lines.push(say.expiredAt(ended));
  else lines.push(say.openUntil(say.time(one.closesAt)));
  if (staff)
    lines.push(one.unfetched.length === 0 ? say.allFetched : say.notFetchedBy(one.unfetched.join(', ')));
  else if (one.state === 'open')
    lines.push(one.unfetched.includes(actor.personId) ? say.youHaveNotFetched : say.youFetched);
  return lines;
}

/** Rows in columns, indented. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}
