import { expect, test } from 'vitest';
import { isOnlySupplier } from '../../../../src/portal/project/suppliers.ts';

test('who holds another role too is no mere supplier, and who holds none neither', () => {
  expect(isOnlySupplier({ roles: ['supplier'] })).toBe(true);
  expect(isOnlySupplier({ roles: ['researcher', 'supplier'] })).toBe(false);
  expect(isOnlySupplier({ roles: [] })).toBe(false);
});
