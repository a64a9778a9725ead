/** Takes access back and gives it longer: keys, roles, projects, deliveries, and the switch that stops all downloads. */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { closeProject, reopenProject } from '../../cases/closing.ts';
import { resumeDownloads, stopDownloads } from '../../cases/download-stops.ts';
import { extendDelivery, withdrawDelivery } from '../../deliveries/term.ts';
import { listKeys, removeRole, revokeKey } from '../../identity/access-removal.ts';
import { roles } from '../../identity/permissions.ts';
import { type Command, exit, type Input, operator, parseOr, UsageError } from '../command.ts';
import { json, table, write } from '../output.ts';

const reasonOption = {
  reason: { value: 'TEXT', required: true, help: 'told to those concerned, and recorded' },
};

/** A reason that somebody can read. */
function reasonOf(input: Input): string {
  const schema = z.object({ reason: z.string().trim().min(3).max(500) });
  return parseOr(schema, { reason: input.required('reason') }).reason;
}

/** How much longer: exactly one of --days and --until. */
function longer(input: Input): { days: number } | { until: Temporal.PlainDate } {
  const days = input.option('days');
  const until = input.option('until');
  if ((days === undefined) === (until === undefined)) throw new UsageError('give either --days or --until');
  if (days !== undefined) {
    if (/^[1-9]\d{0,3}$/.test(days)) return { days: Number(days) };
    throw new UsageError('--days takes a number of days, such as 7');
  }
  try {
    return { until: Temporal.PlainDate.from(until ?? '') };
  } catch {
    throw new UsageError('--until takes a date, such as 2027-01-31');
  }
}

export const accessCommands: readonly Command[] = [
  {
    name: 'person keys',
    summary: 'List the keys of a person',
    arguments: ['NAME'],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      const keys = (await listKeys(services, operator(line), input.positionals[0] ?? '')).map((one) => ({
        fingerprint: one.fingerprint,
        algorithm: one.algorithm,
        addedAt: one.addedAt.toISOString(),
        revokedAt: one.revokedAt?.toISOString() ?? null,
      }));
      const text = table(
        ['FINGERPRINT', 'TYPE', 'ADDED', 'REVOKED'],
        keys.map((one) => [one.fingerprint, one.algorithm, one.addedAt, one.revokedAt]),
      );
      await write(line.stdout, input.has('json') ? json(keys) : text);
      return exit.done;
    },
  },
  {
    name: 'person revoke-key',
    summary: 'Revoke a key; what was opened with it ends at once',
    arguments: ['NAME', 'FINGERPRINT'],
    options: reasonOption,
    async run(line, input) {
      const [personId = '', fingerprint = ''] = input.positionals;
      const reason = reasonOf(input);
      await using services = await line.open();
      await revokeKey(services, operator(line), { personId, fingerprint, reason });
      await write(line.stdout, `The key ${fingerprint} of ${personId} is revoked.\n`);
      return exit.done;
    },
  },
  {
    name: 'person remove',
    summary: 'End a role of a person; what it gave access to ends at once',
    arguments: ['NAME'],
    options: {
      role: { value: 'ROLE', required: true, help: roles.join(', ') },
      project: { value: 'PROJECT', help: 'where the role holds; left out for a role in every project' },
      ...reasonOption,
    },
    async run(line, input) {
      const { role } = parseOr(z.object({ role: z.enum(roles) }), { role: input.required('role') });
      const [personId = ''] = input.positionals;
      const projectId = input.option('project');
      const reason = reasonOf(input);
      await using services = await line.open();
      await removeRole(services, operator(line), { personId, role, projectId, reason });
      await write(line.stdout, `${personId} is no longer ${role} in ${projectId ?? 'every project'}.\n`);
      return exit.done;
    },
  },
  {
    name: 'project close',
    summary: 'Close a project: nothing is sent or fetched any more; the deletion deadline holds',
    arguments: ['PROJECT'],
    options: reasonOption,
    async run(line, input) {
      const [projectId = ''] = input.positionals;
      const reason = reasonOf(input);
      await using services = await line.open();
      await closeProject(services, operator(line), { projectId, reason });
      await write(line.stdout, `${projectId} is closed.\n`);
      return exit.done;
    },
  },
  {
    name: 'project reopen',
    summary: 'Open a closed project again',
    arguments: ['PROJECT'],
    options: reasonOption,
    async run(line, input) {
      const [projectId = ''] = input.positionals;
      const reason = reasonOf(input);
      await using services = await line.open();
      await reopenProject(services, operator(line), { projectId, reason });
      await write(line.stdout, `${projectId} is open again.\n`);
      return exit.done;
    },
  },
  {
    name: 'delivery withdraw',
    summary: 'Withdraw a delivery: it closes at once and its keys are destroyed',
    arguments: ['PROJECT', 'FOLDER'],
    options: reasonOption,
    async run(line, input) {
      const [projectId = '', folder = ''] = input.positionals;
      const reason = reasonOf(input);
      await using services = await line.open();
      const { keysDestroyed, told } = await withdrawDelivery(services, operator(line), {
        projectId,
        folder,
        reason,
      });
      const whom = told.length === 0 ? 'nobody' : told.join(', ');
      await write(
        line.stdout,
        `Withdrew ${projectId}/deliveries/${folder}; keys destroyed: ${keysDestroyed}; told ${whom}.\n`,
      );
      return exit.done;
    },
  },
  {
    name: 'delivery extend',
    summary: 'Keep a delivery open longer',
    arguments: ['PROJECT', 'FOLDER'],
    options: {
      days: { value: 'N', help: 'so many days more' },
      until: { value: 'YYYY-MM-DD', help: 'or until this day, at the same time of day as it opened' },
      ...reasonOption,
    },
    async run(line, input) {
      const [projectId = '', folder = ''] = input.positionals;
      const by = longer(input);
      const reason = reasonOf(input);
      await using services = await line.open();
      const until = await extendDelivery(services, operator(line), { projectId, folder, reason, by });
      const shown = until.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
      await write(line.stdout, `${projectId}/deliveries/${folder} is open until ${shown} (Oslo).\n`);
      return exit.done;
    },
  },
  {
    name: 'stop-downloads',
    summary: 'Stop all downloads at once, on every door; open files too',
    arguments: [],
    options: { project: { value: 'PROJECT', help: 'of this project only' }, ...reasonOption },
    async run(line, input) {
      const projectId = input.option('project');
      const reason = reasonOf(input);
      await using services = await line.open();
      await stopDownloads(services, operator(line), { projectId, reason });
      await write(
        line.stdout,
        `Downloads are stopped ${projectId ? `in ${projectId}` : 'in every project'}.\n`,
      );
      return exit.done;
    },
  },
  {
    name: 'resume-downloads',
    summary: 'Lift the stop of downloads',
    arguments: [],
    options: { project: { value: 'PROJECT', help: 'the stop of this project only' } },
    async run(line, input) {
      const projectId = input.option('project');
      await using services = await line.open();
      await resumeDownloads(services, operator(line), { projectId });
      await write(
        line.stdout,
        `The stop is lifted ${projectId ? `in ${projectId}` : 'for every project'}.\n`,
      );
      return exit.done;
    },
  },
];
