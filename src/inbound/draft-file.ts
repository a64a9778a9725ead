/** Drafts a description from a file of this machine. */
import type { DataPackage } from '../validators/description.ts';
import { startDraft } from '../validators/draft/draft.ts';
import { type FileSource, openSource, unreadable } from './check-file.ts';

export interface DraftedFile {
  content: DataPackage;
  rows: number;
  unread: number;
}

/** Errors: `not-found` when the file cannot be read, `unsupported` and `invalid-input` for what no draft can be made of. */
export async function draftFile(
  source: FileSource,
  progress: (totalBytes: number | undefined) => { advance(bytes: number): void; done(): void },
): Promise<DraftedFile> {
  const { name, content, bytes } = await openSource(source);
  const draft = startDraft({ fileName: name });
  const bar = progress(bytes);
  try {
    const chunks = content[Symbol.asyncIterator]();
    for (;;) {
      const next = await chunks.next().catch((cause) => Promise.reject(unreadable(name, cause)));
      if (next.done === true) break;
      bar.advance(next.value.length);
      draft.push(next.value);
    }
  } finally {
    bar.done();
  }
  return draft.finish();
}
