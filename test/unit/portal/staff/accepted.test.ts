import { expect, test } from 'vitest';
import type { InboxFile } from '../../../../src/api/api-types.ts';
import { acceptedOf } from '../../../../src/portal/staff/accepted.ts';

const file = (name: string, version: number, state: InboxFile['state'] = 'accepted'): InboxFile => ({
  id: `${name} ${version}`,
  name,
  version,
  state,
  uploader: 'kari',
  own: false,
  startedAt: '2026-11-23T10:00:00Z',
  receivedAt: '2026-11-23T10:00:00Z',
  bytes: 1,
  sha256: 'x',
});

test('shows the newest accepted version of each file, by name, with the older accepted ones', () => {
  const shown = acceptedOf([
    file('b.csv', 1),
    file('a.csv', 1),
    file('a.csv', 2, 'rejected'),
    file('a.csv', 3),
    file('c.csv', 1, 'rejected'),
  ]);
  expect(shown.map(({ newest, older }) => [newest.id, older.map(({ id }) => id)])).toEqual([
    ['a.csv 3', ['a.csv 1']],
    ['b.csv 1', []],
  ]);
});
