/** The store compared with its seals, and one file of it for the holder of another key. */
import { verifyStore } from '../../custody/verify-store.ts';
import { type Command, exit, operator, UsageError } from '../command.ts';
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
];
