/** Long steps come one per turn of the event loop. */
import { expect, test } from 'vitest';
import { takeTurn } from '../../../src/storage/event-loop-turn.ts';

test('lets others in between any two long steps, and serves them in order', async () => {
  const events: string[] = [];
  let running = true;
  const tick = (): void => {
    events.push('turn');
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      for (let n = 0; n < 3; n += 1) {
        await takeTurn();
        events.push(name);
      }
    }),
  );
  running = false;
  expect(events.filter((event) => event !== 'turn').join('')).toBe('abcabcabc');
  for (const [n, event] of events.entries()) {
    if (event !== 'turn' && n > 0) expect(events[n - 1]).toBe('turn');
  }
});
