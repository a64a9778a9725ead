/** Entry of the browser's module: a check of a file on the reader's own machine, from which nothing is sent. */
import { z } from 'zod';
import { type Checker, type CheckOptions, createChecker, type Progress } from './checker.ts';
import { type CodeLists, namedClassifications } from './code-lists.ts';
import { expectedFiles, type Resource, resourceForFile } from './description.ts';
import { parseDataPackageText } from './description-text.ts';
import type { Report } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import { sha256 } from './sha256.ts';

export { renderCsv } from './render-csv.ts';
export { renderHtml } from './render-html.ts';
export { renderText } from './render-text.ts';

// A page with a strict content policy compiles no code while it runs.
z.config({ jitless: true });

/** What the service says of a file before it is sent: it is then checked here as it will be there. */
export interface ServiceKit extends Pick<CheckOptions, 'syntheticIds' | 'today' | 'descriptionSha256'> {
  readonly resource: Resource | null;
  readonly expected: readonly string[] | null;
  readonly codeLists: CodeLists;
}

type Tell = (progress: Progress & { readonly totalBytes: number }) => void;

/** The report that the service will give, but for foreign keys into other files: those it says it has not checked. */
export function checkWithKit(
  file: File,
  kit: ServiceKit,
  options: { readonly language: ReportLanguage; readonly signal?: AbortSignal },
  onProgress?: Tell,
): Promise<Report> {
  const { resource, expected, ...rest } = kit;
  const checker = createChecker({
    ...rest,
    fileName: file.name,
    resource: resource ?? undefined,
    expected: expected ?? undefined,
    language: options.language,
  });
  return readThrough(file, checker, options.signal, onProgress);
}

export interface BlobCheckOptions {
  /** A File's own name unless given. */
  readonly fileName?: string;
  /** The text of a Data Package, as it was handed in: the report bears its hash. */
  readonly description?: string;
  /** The code lists that the description may name, as the service hands them out for checks. */
  readonly codeLists?: CodeLists;
  readonly language: ReportLanguage;
  readonly syntheticIds: 'accept' | 'refuse';
  /** The date in Oslo, ISO. */
  readonly today: string;
  readonly signal?: AbortSignal;
}

/**
 * The report that the service gives for the same bytes and description. The blob is read as a stream; memory is flat.
 * Errors: `invalid-input` for a description that is none; the signal's reason when it is aborted.
 */
export async function checkBlob(blob: Blob, options: BlobCheckOptions, onProgress?: Tell): Promise<Report> {
  const { description: text, language, syntheticIds, today } = options;
  const fileName = options.fileName ?? ('name' in blob ? String(blob.name) : '');
  const description = text === undefined ? undefined : parseDataPackageText(text);
  const resource = description && resourceForFile(description, fileName);
  const named = namedClassifications(resource);
  const checker = createChecker({
    fileName,
    resource,
    expected: description && expectedFiles(description),
    codeLists: options.codeLists?.filter((list) => named.includes(list.classification)),
    language,
    syntheticIds,
    today,
    descriptionSha256: text === undefined ? null : hashOf(new TextEncoder().encode(text)),
  });
  return readThrough(blob, checker, options.signal, onProgress);
}

async function readThrough(
  blob: Blob,
  checker: Checker,
  signal: AbortSignal | undefined,
  onProgress: Tell | undefined,
): Promise<Report> {
  const hash = sha256();
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      hash.update(value);
      checker.push(value);
      onProgress?.({ ...checker.progress(), totalBytes: blob.size });
    }
  } catch (thrown) {
    await reader.cancel().catch(() => undefined);
    throw thrown;
  }
  return checker.finish({ sha256: hash.digest() });
}

function hashOf(bytes: Uint8Array): string {
  const hash = sha256();
  hash.update(bytes);
  return hash.digest();
}
