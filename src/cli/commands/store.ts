/** The store compared with its seals, and one file of it for the holder of another key. */
import { open, readFile, unlink } from 'node:fs/promises';
import { exportFile } from '../../custody/export.ts';
import { verifyStore } from '../../custody/verify-store.ts';
import { parseEncryptionKey } from '../../identity/encryption-key.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, exit, operator, UsageError, unreadable } from '../command.ts';
import { json, size, write } from '../output.ts';
import { progressBar } from '../progress.ts';

const found = {
  'body-missing': 'the body is gone from the store',
  'body-differs': 'the body is not as it was sealed',
  'keys-missing': 'its keys are gone',
  'keys-differ': 'a key of it does not open, or is another one',
  'no-seal': 'its seal cannot be read',
  orphan: 'the store holds it, and the database does not know it',
} as const;

export const storeCommands: readonly Command[] = [
  {
    name: 'store verify',
    summary: 'Compare every body in the store with its seal; goes on where it was cut short',
    arguments: [],
    options: {
      project: { value: 'PROJECT', help: 'only the bodies of this project' },
      rate: { value: 'MB/s', help: 'read no faster than this' },
      restart: { help: 'from the beginning, even if an earlier run was cut short' },
      json: { help: 'for programs' },
    },
    async run(line, input) {
      const rate = input.option('rate');
      if (rate !== undefined && !(Number(rate) > 0)) throw new UsageError('--rate takes a number of MB/s');
      await using services = await line.open();
      let bar: ReturnType<typeof progressBar> | undefined;
      let shown = 0;
      const result = await verifyStore(services, operator(line), {
        projectId: input.option('project'),
        restart: input.has('restart'),
        rateBytesPerS: rate === undefined ? undefined : Number(rate) * 1e6,
        onProgress: (done, total) => {
          bar ??= progressBar(line.stderr, 'verifying', total);
          bar.advance(done - shown);
          shown = done;
        },
      }).finally(() => bar?.done());
      const { bodies, bytes, faults, earlierFaults, resumed, leftovers, staleParts } = result;
      if (input.has('json')) await write(line.stdout, json(result));
      else {
        const lines = [
          ...(resumed ? ['Went on where an earlier run was cut short.'] : []),
          ...faults.map((one) => `FAULT ${one.name} ${one.projectId ?? ''}: ${found[one.kind]}`),
          ...(earlierFaults > 0
            ? [`${earlierFaults} faults were met before it was cut short; see the audit log.`]
            : []),
          ...(leftovers > 0 ? [`${leftovers} erased bodies wait for the nightly sweep.`] : []),
          ...staleParts.map((name) => `unfinished for too long: ${name}; do the jobs run?`),
          `${bodies} bodies verified (${size(bytes)}): ${faults.length + earlierFaults === 0 ? 'all as sealed' : `${faults.length + earlierFaults} FAULTS`}.`,
        ];
        await write(line.stdout, `${lines.join('\n')}\n`);
      }
      return faults.length + earlierFaults === 0 ? exit.done : exit.refused;
    },
  },
  {
    name: 'export',
    summary: 'Write a received or delivered file as a standard .c4gh for a key; the audit log has it',
    arguments: ['ID'],
    options: {
      to: {
        value: 'KEY.pub',
        required: true,
        help: 'a Crypt4GH public key, or an SSH key of the type ssh-ed25519',
      },
      out: { value: 'FILE', help: 'a new file to write it to, instead of standard output' },
    },
    async run(line, input) {
      const [id = ''] = input.positionals;
      const path = input.required('to');
      const text = await readFile(path, 'utf8').catch((cause) => Promise.reject(unreadable(path, cause)));
      const to = parseEncryptionKey(text);
      await using services = await line.open();
      const { name, bytes, content } = await exportFile(services, operator(line), { id, to });
      const target = input.option('out');
      const file =
        target === undefined ? undefined : await open(target, 'wx', 0o600).catch(cannotWrite(target));
      const bar = progressBar(line.stderr, name, bytes);
      try {
        for await (const chunk of content) {
          if (file === undefined) await write(line.stdout, chunk);
          else await file.writeFile(chunk);
          bar.advance(chunk.length);
        }
        await file?.sync();
      } catch (thrown) {
        // Ordinary tools do not see that a Crypt4GH file was cut at its end.
        if (target !== undefined) await unlink(target);
        throw thrown;
      } finally {
        bar.done();
        await file?.close();
      }
      return exit.done;
    },
  },
];

function cannotWrite(path: string): (cause: unknown) => Promise<never> {
  return (cause) =>
    Promise.reject(
      new AppError(
        'invalid-input',
        {
          nb: `Kan ikke skrive til ${path}: filen må være ny, og mappen må finnes.`,
          en: `Cannot write to ${path}: the file must be new, and its folder must be there.`,
        },
        { cause },
      ),
    );
}
