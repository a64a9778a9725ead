/** A draft as programs get it, over the API and from the command. */
import type { Draft } from './drafts.ts';

export interface DescribedDraft {
  readonly name: string;
  readonly createdBy: string;
  /** ISO instant. */
  readonly createdAt: string;
  readonly files: {
    readonly name: string;
    readonly state: 'arriving' | 'ready';
    readonly bytes: number | null;
    readonly sha256: string | null;
    readonly uploader: string;
  }[];
}

export function describedDraft({ name, createdBy, createdAt, files }: Draft): DescribedDraft {
  return {
    name,
    createdBy,
    createdAt: createdAt.toISOString(),
    files: files.map((file) => ({
      name: file.name,
      state: file.state,
      bytes: file.bytes,
      sha256: file.sha256,
      uploader: file.uploaderId,
    })),
  };
}
