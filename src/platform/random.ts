/** Randomness, passed in, so that vectors and tests can be exact. */
import { randomBytes, randomUUID } from 'node:crypto';

export interface Random {
  /** `count` cryptographically strong bytes. */
  bytes(count: number): Uint8Array;
  /** A random UUID, version 4. */
  uuid(): string;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
};
