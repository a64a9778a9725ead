/** Drafts a description from a file, so that nobody starts from an empty page. */
import { writeFile } from 'node:fs/promises';
import { draftFile } from '../../inbound/draft-file.ts';
import { AppError } from '../../platform/errors.ts';
import { type Command, exit } from '../command.ts';
import { json, write } from '../output.ts';
import { progressBar } from '../progress.ts';

const advice = {
  nb: (rows: number) =>
    `Utkastet bygger på ${rows} rader. Se over typer, kodelister, no:identifier og no:sensitivity før det brukes.\n`,
  en: (rows: number) =>
    `The draft rests on ${rows} rows. Look over types, code lists, no:identifier and no:sensitivity before you use it.\n`,
};
const passedOver = {
  nb: (rows: number) => `${rows} rader kunne ikke leses og er ikke med; kjør datasluse check på filen.\n`,
  en: (rows: number) => `${rows} rows could not be read and are left out; run datasluse check on the file.\n`,
};

export const describeCommand: Command = {
  name: 'describe',
  summary: 'Draft a description (datapackage.json) from a file of delimited text',
  arguments: ['FILE'],
  options: {
    out: { value: 'datapackage.json', help: 'a new file to write it to, instead of standard output' },
    name: { value: 'NAME', help: 'what standard input is called; FILE is then -' },
  },
  async run(line, input) {
    const [path = ''] = input.positionals;
    const source = path === '-' ? { name: input.required('name'), content: line.stdin } : { path };
    const out = input.option('out');
    const { language } = line.config;
    try {
      const { content, rows, unread } = await draftFile(source, (bytes) =>
        progressBar(line.stderr, path, bytes),
      );
      if (out === undefined) await write(line.stdout, json(content));
      else await writeNew(out, json(content));
      await write(line.stderr, advice[language](rows) + (unread > 0 ? passedOver[language](unread) : ''));
      return exit.done;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      await write(line.stderr, `datasluse: ${thrown.detail[language]}\n`);
      return exit.usage;
    }
  },
};

/** A description that somebody has worked on is not written over. */
async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EEXIST'
      ? new AppError('already-exists', {
          nb: `${path} finnes fra før og er ikke endret.`,
          en: `${path} exists already and has not been changed.`,
        })
      : new AppError('not-found', { nb: `Kan ikke skrive ${path}.`, en: `Cannot write ${path}.` }, { cause });
  });
}
