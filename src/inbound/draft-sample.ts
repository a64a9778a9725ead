/** Drafts a description from a sample of a file, whose last row is likely cut off. */
import type { DataPackage } from '../validators/description.ts';
import { startDraft } from '../validators/draft/draft.ts';

/** Errors: `unsupported` and `invalid-input` for what no draft can be made of. */
export function draftFromSample(
  fileName: string,
  sample: Uint8Array,
): { content: DataPackage; rows: number; unread: number } {
  const draft = startDraft({ fileName });
  draft.push(sample);
  return draft.finish();
}
