/** The root key: its versions, its rotation, and the end of an old one. */
import { retireRootKey, rootKeyStatus, rotateRootKey } from '../../custody/root-keys.ts';
import { type Command, exit, operator, UsageError } from '../command.ts';
import { json, table, write } from '../output.ts';
import { progressBar } from '../progress.ts';

export const keyCommands: readonly Command[] = [
  {
    name: 'keys status',
    summary: 'List the versions of the root key, and how much is wrapped under each',
    arguments: [],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      const keys = (await rootKeyStatus(services, operator(line))).map((one) => ({
        ...one,
        registeredAt: one.registeredAt.toISOString(),
        retiredAt: one.retiredAt?.toISOString() ?? null,
      }));
      const text = table(
        ['VERSION', 'STATE', 'IN FILE', 'DATA KEYS', 'SECRETS', 'SINCE', 'RETIRED'],
        keys.map((one) => [
          one.version,
          one.wrapsNew ? 'wraps new keys' : one.state === 'in-use' ? 'opens only' : 'retired',
          one.inFile ? 'yes' : 'no',
          one.dataKeys,
          one.secrets,
          one.registeredAt,
          one.retiredAt,
        ]),
      );
      await write(line.stdout, input.has('json') ? json(keys) : text);
      return exit.done;
    },
  },
  {
    name: 'keys rotate',
    summary:
      'Make a new root key and wrap every key under it; bodies are not touched, and it can be cut short',
    arguments: [],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      let bar: ReturnType<typeof progressBar> | undefined;
      let shown = 0;
      const result = await rotateRootKey(services, operator(line), {
        onProgress: (done, total) => {
          bar ??= progressBar(line.stderr, 'wrapping keys', total, 'keys');
          bar.advance(done - shown);
          shown = done;
        },
      }).finally(() => bar?.done());
      if (input.has('json')) await write(line.stdout, json(result));
      else {
        const { version, resumed, rewrapped, damaged, remaining } = result;
        const lines = [
          resumed
            ? `Went on with the rotation to version ${version}.`
            : `Version ${version} is the root key now.`,
          `${rewrapped} keys were wrapped under it; ${remaining} remain under older ones.`,
          ...damaged.map((name) => `DAMAGED: a key of ${name} does not open, and was left as it is.`),
          ...(remaining === 0
            ? ['Back up the key file. When no backup of the database needs it: datasluse keys retire OLD']
            : []),
        ];
        await write(line.stdout, `${lines.join('\n')}\n`);
      }
      return result.remaining === 0 ? exit.done : exit.refused;
    },
  },
  {
    name: 'keys retire',
    summary: 'Destroy an old version of the root key, when nothing is wrapped under it any more',
    arguments: ['VERSION'],
    options: {},
    async run(line, input) {
      const [text = ''] = input.positionals;
      if (!/^[1-9][0-9]{0,8}$/.test(text))
        throw new UsageError('VERSION is a number; see datasluse keys status');
      await using services = await line.open();
      await retireRootKey(services, operator(line), Number(text));
      await write(
        line.stdout,
        `Root key ${text} is retired and gone from the key file. Destroy its copies too, and restart other instances.\n`,
      );
      return exit.done;
    },
  },
];
