/** The worker in which a description is begun from a sample: the service's own engine, away from the page. */
import { type BlobDraft, draftOfBlob } from '../../validators/draft/draft-blob.ts';

export type DraftWord = BlobDraft | { readonly kind: 'failed' };

addEventListener('message', ({ data }: MessageEvent<File>) => {
  const say = (word: DraftWord) => postMessage(word);
  draftOfBlob(data).then(say, () => say({ kind: 'failed' }));
});
