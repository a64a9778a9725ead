/** Checks files on this machine, with no server: the same engine and the same report. */
import { readFile } from 'node:fs/promises';
import { type FileChecker, type FileSource, fileChecker } from '../../inbound/check-file.ts';
import { drawReports, type Report, sentenceLanguage } from '../../inbound/report-text.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, type CommandLine, exit, type Input, UsageError, unreadable } from '../command.ts';
import { write } from '../output.ts';
import { progressBar } from '../progress.ts';
import { reportChoice, reportOptions } from '../report-options.ts';

const codes: Readonly<Record<Report['verdict'], number>> = {
  accepted: exit.done,
  rejected: exit.refused,
  'not-checked': exit.usage,
};

export const checkCommand: Command = {
  name: 'check',
  summary: 'Check files before sending them; nothing leaves this machine',
  arguments: ['FILE...'],
  options: {
    description: { value: 'datapackage.json', help: 'what the files are to hold' },
    describe: { value: 'datapackage.json', help: 'an earlier name of --description' },
    catalogue: {
      value: 'klass.json',
      many: true,
      help: 'a Klass snapshot, for fields with no:klass; once for each list',
    },
    name: { value: 'NAME', help: 'what standard input is called; FILE is then -' },
    ...reportOptions,
  },
  async run(line, input) {
    const { format, language } = reportChoice(input, line.config.language);
    const sources = input.positionals.map((path) => ({ label: path, source: sourceOf(line, input, path) }));
    if (sources.filter(({ label }) => label === '-').length > 1)
      throw new UsageError('standard input can be read once');
    if (format === 'html' && sources.length > 1) throw new UsageError('--format html takes one file');
    const sentence = sentenceLanguage(language);
    const complain = async (thrown: unknown): Promise<number> => {
      if (!(thrown instanceof AppError)) throw thrown;
      await write(line.stderr, `datasluse: ${thrown.detail[sentence]}\n`);
      return exit.usage;
    };
    let checker: FileChecker;
    try {
      checker = fileChecker(
        { clock: line.clock, syntheticIds: line.config.syntheticIds },
        { language, beside: input.positionals.filter((path) => path !== '-'), ...(await known(input)) },
      );
    } catch (thrown) {
      return complain(thrown);
    }
    const reports: Report[] = [];
    let worst: number = exit.done;
    for (const { label, source } of sources) {
      const name = 'path' in source ? label : source.name;
      try {
        const report = await checker.check(source, (bytes) => progressBar(line.stderr, name, bytes));
        reports.push(report);
        worst = Math.max(worst, codes[report.verdict]);
      } catch (thrown) {
        // The others are checked all the same.
        worst = Math.max(worst, await complain(thrown));
      }
    }
    await write(line.stdout, drawReports(reports, format, language, { list: sources.length > 1 }));
    return worst;
  },
};

/** Description and code lists, as text. Errors: `not-found`. */
async function known(input: Input): Promise<{ description?: string; codeLists: string[] }> {
  const path = input.option('description') ?? input.option('describe');
  const codeLists: string[] = [];
  for (const one of input.all('catalogue')) codeLists.push(await textOf(one));
  return path === undefined ? { codeLists } : { description: await textOf(path), codeLists };
}

function sourceOf(line: CommandLine, input: Input, path: string): FileSource {
  if (path !== '-') return { path };
  return { name: input.required('name'), content: line.stdin };
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause) => Promise.reject(unreadable(path, cause)));
}
