/** Checks a file of the local disk with the engine that the doors use. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CodeListForCheck, codeListForCheck, parseSnapshot } from '../catalogue/snapshot.ts';
import { type Clock, osloDate } from '../platform/clock.ts';
import { AppError, type Language } from '../platform/errors.ts';
import { namedClassifications } from '../validators/code-lists.ts';
import { expectedFiles, resourceForFile } from '../validators/description.ts';
import type { Report } from '../validators/report.ts';
import { startCheck } from '../validators/worker/check-worker.ts';
import { parseDescription } from './descriptions.ts';

const READ_BYTES = 1024 * 1024;

export interface CheckedFile {
  report: Report;
}

/** Errors: `not-found` when the file cannot be read, `invalid-input` for a description or a code list that is none. */
export async function checkFile(
  deps: { clock: Clock; syntheticIds: 'accept' | 'refuse' },
  input: {
    path: string;
    language: Language;
    /** The text of a Data Package. */
    description?: string;
    /** The texts of Klass snapshots, one of each classification. */
    codeLists?: readonly string[];
    progress(totalBytes: number): { advance(bytes: number): void; done(): void };
  },
): Promise<CheckedFile> {
  const bytes = await sizeOf(input.path);
  const description = input.description === undefined ? undefined : parseDescription(input.description);
  const fileName = basename(input.path);
  const resource = description && resourceForFile(description.content, fileName);
  const named = namedClassifications(resource);
  const codeLists = parseCodeLists(input.codeLists ?? []);
  const check = startCheck({
    fileName,
    ...(resource === undefined ? {} : { resource }),
    ...(description === undefined ? {} : { expected: expectedFiles(description.content) }),
    codeLists: codeLists.filter((list) => named.includes(list.classification)),
    language: input.language,
    syntheticIds: deps.syntheticIds,
    today: osloDate(deps.clock.now()).toString(),
    descriptionSha256: description?.sha256 ?? null,
  });
  const hash = createHash('sha256');
  const bar = input.progress(bytes);
  try {
    for await (const chunk of createReadStream(input.path, { highWaterMark: READ_BYTES })) {
      const data = chunk as Uint8Array;
      hash.update(data);
      bar.advance(data.length);
      await check.push(data);
    }
  } catch (cause) {
    await check.abort();
    throw unreadable(input.path, cause);
  } finally {
    bar.done();
  }
  return { report: await check.finish({ sha256: hash.digest('hex') }) };
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

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((cause) => Promise.reject(unreadable(path, cause)));
  if (!found.isFile()) throw unreadable(path, undefined);
  return found.size;
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'not-found',
    { nb: `Kan ikke lese filen ${path}.`, en: `Cannot read the file ${path}.` },
    { cause },
  );
}
