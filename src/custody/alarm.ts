/** Says that something stored is not as it was sealed: in the log each time, in the audit log and to the officers once. */
import { recordAudit } from '../audit/audit.ts';
import { type Database, transact } from '../db/database.ts';
import { correspondents, listProjectPeople } from '../identity/people.ts';
import { queueMail } from '../notifications/outbox.ts';
import { type StoreFaultKind, storeFault } from '../notifications/store-fault.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';

export interface AlarmDeps {
  db: Database;
  clock: Clock;
  random: Random;
  log: Log;
}

export interface StoreFault {
  kind: StoreFaultKind;
  /** The body's random name. */
  name: string;
  /** Undefined for a body that no row knows. */
  projectId: string | undefined;
}

/** Raises the alarm. `by` is what met the fault: a check, a download. Returns true when it is told for the first time. */
export async function raiseAlarm(deps: AlarmDeps, fault: StoreFault, by: string): Promise<boolean> {
  const { kind, name, projectId } = fault;
  deps.log.error(
    { code: 'integrity-failed', fault: kind, body: name, projectId, by },
    'ALARM: something in the store is not as it was sealed',
  );
  const officers = await officersOf(deps, projectId);
  const at = deps.clock.now();
  return transact(deps.db, async (tx) => {
    let first = false;
    for (const { personId, name: called, email, language } of officers) {
      const letter = storeFault(language, { name: called, kind, body: name, projectId });
      const mail = { to: email, dedupe: `store-fault:${kind}:${name}:${personId}`, ...letter };
      if (await queueMail(deps, tx, at, mail)) first = true;
    }
    if (first || officers.length === 0) {
      await recordAudit(tx, at, {
        actor: 'server',
        action: 'store.fault',
        subject: `body:${name}`,
        ...(projectId === undefined ? {} : { projectId }),
        detail: { fault: kind, by, told: officers.map((one) => one.personId) },
      });
    }
    return first;
  });
}

/** A body that belongs to no project is the business of those who are officers for all. */
async function officersOf(deps: AlarmDeps, projectId: string | undefined) {
  if (projectId !== undefined) return correspondents(deps, projectId, 'officer');
  const people = await listProjectPeople(deps, { kind: 'clock' });
  return people
    .filter((one) => one.role === 'officer' && one.projectId === null)
    .map(({ id, name, email, language }) => ({ personId: id, name, email, language }));
}

/**
 * For whoever reads from the store: raises the alarm without being waited for, and for each fault once in this
 * process, however often somebody asks for the file.
 */
export function faultListener(deps: AlarmDeps): (fault: StoreFault) => void {
  const told = new Set<string>();
  return (fault) => {
    const key = `${fault.kind} ${fault.name}`;
    if (told.has(key)) return;
    told.add(key);
    void raiseAlarm(deps, fault, 'reading').catch((err: unknown) => {
      told.delete(key);
      deps.log.error({ err, body: fault.name }, 'the officers could not be told of a fault in the store');
    });
  };
}
