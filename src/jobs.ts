/** Every background job: name, schedule, function. Each looks for what is due by the clock it is given, and does it once. */
import { verifyDue } from './custody/verify-store.ts';
import { eraseStaleDraftFiles } from './deliveries/draft-files.ts';
import { draftFilesBeingWritten } from './deliveries/draft-lease.ts';
import { expireDeliveries, warnUnfetched } from './deliveries/expire.ts';
import { checkOutgoing, type OutgoingCheckDeps } from './deliveries/outgoing-check.ts';
import { sweepSignIns } from './identity/sessions.ts';
import { eraseStale } from './inbound/erase.ts';
import { uploadsBeingWritten } from './inbound/upload-lease.ts';
import type { Transport } from './notifications/mail.ts';
import { sendWaitingMail } from './notifications/outbox.ts';
import { remindOfDeletion } from './retention/deletion-deadlines.ts';
import { sweepStore } from './vault/bodies.ts';

const clockActor = { kind: 'clock' } as const;

export interface JobDeps extends OutgoingCheckDeps {
  transport: Transport;
  openDays: number;
  warnDaysBefore: number;
  keepUnfinishedDays: number;
  deletionReminders: { daysBefore: readonly number[]; overdueEveryDays: number };
  /** How often and how fast the store is compared with its seals, and for how long at a time. */
  verify: { everyDays: number; rateBytesPerS: number; sliceMs: number };
}

export interface Job {
  name: string;
  /** In cron's five fields, or six with seconds first. */
  schedule: string;
  /** False for what must not run just because the server starts. */
  atStart: boolean;
  /** Does what is due and says in one line each what it did. */
  run(deps: JobDeps): Promise<readonly string[]>;
}

/** In the order in which `jobs run` takes them: mail last, so that it carries what the others queued. */
export const jobs: readonly Job[] = [
  {
    name: 'check-outgoing',
    schedule: '*/2 * * * * *',
    atStart: true,
    run: async (deps) =>
      (await checkOutgoing(deps, clockActor)).map(
        (one) => `checked ${one.projectId}/drafts: ${one.name} is ${one.outgoing}`,
      ),
  },
  {
    name: 'warn-unfetched',
    schedule: '* * * * *',
    atStart: true,
    run: async (deps) =>
      (await warnUnfetched(deps, clockActor)).map(
        (one) => `told ${one.personId} that ${one.projectId}/deliveries/${one.folder} closes soon`,
      ),
  },
  {
    name: 'expire-deliveries',
    schedule: '* * * * *',
    atStart: true,
    run: async (deps) =>
      (await expireDeliveries(deps, clockActor)).map(
        (one) =>
          `closed ${one.projectId}/deliveries/${one.folder}; ${counted(one.keysDestroyed, 'key')} destroyed`,
      ),
  },
  {
    name: 'remind-of-deletion',
    schedule: '*/10 * * * *',
    atStart: true,
    run: async (deps) =>
      (await remindOfDeletion(deps)).map((one) =>
        one.daysLeft < 0
          ? `${one.projectId} is past its deletion deadline; ${counted(one.mails, 'mail')} queued`
          : `${one.projectId} reaches its deletion deadline soon; ${counted(one.mails, 'mail')} queued`,
      ),
  },
  {
    name: 'erase-unfinished',
    schedule: '17 * * * *',
    atStart: true,
    run: async (deps) =>
      [...(await eraseStale(deps, clockActor)), ...(await eraseStaleDraftFiles(deps, clockActor))].map(
        (id) => `erased the unfinished upload ${id}`,
      ),
  },
  {
    name: 'sweep-sign-ins',
    schedule: '23 * * * *',
    atStart: true,
    run: async (deps) => {
      const removed = await sweepSignIns(deps);
      return removed === 0 ? [] : [`removed ${counted(removed, 'row')} of sign-ins that are long over`];
    },
  },
  {
    name: 'sweep-store',
    schedule: '41 3 * * *',
    // Somebody who has restored an older database looks at it before anything is removed.
    atStart: false,
    run: async (deps) => {
      const written = await Promise.all([uploadsBeingWritten(deps), draftFilesBeingWritten(deps)]);
      const live = new Set(written.flatMap(({ bodies }) => [...bodies]));
      const removed = await sweepStore({ ...deps, live, unclaimedDays: deps.keepUnfinishedDays + 1 });
      return removed === 0 ? [] : [`removed ${removed} leftover ${removed === 1 ? 'body' : 'bodies'}`];
    },
  },
  {
    name: 'verify-store',
    schedule: '*/10 * * * *',
    atStart: false,
    run: async (deps) => {
      const done = await verifyDue(deps, clockActor);
      if (done === undefined) return [];
      const faults = done.faults.length + done.earlierFaults;
      if (done.bodies === 0 && faults === 0) return [];
      return [
        `${done.finished ? 'compared' : 'has so far compared'} ${done.bodies} bodies with their seals; ${counted(faults, 'fault')}`,
      ];
    },
  },
  {
    name: 'send-mail',
    schedule: '*/5 * * * * *',
    atStart: true,
    run: async (deps) => {
      const { sent, failed } = await sendWaitingMail(deps);
      return [
        ...(sent === 0 ? [] : [`sent ${counted(sent, 'mail')}`]),
        ...(failed === 0 ? [] : [`${counted(failed, 'mail')} failed; tried again later`]),
      ];
    },
  },
];

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Runs every job once, one after the other; a job that fails is named and does not stop the rest. */
export async function runJobs(
  deps: JobDeps,
): Promise<readonly { job: string; did: readonly string[]; failed: boolean }[]> {
  const results: { job: string; did: readonly string[]; failed: boolean }[] = [];
  for (const job of jobs) {
    try {
      results.push({ job: job.name, did: await job.run(deps), failed: false });
    } catch (err) {
      deps.log.error({ job: job.name, err }, 'a job failed');
      results.push({ job: job.name, did: [], failed: true });
    }
  }
  return results;
}
