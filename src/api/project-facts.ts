/** What a person may know of a project as a whole: files expected, deliveries, deadlines, and what to do next. */
import type { getProject, Project } from '../cases/projects.ts';
import { type DeliveryStatus, tellDeliveries } from '../deliveries/deliveries.ts';
import type { Person } from '../http/route.ts';
import { may } from '../identity/permissions.ts';
import { currentDescription } from '../inbound/descriptions.ts';
import { expectedNames } from '../inbound/expected.ts';
import { type InboundFile, listInbound } from '../inbound/listing.ts';
import { osloDate, zone } from '../platform/clock.ts';
import { type NextStep, type NextStepFacts, nextStep } from '../retention/next-step.ts';

export type FactsDeps = Parameters<typeof tellDeliveries>[0] & Parameters<typeof getProject>[0];

export interface ProjectFacts {
  files: readonly {
    name: string;
    expected: boolean;
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
    // Who sends single files only is not told what others are to send.
    may(actor, 'inbound.see-all', id) ? currentDescription(deps, id) : undefined,
  ]);
  const expected = description === undefined ? [] : expectedNames(description.content);
  const files = [...new Set([...expected, ...inbox.map((file) => file.name)])].map((name) => {
    const versions = inbox.filter((file) => file.name === name);
    const newest = versions.findLast((file) => file.version !== null) ?? versions.at(-1);
    return { name, expected: expected.includes(name), state: stateOf(newest), newest };
  });
  const next = nextStep({
    state: project.state,
    today: osloDate(deps.clock.now()),
    deleteBy: project.deleteBy,
    files: may(actor, 'inbound.send', id) ? files : [],
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
  return { files, deliveries, description: description ?? null, next };
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
