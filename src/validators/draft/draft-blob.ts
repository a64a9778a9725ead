/** Entry of the browser's worker: a description begun from a file on the reader's own machine, of which nothing is sent. */
import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import type { DataPackage } from '../description.ts';
import { parseDataPackageText } from '../description-text.ts';
import { startDraft } from './draft.ts';

// A page with a strict content policy compiles no code while it runs.
z.config({ jitless: true });

export type BlobDraft =
  | { readonly kind: 'draft'; readonly content: DataPackage; readonly rows: number; readonly unread: number }
  /** The file was a description already. */
  | { readonly kind: 'description'; readonly content: DataPackage }
  | { readonly kind: 'refused'; readonly why: { readonly nb: string; readonly en: string } };

/** A `.json` file is read as a description; any other as a sample, from the first byte to the last. Memory is flat. */
export async function draftOfBlob(file: File): Promise<BlobDraft> {
  try {
    if (/\.json$/i.test(file.name)) {
      return { kind: 'description', content: parseDataPackageText(await file.text()) };
    }
    const draft = startDraft({ fileName: file.name });
    const reader = file.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      draft.push(value);
    }
    return { kind: 'draft', ...draft.finish() };
  } catch (thrown) {
    if (thrown instanceof AppError) return { kind: 'refused', why: thrown.detail };
    throw thrown;
  }
}
