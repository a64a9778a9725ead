/** Who could see a file on a given day, by the roles and openings of that day, and who did, by the audit log. */
import { Temporal } from 'temporal-polyfill';
import type { AuditEvent } from '../audit/event.ts';
import { searchAudit } from '../audit/search.ts';
import type { Database } from '../db/database.ts';
import { closesAt } from '../deliveries/closing.ts';
import { findDeliveredFile, findPublication, listRecipients } from '../deliveries/delivery-store.ts';
import { type HeldRole, rolesDuring } from '../identity/access-history.ts';
import { type Action, type Actor, demand, may } from '../identity/permissions.ts';
import { visibleInbound } from '../inbound/listing.ts';
import { zone } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';

export interface CouldSee {
  personId: string;
  name: string;
  role: HeldRole['role'];
  /** `content`: read the file; `existence`: its name, size and report. */
  what: 'content' | 'existence';
  /** The part of the day. */
  from: Temporal.Instant;
  until: Temporal.Instant;
}

export interface FileAccess {
  projectId: string;
  name: string;
  could: readonly CouldSee[];
  did: readonly AuditEvent[];
}

export type FileReference = { inbound: string } | { delivered: string };

interface Span {
  from: Temporal.Instant;
  until: Temporal.Instant;
}

/** What each way of seeing a file takes, and how long it could be used that day. */
interface Way {
  action: Action;
  what: CouldSee['what'];
  span: Span;
  only?: ReadonlySet<string>;
}

interface Subject {
  projectId: string;
  name: string;
  subject: string;
  /** Events of a delivery are told apart by the file that they name. */
  file?: string;
  ways: readonly Way[];
}

/** `date` is a day in Oslo. Errors: `not-found` for what the actor may not know of, `forbidden`. */
export async function fileAccess(
  deps: { db: Database },
  actor: Actor,
  file: FileReference,
  date: Temporal.PlainDate,
): Promise<FileAccess> {
  const day = {
    from: date.toZonedDateTime(zone).toInstant(),
    until: date.add({ days: 1 }).toZonedDateTime(zone).toInstant(),
  };
  const {
    projectId,
    name,
    subject,
    file: named,
    ways,
  } = 'inbound' in file
    ? await inboundSubject(deps, actor, file.inbound, day)
    : await deliveredSubject(deps, actor, file.delivered, day);
  demand(actor, 'audit.read', projectId);
  const could: CouldSee[] = [];
  for (const held of await rolesDuring(deps, projectId, day)) {
    for (const way of ways) {
      if (way.only !== undefined && !way.only.has(held.personId)) continue;
      const asThen: Actor = { kind: 'person', personId: held.personId, memberships: [held] };
      const span = overlap(held, way.span);
      if (span === undefined || !may(asThen, way.action, projectId)) continue;
      could.push({ personId: held.personId, name: held.name, role: held.role, what: way.what, ...span });
    }
  }
  const did: AuditEvent[] = [];
  for (let before: number | undefined; ; ) {
    const filter = { projectId, subject, file: named, from: day.from, until: day.until };
    const page = await searchAudit(deps, filter, { limit: PAGE, before });
    did.push(...page);
    before = page.at(-1)?.seq;
    if (page.length < PAGE) return { projectId, name, could, did };
  }
}

const PAGE = 500;

async function inboundSubject(deps: { db: Database }, actor: Actor, id: string, day: Span): Promise<Subject> {
  const row = await visibleInbound(deps, actor, id);
  const came = Temporal.Instant.fromEpochMilliseconds(row.startedAt.getTime());
  const span = overlap(day, { from: came, until: day.until });
  const own = new Set([row.uploaderId]);
  // Once it is accepted, its sender cannot read it back.
  const accepted = row.state === 'accepted' && row.receivedAt !== null ? row.receivedAt.getTime() : undefined;
  const readable =
    accepted === undefined
      ? span
      : overlap(day, { from: came, until: Temporal.Instant.fromEpochMilliseconds(accepted) });
  const ways: Way[] =
    span === undefined
      ? []
      : [
          { action: 'inbound.see-all', what: 'existence', span },
          { action: 'inbound.see-own', what: 'existence', span, only: own },
          { action: 'inbound.read-content', what: 'content', span },
          ...(readable === undefined
            ? []
            : [{ action: 'inbound.read-own' as const, what: 'content' as const, span: readable, only: own }]),
        ];
  return { projectId: row.projectId, name: row.name, subject: `inbound:${id}`, ways };
}

async function deliveredSubject(
  deps: { db: Database },
  actor: Actor,
  id: string,
  day: Span,
): Promise<Subject> {
  const file = await findDeliveredFile(deps.db, id);
  const row = file && (await findPublication(deps.db, { id: file.publicationId }));
  if (file === undefined || row === undefined || !may(actor, 'delivery.see', file.projectId)) {
    throw new AppError('not-found', { nb: 'Fant ikke filen.', en: 'There is no such file here.' });
  }
  const end = row.closedAt ?? closesAt(row).toInstant();
  const open = overlap(day, { from: row.openedAt, until: end });
  const known = overlap(day, { from: row.openedAt, until: day.until });
  const ways: Way[] = [
    ...(open === undefined
      ? []
      : [
          {
            action: 'delivery.fetch' as const,
            what: 'content' as const,
            span: open,
            only: new Set(await listRecipients(deps.db, row.id)),
          },
        ]),
    ...(known === undefined
      ? []
      : [{ action: 'delivery.see' as const, what: 'existence' as const, span: known }]),
  ];
  return {
    projectId: file.projectId,
    name: file.name,
    subject: `publication:${row.id}`,
    file: file.name,
    ways,
  };
}

function overlap(a: Span, b: Span): Span | undefined {
  const from = Temporal.Instant.compare(a.from, b.from) >= 0 ? a.from : b.from;
  const until = Temporal.Instant.compare(a.until, b.until) <= 0 ? a.until : b.until;
  return Temporal.Instant.compare(from, until) < 0 ? { from, until } : undefined;
}
