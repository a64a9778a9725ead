/** What a person may know of a project as a whole: files expected, deliveries, deadlines, and what to do next. */
import type { getProject, Project } from '../cases/projects.ts';
import { type DeliveryStatus, tellDeliveries } from '../deliveries/deliveries.ts';
import type { Person } from '../http/route.ts';
import { may } from '../identity/permissions.ts';
import { currentDescription } from '../inbound/descriptions.ts';
import { expectedNames, sendersByName } from '../inbound/expected.ts';
import { type InboundFile, listInbound } from '../inbound/listing.ts';
import { ownOnly } from '../inbound/visibility.ts';
import { osloDate, zone } from '../platform/clock.ts';
import { type NextStep, type NextStepFacts, nextStep } from '../retention/next-step.ts';

export type FactsDeps = Parameters<typeof tellDeliveries>[0] & Parameters<typeof getProject>[0];

export interface ProjectFacts {
  files: readonly {
    name: string;
    expected: boolean;
    /** Who is to send it; told to those only who may know of all files. */
    senders: readonly string[];
    state: NextStepFacts['files'][number]['state'];
    newest: InboundFile | undefined;
  }[];
  deliveries: readonly DeliveryStatus[];
  description: { version: number; sha256: string } | null;
  next: NextStep | null;
}

export async function projectFacts(deps: FactsDeps, actor: Person, project: Project): Promise<ProjectFacts> {
  const { id } = project;
  const [inbox, deliveries, description] = await Promise.all([
    listInbound(deps, actor, id),
    tellDeliveries(deps, actor, id, { ended: 'all' }),
    currentDescription(deps, id),
  ]);
  // Who sends single files only is not told what others are to send.
  const of = ownOnly(actor, id);
  const expected = description === undefined ? [] : expectedNames(description.content, of);
  const senders =
    description === undefined || of !== undefined ? undefined : sendersByName(description.content);
  const files = [...new Set([...expected, ...inbox.map((file) => file.name)])].map((name) => {
    const versions = inbox.filter((file) => file.name === name);
    const newest = versions.findLast((file) => file.version !== null) ?? versions.at(-1);
    const own = senders?.get(name) ?? [];
    return { name, expected: expected.includes(name), senders: own, state: stateOf(newest), newest };
  });
  const { personId } = actor;
  const theirs = files.filter(
    (one) =>
      one.senders.length === 0 || one.senders.includes(personId) || one.newest?.uploaderId === personId,
  );
  const next = nextStep({
    state: project.state,
    today: osloDate(deps.clock.now()),
    deleteBy: project.deleteBy,
    files: may(actor, 'inbound.send', id) ? theirs : [],
    deliveries: may(actor, 'delivery.fetch', id)
      ? deliveries
          .filter((one) => one.state === 'open')
          .map((one) => ({
            folder: one.folder,
            lastDay: lastDayOf(one),
            fetched: !one.unfetched.includes(actor.personId),
          }))
      : [],
    delivered: deliveries.length > 0,
  });
  return { files, deliveries, description: of === undefined ? (description ?? null) : null, next };
}

function stateOf(file: InboundFile | undefined): NextStepFacts['files'][number]['state'] {
  if (file === undefined || file.state === 'erased') return 'missing';
  return file.state === 'held' ? 'arriving' : file.state;
}

/** A delivery that closes at midnight is open until the day before. */
export function lastDayOf({ closesAt }: Pick<DeliveryStatus, 'closesAt'>) {
  return closesAt.withTimeZone(zone).subtract({ seconds: 1 }).toPlainDate();
}

/** The dates that hold a person to something: the day of deletion, and the end of what is open for them. */
export interface Deadlines {
  project: Project;
  deletion: boolean;
  closing: readonly DeliveryStatus[];
}

export async function deadlines(deps: FactsDeps, actor: Person, project: Project): Promise<Deadlines> {
  const told = await tellDeliveries(deps, actor, project.id);
  return {
    project,
    deletion: project.state !== 'deletion-confirmed',
    closing: project.state === 'active' ? told.filter((one) => one.state === 'open') : [],
  };
}
