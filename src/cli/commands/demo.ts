/** Makes a first project to try the service with, and prints what to type next. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createProject } from '../../cases/projects.ts';
import { generateEd25519Key } from '../../identity/key-pair.ts';
import { addPerson } from '../../identity/people.ts';
import { describeProject } from '../../inbound/descriptions.ts';
import { osloDate } from '../../platform/clock.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, type CommandLine, exit, operator } from '../command.ts';
import { demoDescription, demoFileName, faultyFile, soundFile } from '../demo-data.ts';
import { write } from '../output.ts';

const PROJECT = 'P24-0187';
const RECORDS = 20_000;

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Make a project with people, a key and files to try the service with',
  arguments: [],
  options: { folder: { value: 'FOLDER', help: 'where the key and the example files go (./demo)' } },
  async run(line, input) {
    const folder = resolve(input.option('folder') ?? 'demo');
    await using services = await line.open();
    const as = operator(line);
    const deleteBy = osloDate(services.clock.now()).add({ years: 1 }).toString();
    await createProject(services, as, {
      id: PROJECT,
      title: 'Arbeid og helse (eksempel)',
      institution: 'Eksempelinstituttet',
      deleteBy,
    });
    const pair = generateEd25519Key('datasluse-demo');
    const person = { language: 'nb' as const, projectId: PROJECT };
    await addPerson(services, as, {
      ...person,
      id: 'kari',
      name: 'Kari Eksempel',
      email: 'kari@example.no',
      role: 'researcher',
      sshKey: pair.publicLine,
    });
    await addPerson(services, as, {
      ...person,
      id: 'per',
      name: 'Per Eksempel',
      email: 'per@example.no',
      role: 'officer',
    });
    // A delivery takes two: one prepares it, another approves it.
    await addPerson(services, as, {
      ...person,
      id: 'ida',
      name: 'Ida Eksempel',
      email: 'ida@example.no',
      role: 'producer',
    });
    const description = JSON.stringify(demoDescription, null, 2) + '\n';
    await describeProject(services, as, PROJECT, description);

    await writeFolder(folder, {
      kari: { text: pair.privateKey, mode: 0o600 },
      'kari.pub': { text: `${pair.publicLine}\n` },
      'datapackage.json': { text: description },
      [demoFileName]: { text: soundFile(RECORDS) },
      [`med_feil/${demoFileName}`]: { text: faultyFile(RECORDS) },
    });
    await write(line.stdout, instructions(relative(process.cwd(), folder) || '.', line.config));
    return exit.done;
  },
};

async function writeFolder(
  folder: string,
  files: Readonly<Record<string, { text: string; mode?: number }>>,
): Promise<void> {
  try {
    await mkdir(join(folder, 'med_feil'), { recursive: true });
    for (const [name, { text, mode = 0o644 }] of Object.entries(files)) {
      await writeFile(join(folder, name), text, { mode, flag: 'w' });
    }
  } catch (cause) {
    throw new AppError(
      'storage-failed',
      {
        nb: `Kan ikke skrive eksempelfilene til ${folder}.`,
        en: `Cannot write the example files to ${folder}.`,
      },
      { cause },
    );
  }
}

function instructions(folder: string, { sftp, http, signIn }: CommandLine['config']): string {
  const connect = `sftp -P ${sftp.port} -i ${folder}/kari kari@${sftp.host}`;
  const web = `On the web, sign in as Kari, Per or Ida: http://${http.host}:${http.port}/\n`;
  return `Made project ${PROJECT} with kari (researcher), per (case officer) and ida (data producer); example files in ${folder}/.
${signIn.development ? `\n${web}` : ''}
Send a file as kari, and look at its report:

  ${connect}
  sftp> cd ${PROJECT}/inbox
  sftp> put ${folder}/med_feil/${demoFileName}
  sftp> ls
  sftp> get ${demoFileName}.report.txt
  sftp> !cat ${demoFileName}.report.txt
  sftp> put ${folder}/${demoFileName}
  sftp> ls -l

As the agency, see what has come, and publish an extract:

  npx datasluse inbound list ${PROJECT}
  npx datasluse delivery publish ${PROJECT} --title "Uttrekk 1" ${folder}/${demoFileName}
  npx datasluse jobs run

That passes the second person by, as only this command line may. On the web a delivery takes two: Per puts files into a
draft and submits it, Ida approves it, and it is published.
`;
}
