/** One long step per turn of the event loop, whoever asks: sixteen uploads must not hold it for sixteen steps. */

const waiting: (() => void)[] = [];

/** Resolves first come, first served, in a turn in which nobody else's does. For steps of a millisecond and more. */
export function takeTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(serve);
  });
}

function serve(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(serve);
}
