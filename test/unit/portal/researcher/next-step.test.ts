import { expect, test } from 'vitest';
import { nextFor } from '../../../../src/portal/researcher/next-step.tsx';

const waiting = { kind: 'wait-for-delivery' as const, subject: null, due: null };
const mending = { kind: 'mend-file' as const, subject: 'a.csv', due: null };

test('a supplier neither waits for a delivery nor deletes one, but mends what was rejected', () => {
  expect(nextFor({ roles: ['supplier'], next: waiting })).toBeNull();
  expect(nextFor({ roles: ['supplier'], next: mending })).toEqual(mending);
});

test('who holds another role too is told of deliveries', () => {
  expect(nextFor({ roles: ['researcher', 'supplier'], next: waiting })).toEqual(waiting);
});
