/** Tells open handles that somebody's access may have changed, so that each read need not ask the tables. */
import { monotonicMs } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';

export interface AccessWatch {
  /** Another number each time an announcement has come. */
  revision(): number;
}

export function createAccessWatch(): AccessWatch & { changed(): void } {
  let revision = 0;
  return {
    revision: () => revision,
    changed: () => {
      revision += 1;
    },
  };
}

/** How long an answer of the tables stands while no announcement says otherwise. */
const STANDS_MS = 1000;

/**
 * What `ask` says, and for a second what it said last, unless an announcement has come: a client that sends a thousand
 * small files asks the same of the tables many times in that second. A refusal is not remembered.
 */
export function remembered<T>(access: AccessWatch, ask: () => Promise<T>): () => Promise<T> {
  let seen = -1;
  let askedMs = -Infinity;
  let answer: Promise<T> | undefined;
  return () => {
    const now = monotonicMs();
    if (answer !== undefined && access.revision() === seen && now - askedMs < STANDS_MS) return answer;
    seen = access.revision();
    askedMs = now;
    const asked = ask();
    answer = asked;
    asked.catch(() => {
      if (answer === asked) answer = undefined;
    });
    return asked;
  };
}

/**
 * A gate before what an open handle does. It costs two comparisons, and gives undefined, until an announcement has come
 * or the last answer is a second old; then `ask` reads the tables again and throws when access has ended. What has been
 * refused once stays refused: the file must be opened anew. `now`: ask in any case.
 */
export function createGate(
  access: AccessWatch,
  ask: () => Promise<void>,
): (options?: { now: boolean }) => Promise<void> | undefined {
  let seen = access.revision();
  let askedMs = monotonicMs();
  let refusal: AppError | undefined;
  let asking: Promise<void> | undefined;

  async function askAgain(): Promise<void> {
    seen = access.revision();
    askedMs = monotonicMs();
    try {
      await ask();
    } catch (thrown) {
      if (thrown instanceof AppError) refusal = thrown;
      // No answer is no leave: the next step asks again.
      askedMs = -Infinity;
      throw thrown;
    } finally {
      asking = undefined;
    }
  }

  return (options) => {
    if (refusal !== undefined) return Promise.reject(refusal);
    const current = access.revision() === seen && monotonicMs() - askedMs < STANDS_MS;
    // An answer that was asked for before the newest announcement does not count.
    if (asking !== undefined) return current ? asking : asking.then(() => (asking ??= askAgain()));
    if (current && options?.now !== true) return undefined;
    asking = askAgain();
    return asking;
  };
}
