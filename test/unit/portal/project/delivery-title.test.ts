import { expect, test } from 'vitest';
import { deliveryTitle } from '../../../../src/portal/project/delivery-title.ts';

test('a folder is called by its title, without its day', () => {
  expect(deliveryTitle('2026-11-23_uttrekk-1')).toBe('Uttrekk 1');
});
