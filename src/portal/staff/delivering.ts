/** What staff may do with drafts and deliveries, and what stands in the way of publishing. The service decides; this keeps the page from offering what it would refuse. Pure. */
import type { DeliveryDetail, Draft, ProjectDetail } from '../../api/api-types.ts';

type Roles = Pick<ProjectDetail, 'roles'>;

/** May see drafts, prepare, publish and withdraw. */
export function mayDeliver({ roles }: Roles): boolean {
  return roles.includes('officer') || roles.includes('producer');
}

/** May give a delivery more time, and see to people. */
export function mayManage({ roles }: Roles): boolean {
  return roles.includes('officer');
}

export type Hindrance = 'closed' | 'no-files' | 'arriving' | 'unfinished-name' | 'no-recipients';

const unfinishedName = /\.(filepart|partial|part)$/;

/** Why a draft cannot be published as it stands. */
export function hindrancesOf(
  draft: Pick<Draft, 'files'>,
  project: Pick<ProjectDetail, 'state' | 'people'>,
): readonly Hindrance[] {
  const found: Hindrance[] = [];
  if (project.state !== 'active') found.push('closed');
  if (draft.files.length === 0) found.push('no-files');
  if (draft.files.some(({ state }) => state === 'arriving')) found.push('arriving');
  else if (draft.files.some(({ name }) => unfinishedName.test(name))) found.push('unfinished-name');
  if (recipientsOf(project).length === 0) found.push('no-recipients');
  return found;
}

/** Whoever is a researcher of the project when it is published. */
export function recipientsOf({ people }: Pick<ProjectDetail, 'people'>): ProjectDetail['people'] {
  return people.filter(({ role }) => role === 'researcher');
}

export type Fetched = 'all' | 'some' | 'nothing';

export interface RecipientRow {
  readonly personId: string;
  readonly fetched: Fetched;
  readonly files: readonly { readonly name: string; readonly complete: boolean; readonly at: string }[];
}

/** What each recipient has fetched: who has fetched least comes first. */
export function fetchedBy(
  delivery: Pick<DeliveryDetail, 'files' | 'recipients' | 'unfetched'>,
): readonly RecipientRow[] {
  const rows = delivery.recipients.map((personId): RecipientRow => {
    const files = delivery.files.flatMap(({ name, fetched }) =>
      fetched
        .filter((one) => one.personId === personId)
        .map(({ complete, lastAt }) => ({ name, complete, at: lastAt })),
    );
    const left = delivery.unfetched.includes(personId);
    return { personId, files, fetched: !left ? 'all' : files.length > 0 ? 'some' : 'nothing' };
  });
  const order: readonly Fetched[] = ['nothing', 'some', 'all'];
  return rows.sort((a, b) => order.indexOf(a.fetched) - order.indexOf(b.fetched));
}

const dayMs = 86_400_000;

/** A calendar day so many days after another, ISO. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** `2026-12-09` as it is typed in Norway: `09.12.2026`. A date field of the browser follows the browser's language instead. */
export function typedDay(day: string): string {
  return day.split('-').reverse().join('.');
}

/** The day that was typed, ISO; undefined for what is none. */
export function dayTyped(text: string): string | undefined {
  const [, day = '', month = '', year = ''] = /^\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*$/.exec(text) ?? [];
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  // 31 April is a number of milliseconds too, of another day.
  return Number.isNaN(Date.parse(iso)) || daysAfter(iso, 0) !== iso ? undefined : iso;
}
