import { expect, test } from 'vitest';
import { placeOf } from '../../../../src/sftp/tree/place.ts';

test.each([
  ['/', 'root'],
  ['/P1', 'project'],
  ['/P1/STATUS.txt', 'status'],
  ['/P1/inbox', 'inbox'],
  ['/P1/inbox/STATUS.txt', 'status'],
  ['/P1/inbox/a.csv', 'inbox-file'],
  ['/P1/accepted', 'accepted'],
  ['/P1/accepted/a.csv', 'accepted-file'],
  ['/P1/accepted/STATUS.txt', 'status'],
  ['/P1/drafts', 'drafts'],
  ['/P1/drafts/STATUS.txt', 'status'],
  ['/P1/drafts/x', 'draft'],
  ['/P1/drafts/x/a.csv', 'draft-file'],
  ['/P1/drafts/x/STATUS.txt', 'draft-file'],
  ['/P1/deliveries', 'deliveries'],
  ['/P1/deliveries/STATUS.txt', 'status'],
  ['/P1/deliveries/x', 'delivery'],
  ['/P1/deliveries/x/STATUS.txt', 'status'],
  ['/P1/deliveries/x/MANIFEST.json', 'delivery-file'],
])('%s is a place of kind %s', (path, kind) => {
  expect(placeOf(path)).toMatchObject({ kind });
});

test.each(['/P1/other', '/P1/inbox/a/b', '/P1/accepted/a/b', '/P1/drafts/a/b/c', '/P1/STATUS.txt/x'])(
  'nothing can be at %s',
  (path) => {
    expect(placeOf(path)).toBeUndefined();
  },
);

test('says of which folder a status tells', () => {
  expect(placeOf('/P1/deliveries/x/STATUS.txt')).toEqual({
    kind: 'status',
    projectId: 'P1',
    of: { kind: 'delivery', projectId: 'P1', folder: 'x' },
  });
});
