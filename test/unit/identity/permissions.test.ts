import { expect, test } from 'vitest';
import { type Actor, demand, may, type Role } from '../../../src/identity/permissions.ts';

const as = (role: Role, projectId: string | null): Actor => ({
  kind: 'person',
  personId: 'p',
  memberships: [{ role, projectId }],
});

test('a person without a role may nothing', () => {
  const nobody: Actor = { kind: 'person', personId: 'p', memberships: [] };
  expect(may(nobody, 'project.see', 'A')).toBe(false);
  expect(() => demand(nobody, 'inbound.send', 'A')).toThrow(/forbidden/);
});

test('a researcher sends to and fetches from their own project only', () => {
  const kari = as('researcher', 'A');
  expect(may(kari, 'inbound.send', 'A')).toBe(true);
  expect(may(kari, 'delivery.fetch', 'A')).toBe(true);
  expect(may(kari, 'inbound.send', 'B')).toBe(false);
  expect(may(kari, 'delivery.fetch', 'B')).toBe(false);
  expect(may(kari, 'inbound.send')).toBe(false);
});

test('a researcher never reads the content of what came in, nor publishes', () => {
  const kari = as('researcher', 'A');
  expect(may(kari, 'inbound.read-content', 'A')).toBe(false);
  expect(may(kari, 'delivery.publish', 'A')).toBe(false);
});

test('a supplier sees their own files and no delivery', () => {
  const supplier = as('supplier', 'A');
  expect(may(supplier, 'inbound.see-own', 'A')).toBe(true);
  expect(may(supplier, 'inbound.see-all', 'A')).toBe(false);
  expect(may(supplier, 'delivery.see', 'A')).toBe(false);
  expect(may(supplier, 'delivery.fetch', 'A')).toBe(false);
});

test('an auditor reads the log and changes nothing', () => {
  const auditor = as('auditor', null);
  expect(may(auditor, 'audit.read', 'A')).toBe(true);
  for (const action of [
    'inbound.send',
    'inbound.read-content',
    'delivery.publish',
    'people.manage',
  ] as const) {
    expect(may(auditor, action, 'A')).toBe(false);
  }
});

test('staff for every project may act in any, but a researcher role for every project counts for none', () => {
  expect(may(as('officer', null), 'delivery.publish', 'B')).toBe(true);
  expect(may(as('researcher', null), 'inbound.send', 'B')).toBe(false);
});

test('neither the operator nor the clock fetches deliveries or sends files', () => {
  for (const actor of [{ kind: 'operator', name: 'root' }, { kind: 'clock' }] as const) {
    expect(may(actor, 'delivery.fetch', 'A')).toBe(false);
    expect(may(actor, 'inbound.send', 'A')).toBe(false);
  }
  expect(may({ kind: 'clock' }, 'inbound.read-content', 'A')).toBe(false);
});
