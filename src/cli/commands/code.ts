/** One-time codes for people who sign in at the SFTP door with a key and a code. */
import { codeLifeMinutes, issueCode } from '../../identity/one-time-codes.ts';
import { type Command, exit, operator } from '../command.ts';
import { json, write } from '../output.ts';

export const codeCommands: readonly Command[] = [
  {
    name: 'code issue',
    summary: 'Give a person a one-time code for their next sign-in over SFTP',
    arguments: [],
    options: {
      person: { value: 'NAME', required: true, help: 'whose code it is' },
      json: { help: 'for programs' },
    },
    async run(line, input) {
      const personId = input.required('person');
      await using services = await line.open();
      const { code, expiresAt } = await issueCode(services, operator(line), personId);
      const text = `${code}\nFor ${personId}, once, within ${codeLifeMinutes} minutes. Tell it to nobody else.\n`;
      await write(
        line.stdout,
        input.has('json') ? json({ personId, code, expiresAt: expiresAt.toString() }) : text,
      );
      return exit.done;
    },
  },
];
