/** Projects and their people and descriptions. */
import { readFile } from 'node:fs/promises';
import { confirmDeletion, createProject, getProject, NewProject, seeProjects } from '../../cases/projects.ts';
import { projectQuota, setQuota } from '../../cases/quota.ts';
import { agreedFiles, describeOutgoing } from '../../deliveries/outgoing-description.ts';
import { addPerson, listProjectPeople, NewPerson } from '../../identity/people.ts';
import { describeProject } from '../../inbound/descriptions.ts';
import { expectedNames } from '../../inbound/expected.ts';
import { projectUse } from '../../inbound/usage.ts';
import { parseBytes } from '../../platform/byte-words.ts';
import { type Command, exit, operator, parseOr, UsageError, unreadable } from '../command.ts';
import { json, size, table, write } from '../output.ts';

const asJson = { json: { help: 'for programs' } };

/** Null: the service's default again. */
function quotaOf(text: string): number | null {
  if (text === 'default') return null;
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new UsageError('SIZE is such as 500GB or 1.5TB, or the word default');
  return bytes;
}

export const projectCommands: readonly Command[] = [
  {
    name: 'project create',
    summary: 'Create a project',
    arguments: ['PROJECT'],
    options: {
      title: { value: 'TITLE', required: true, help: 'what the project is called' },
      institution: { value: 'NAME', required: true, help: 'the research institution' },
      'delete-by': { value: 'YYYY-MM-DD', required: true, help: 'the last day on which data may be kept' },
    },
    async run(line, input) {
      const project = parseOr(NewProject, {
        id: input.positionals[0],
        title: input.required('title'),
        institution: input.required('institution'),
        deleteBy: input.required('delete-by'),
      });
      await using services = await line.open();
      await createProject(services, operator(line), project);
      await write(line.stdout, `Created ${project.id}, to be deleted by ${project.deleteBy}.\n`);
      return exit.done;
    },
  },
  {
    name: 'project list',
    summary: 'List the projects',
    arguments: [],
    options: asJson,
    async run(line, input) {
      await using services = await line.open();
      const projects = (await seeProjects(services, operator(line))).map((one) => ({
        id: one.id,
        title: one.title,
        institution: one.institution,
        deleteBy: one.deleteBy.toString(),
        state: one.state,
      }));
      const text = table(
        ['PROJECT', 'TITLE', 'INSTITUTION', 'DELETE BY', 'STATE'],
        projects.map((one) => [one.id, one.title, one.institution, one.deleteBy, one.state]),
      );
      await write(line.stdout, input.has('json') ? json(projects) : text);
      return exit.done;
    },
  },
  {
    name: 'project confirm-deletion',
    summary: 'Record that the signed deletion confirmation has come; ends the project',
    arguments: ['PROJECT'],
    options: {},
    async run(line, input) {
      const id = input.positionals[0] ?? '';
      await using services = await line.open();
      await confirmDeletion(services, operator(line), id);
      await write(line.stdout, `Deletion is confirmed; ${id} is closed.\n`);
      return exit.done;
    },
  },
  {
    name: 'project quota',
    summary: 'Show how much a project may store, or set it',
    arguments: ['PROJECT', '[SIZE|default]'],
    options: asJson,
    async run(line, input) {
      const [projectId = '', wanted] = input.positionals;
      const quotaBytes = wanted === undefined ? undefined : quotaOf(wanted);
      await using services = await line.open();
      const { quotaBytes: own } = await getProject(services, operator(line), projectId);
      if (quotaBytes !== undefined) await setQuota(services, operator(line), { projectId, quotaBytes });
      const quota = await projectQuota(services, projectId);
      const used = await projectUse(services, projectId);
      const source = (quotaBytes === undefined ? own : quotaBytes) === null ? 'default' : 'project';
      const text = `${projectId} uses ${size(used)} of ${size(quota)}${source === 'default' ? " (the service's default)" : ''}.\n`;
      await write(
        line.stdout,
        input.has('json') ? json({ usedBytes: used, quotaBytes: quota, source }) : text,
      );
      return exit.done;
    },
  },
  {
    name: 'person add',
    summary: 'Add a person, or a further role or key to one who is known',
    arguments: ['NAME'],
    options: {
      email: { value: 'ADDRESS', help: 'where mail goes' },
      name: { value: 'FULL NAME', help: 'how mail greets them' },
      role: { value: 'ROLE', required: true, help: 'researcher, supplier, producer, officer or auditor' },
      project: { value: 'PROJECT', help: 'where the role holds; staff may leave it out for every project' },
      'ssh-key': { value: 'FILE.pub', help: 'the public key they sign in with' },
      language: { value: 'nb|nn|en', help: 'of the mail they get (nb)' },
    },
    async run(line, input) {
      const keyFile = input.option('ssh-key');
      const sshKey =
        keyFile &&
        (await readFile(keyFile, 'utf8').catch((cause) => Promise.reject(unreadable(keyFile, cause))));
      const person = parseOr(NewPerson, {
        id: input.positionals[0],
        name: input.option('name'),
        email: input.option('email'),
        role: input.required('role'),
        projectId: input.option('project'),
        language: input.option('language'),
        sshKey,
      });
      await using services = await line.open();
      await addPerson(services, operator(line), person);
      const where = person.projectId === undefined ? 'every project' : person.projectId;
      await write(line.stdout, `${person.id} is ${person.role} in ${where}.\n`);
      return exit.done;
    },
  },
  {
    name: 'person list',
    summary: 'List people and their roles',
    arguments: ['[PROJECT]'],
    options: asJson,
    async run(line, input) {
      await using services = await line.open();
      const people = await listProjectPeople(services, operator(line), input.positionals[0]);
      const text = table(
        ['NAME', 'FULL NAME', 'E-MAIL', 'ROLE', 'PROJECT'],
        people.map((one) => [one.id, one.name, one.email, one.role, one.projectId ?? '(every)']),
      );
      await write(line.stdout, input.has('json') ? json(people) : text);
      return exit.done;
    },
  },
  {
    name: 'project describe',
    summary: 'Set which files a project is to send, or may get, and what is in them (a Data Package)',
    arguments: ['PROJECT', 'datapackage.json'],
    options: { outgoing: { help: 'it describes what may go out to the project' } },
    async run(line, input) {
      const [projectId = '', path = ''] = input.positionals;
      const text = await readFile(path, 'utf8').catch((cause) => Promise.reject(unreadable(path, cause)));
      await using services = await line.open();
      if (input.has('outgoing')) {
        const made = await describeOutgoing(services, operator(line), projectId, text);
        const files = agreedFiles(made).join(', ');
        await write(
          line.stdout,
          `${projectId} has outgoing description ${made.version}; these may go out: ${files}\n`,
        );
        return exit.done;
      }
      const description = await describeProject(services, operator(line), projectId, text);
      const files = expectedNames(description.content, undefined).join(', ');
      await write(line.stdout, `${projectId} has description ${description.version}; it expects: ${files}\n`);
      return exit.done;
    },
  },
];
