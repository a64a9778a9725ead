/** Checks a file on this machine, with no server: the same engine and the same report. */
import { readFile } from 'node:fs/promises';
import { type CheckedFile, checkFile } from '../../inbound/check-file.ts';
import { reportText } from '../../inbound/receipts.ts';
import { reportForPeople } from '../../inbound/report-text.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, exit, unreadable } from '../command.ts';
import { write } from '../output.ts';
import { progressBar } from '../progress.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'Check a file before sending it; nothing leaves this machine',
  arguments: ['FILE'],
  options: {
    describe: { value: 'datapackage.json', help: 'what the file is to hold' },
    catalogue: {
      value: 'klass.json',
      many: true,
      help: 'a Klass snapshot, for fields with no:klass; once for each list',
    },
    json: { help: 'the report itself' },
  },
  async run(line, input) {
    const [path = ''] = input.positionals;
    const descriptionPath = input.option('describe');
    let checked: CheckedFile;
    const { language } = line.config;
    try {
      const description = descriptionPath === undefined ? undefined : await textOf(descriptionPath);
      const codeLists: string[] = [];
      for (const one of input.all('catalogue')) codeLists.push(await textOf(one));
      checked = await checkFile(
        { clock: line.clock, syntheticIds: line.config.syntheticIds },
        {
          path,
          language,
          ...(description === undefined ? {} : { description }),
          codeLists,
          progress: (bytes) => progressBar(line.stderr, path, bytes),
        },
      );
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      await write(line.stderr, `datasluse: ${thrown.detail[language]}\n`);
      return exit.usage;
    }
    const { report } = checked;
    await write(line.stdout, input.has('json') ? reportText(report) : reportForPeople(report, language));
    if (report.verdict === 'not-checked') return exit.usage;
    return report.verdict === 'accepted' ? exit.done : exit.refused;
  },
};

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause) => Promise.reject(unreadable(path, cause)));
}
