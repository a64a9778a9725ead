/** What is known of a sealed file: its seal, and the wrapped keys that one holder has of it. Rows keep both. */
import { z } from 'zod';

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** Written once when a file is complete (storable as JSON). Sizes in bytes, hashes SHA-256 in lower-case hex. */
export const Seal = z
  .object({
    plaintextBytes: count,
    plaintextSha256: sha256Hex,
    ciphertextBytes: count,
    /** Of nonce ‖ tag of every segment, in order (28 bytes for each 64 KiB): with keys and plaintext it fixes every byte. */
    segmentsSha256: sha256Hex.optional(),
    /** Of the whole body; only seals made before `segmentsSha256` was have it. */
    ciphertextSha256: sha256Hex.optional(),
    /** Which data key seals which segments: from `firstSegment` to the next part's. The first is 0; ascending. */
    parts: z
      .array(z.object({ firstSegment: count, keyId: z.string().regex(/^[0-9a-f]{16}$/) }))
      .min(1)
      .readonly(),
  })
  .refine(
    ({ segmentsSha256, ciphertextSha256 }) => segmentsSha256 !== undefined || ciphertextSha256 !== undefined,
  );
export type Seal = Readonly<z.infer<typeof Seal>>;

/** One data key as a holder keeps it: `wrapped` is one opaque value for a bytea column. */
export interface WrappedPart {
  /** The first 64 KiB segment that this key seals. */
  readonly firstSegment: number;
  readonly wrapped: Uint8Array;
}

/** Whose keys: a wrap opens for exactly this object, project and holder (say `inbound` or `publication:ID`). */
export interface Holding {
  /** The object's name in the store. */
  readonly name: string;
  readonly projectId: string;
  readonly holder: string;
}

/** Wrapped keys of a body that is still growing. */
export interface HeldParts extends Holding {
  /** Ascending by `firstSegment`, the first being 0. */
  readonly parts: readonly WrappedPart[];
}

/** All that it takes to read a sealed file. */
export interface SealedObject extends HeldParts {
  readonly seal: Seal;
}
