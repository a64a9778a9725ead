/** Puts writes that overtake one another back in order, within a bounded window. */
import { AppError } from '../platform/errors.ts';

/** Clients keep at most a few MiB in flight; what is further ahead is no race but a file written out of order. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** Holds what came ahead of `position`; nothing is ever held twice or let through with a gap before it. */
export class ReorderWindow {
  #ahead = new Map<number, Uint8Array>();
  #held = 0;

  /** True when a write has come before the one that precedes it. */
  get hasGap(): boolean {
    return this.#ahead.size > 0;
  }

  /** Keeps a copy of `data` until what lies before `offset` has come. Errors: `unsupported`. */
  hold(offset: number, data: Uint8Array, position: number): void {
    const overlaps = this.#ahead.has(offset);
    if (
      overlaps ||
      offset + data.length - position > WINDOW_BYTES ||
      this.#held + data.length > WINDOW_BYTES
    ) {
      throw new AppError('unsupported', {
        nb: 'Filen må sendes fra begynnelse til slutt; deler kan ikke skrives i vilkårlig rekkefølge. Send den på nytt.',
        en: 'The file must be sent from beginning to end; parts cannot be written in any order. Send it again.',
      });
    }
    this.#ahead.set(offset, Uint8Array.from(data));
    this.#held += data.length;
  }

  /** What continues at `position`, if it has come. */
  take(position: number): Uint8Array | undefined {
    const data = this.#ahead.get(position);
    if (data === undefined) return undefined;
    this.#ahead.delete(position);
    this.#held -= data.length;
    return data;
  }

  clear(): void {
    this.#ahead.clear();
    this.#held = 0;
  }
}
