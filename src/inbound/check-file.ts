/** Checks files of this machine with the engine that the doors use. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CodeListForCheck, codeListForCheck, parseSnapshot } from '../catalogue/snapshot.ts';
import { type Clock, osloDate } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { namedClassifications } from '../validators/code-lists.ts';
import { expectedFiles, resourceForFile } from '../validators/description.ts';
import { referencedFiles } from '../validators/referenced-files.ts';
import type { Report } from '../validators/report.ts';
import type { ReportLanguage } from '../validators/report-language.ts';
import { type RunningCheck, startCheck } from '../validators/worker/check-worker.ts';
import { parseDescription } from './descriptions.ts';

const READ_BYTES = 1024 * 1024;

/** What is read: a file of the disk, or bytes that come under a name, such as standard input. */
export type FileSource = { path: string } | { name: string; content: AsyncIterable<Uint8Array> };

interface Progress {
  advance(bytes: number): void;
  done(): void;
}

export interface FileChecker {
  /** Errors: `not-found` when the file cannot be read. `totalBytes` is undefined where nobody knows it. */
  check(source: FileSource, progress: (totalBytes: number | undefined) => Progress): Promise<Report>;
}

/** Reads description and code lists once, for any number of files. Errors: `invalid-input` for one that is none. */
export function fileChecker(
  deps: { clock: Clock; syntheticIds: 'accept' | 'refuse' },
  input: {
    language: ReportLanguage;
    /** The text of a Data Package. */
    description?: string;
    /** The texts of Klass snapshots, one of each classification. */
    codeLists?: readonly string[];
    /** Files that foreign keys may point at, by path; those checked are among them. */
    beside?: readonly string[];
  },
): FileChecker {
  const description = input.description === undefined ? undefined : parseDescription(input.description);
  const codeLists = parseCodeLists(input.codeLists ?? []);
  const beside = input.beside ?? [];

  async function start(fileName: string): Promise<RunningCheck> {
    const resource = description && resourceForFile(description.content, fileName);
    const named = namedClassifications(resource);
    const names = beside.map((path) => basename(path));
    const referenced = referencedFiles(description?.content, resource, names);
    const check = startCheck({
      fileName,
      referenced,
      ...(resource === undefined ? {} : { resource }),
      ...(description === undefined ? {} : { expected: expectedFiles(description.content) }),
      codeLists: codeLists.filter((list) => named.includes(list.classification)),
      language: input.language,
      syntheticIds: deps.syntheticIds,
      today: osloDate(deps.clock.now()).toString(),
      descriptionSha256: description?.sha256 ?? null,
    });
    for (const [index, file] of referenced.entries()) {
      if (file.present) await readBeside(check, index, beside[names.indexOf(file.fileName)]!);
    }
    return check;
  }

  return {
    async check(source, progress) {
      const { name, content, bytes } = await openSource(source);
      const check = await start(name);
      const hash = createHash('sha256');
      const bar = progress(bytes);
      try {
        for await (const data of content) {
          hash.update(data);
          bar.advance(data.length);
          await check.push(data);
        }
      } catch (cause) {
        await check.abort();
        throw unreadable('path' in source ? source.path : name, cause);
      } finally {
        bar.done();
      }
      return check.finish({ sha256: hash.digest('hex') });
    },
  };
}

/** Gives the check a file that foreign keys point at. One that cannot be read to its end is not ended: the report says so. */
async function readBeside(check: RunningCheck, index: number, path: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      await check.pushReferenced(index, chunk);
    }
  } catch {
    return;
  }
  check.endReferenced(index);
}

/** The name, the bytes and how many they are. Errors: `not-found`. */
export async function openSource(
  source: FileSource,
): Promise<{ name: string; content: AsyncIterable<Uint8Array>; bytes: number | undefined }> {
  if (!('path' in source)) return { ...source, bytes: undefined };
  const { path } = source;
  const found = await stat(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  if (found.isDirectory()) throw unreadable(path, undefined);
  return {
    name: basename(path),
    content: createReadStream(path, { highWaterMark: READ_BYTES }),
    // A pipe or a device has no size.
    bytes: found.isFile() ? found.size : undefined,
  };
}

function parseCodeLists(texts: readonly string[]): CodeListForCheck[] {
  const lists = texts.map((text) => codeListForCheck(parseSnapshot(text)));
  lists.forEach(({ classification }, index) => {
    if (lists.findIndex((other) => other.classification === classification) === index) return;
    throw new AppError('invalid-input', {
      nb: `Kodelisten ${classification} er gitt to ganger.`,
      en: `The code list ${classification} is given twice.`,
    });
  });
  return lists;
}

export function unreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'not-found',
    { nb: `Kan ikke lese filen ${path}.`, en: `Cannot read the file ${path}.` },
    { cause },
  );
}
