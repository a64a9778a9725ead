import { expect, test } from 'vitest';
import { createAccessWatch, createGate } from '../../../src/identity/access-watch.ts';
import { AppError } from '../../../src/platform/errors.ts';

const refusal = new AppError('closed', { nb: 'Stengt.', en: 'Closed.' });

test('asks nothing until an announcement comes, and then once for all that wait', async () => {
  const watch = createAccessWatch();
  let asked = 0;
  const gate = createGate(watch, async () => {
    asked += 1;
  });
  expect([gate(), gate()]).toEqual([undefined, undefined]);
  watch.changed('');
  await Promise.all([gate(), gate(), gate()]);
  expect(asked).toBe(1);
  expect(gate()).toBeUndefined();
});

test('an announcement while the question is under way makes it ask again', async () => {
  const watch = createAccessWatch();
  const answers: (() => void)[] = [];
  let asked = 0;
  const gate = createGate(watch, () => {
    asked += 1;
    return new Promise((resolve) => answers.push(resolve));
  });
  watch.changed('');
  const first = gate();
  watch.changed('');
  const second = gate();
  answers[0]!();
  await first;
  await Promise.resolve();
  expect(asked).toBe(2);
  answers[1]!();
  await second;
});

test('what is refused once stays refused, whatever the tables say later', async () => {
  const watch = createAccessWatch();
  let open = false;
  const gate = createGate(watch, async () => {
    if (!open) throw refusal;
  });
  expect(gate()).toBeUndefined();
  watch.changed('');
  await expect(gate()).rejects.toThrow(refusal);
  open = true;
  await expect(gate()).rejects.toThrow(refusal);
});

test('without an answer of the database no step passes, until there is one', async () => {
  const watch = createAccessWatch();
  let broken = true;
  const gate = createGate(watch, async () => {
    if (broken) throw new Error('the database is away');
  });
  watch.changed('');
  await expect(gate()).rejects.toThrow('away');
  await expect(gate()).rejects.toThrow('away');
  broken = false;
  await gate();
  expect(gate()).toBeUndefined();
});

test('asks in any case when told to', async () => {
  let asked = 0;
  const gate = createGate(createAccessWatch(), async () => {
    asked += 1;
  });
  await gate({ now: true });
  expect(asked).toBe(1);
});
