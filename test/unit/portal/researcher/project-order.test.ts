import { expect, test } from 'vitest';
import type { ProjectHead } from '../../../../src/api/api-types.ts';
import { byUrgency } from '../../../../src/portal/researcher/project-order.ts';

type Next = ProjectHead['next'];

const project = (id: string, kind?: NonNullable<Next>['kind'], due: string | null = null) => ({
  id,
  next: kind === undefined ? null : { kind, subject: null, due },
});

test('what closes first comes first, then what waits for the reader, then the rest', () => {
  const mixed = [
    project('P1'),
    project('P2', 'wait-for-delivery'),
    project('P3', 'delete-data', '2027-01-01'),
    project('P4', 'send-file'),
    project('P5', 'fetch-delivery', '2026-12-09'),
    project('P6', 'fetch-delivery', '2026-12-01'),
    project('P7', 'mend-file'),
  ];
  expect(mixed.sort(byUrgency).map(({ id }) => id)).toEqual(['P6', 'P5', 'P4', 'P7', 'P3', 'P2', 'P1']);
});
