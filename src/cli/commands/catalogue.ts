/** Code lists: snapshots of Klass, loaded by staff and used by every check after that. */
import { readFile } from 'node:fs/promises';
import { listCodeLists, loadCodeList } from '../../catalogue/code-lists.ts';
import { type Command, exit, operator, unreadable } from '../command.ts';
import { json, table, write } from '../output.ts';

export const catalogueCommands: readonly Command[] = [
  {
    name: 'catalogue load',
    summary: 'Load a snapshot of a Klass code list; from now on checks use it',
    arguments: ['FILE.json'],
    options: {},
    async run(line, input) {
      const [path = ''] = input.positionals;
      const text = await readFile(path, 'utf8').catch((cause) => Promise.reject(unreadable(path, cause)));
      await using services = await line.open();
      const list = await loadCodeList(services, operator(line), text);
      await write(
        line.stdout,
        `Klass ${list.classification} (${list.name.nb}) is version ${list.version}: ` +
          `${list.codes} codes, as of ${list.snapshotAt}.\n`,
      );
      return exit.done;
    },
  },
  {
    name: 'catalogue list',
    summary: 'List the code lists, every version that was loaded',
    arguments: [],
    options: { json: { help: 'for programs' } },
    async run(line, input) {
      await using services = await line.open();
      const lists = (await listCodeLists(services, operator(line))).map((one) => ({
        classification: one.classification,
        name: one.name,
        version: one.version,
        inUse: one.inUse,
        snapshotAt: one.snapshotAt.toString(),
        codes: one.codes,
        sha256: one.sha256,
        loadedAt: one.loadedAt.toString(),
      }));
      const text = table(
        ['KLASS', 'NAME', 'VERSION', 'IN USE', 'AS OF', 'CODES', 'LOADED'],
        lists.map((one) => [
          one.classification,
          one.name.nb,
          one.version,
          one.inUse ? 'yes' : 'no',
          one.snapshotAt,
          one.codes,
          one.loadedAt,
        ]),
      );
      await write(line.stdout, input.has('json') ? json(lists) : text);
      return exit.done;
    },
  },
];
