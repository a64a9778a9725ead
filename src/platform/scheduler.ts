/** Runs tasks on cron schedules: at start too where they say so, never one beside itself, and an orderly end. */
import cron from 'node-cron';
import type { Log } from './log.ts';

export interface ScheduledTask {
  readonly name: string;
  /** Cron's five fields, or six with seconds first; in UTC. */
  readonly schedule: string;
  readonly atStart: boolean;
  /** Lines on what was done. */
  run(): Promise<readonly string[]>;
}

/** Starts all tasks. `stop` lets those that run come to their end. */
export function startSchedule(tasks: readonly ScheduledTask[], log: Log): { stop(): Promise<void> } {
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  const runOnce = (task: ScheduledTask): void => {
    if (stopped || running.has(task.name)) return;
    const work = task
      .run()
      .then((did) => {
        if (did.length > 0) log.info({ job: task.name, did: did.length }, 'a job did something');
      })
      .catch((err: unknown) => log.error({ job: task.name, err }, 'a job failed'))
      .finally(() => running.delete(task.name));
    running.set(task.name, work);
  };

  const scheduled = tasks.map((task) =>
    cron.schedule(task.schedule, () => runOnce(task), { timezone: 'UTC' }),
  );
  for (const task of tasks) if (task.atStart) runOnce(task);
  return {
    async stop() {
      stopped = true;
      for (const one of scheduled) await one.destroy();
      await Promise.all(running.values());
    },
  };
}
