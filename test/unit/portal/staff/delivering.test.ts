import { expect, test } from 'vitest';
import {
  daysAfter,
  dayTyped,
  fetchedBy,
  hindrancesOf,
  mayDeliver,
  mayManage,
  typedDay,
} from '../../../../src/portal/staff/delivering.ts';

const file = (name: string, state: 'ready' | 'arriving' = 'ready') => ({
  name,
  state,
  bytes: 1,
  sha256: 'x',
  uploader: 'per',
  outgoing: 'sound' as const,
});
const person = (role: 'researcher' | 'officer') => ({ id: role, name: role, role, everyProject: false });
const project = { state: 'active' as const, people: [person('officer'), person('researcher')] };

test('nothing stands in the way of a draft with whole files, in a project with a researcher', () => {
  expect(hindrancesOf({ files: [file('a.csv')] }, project)).toEqual([]);
});

test('says everything that stands in the way of publishing', () => {
  expect(hindrancesOf({ files: [] }, { state: 'closed', people: [person('officer')] })).toEqual([
    'closed',
    'no-files',
    'no-recipients',
  ]);
  expect(hindrancesOf({ files: [file('a.csv'), file('b.csv', 'arriving')] }, project)).toEqual(['arriving']);
  expect(hindrancesOf({ files: [file('a.csv.part')] }, project)).toEqual(['unfinished-name']);
});

test('officers and producers deliver; officers alone manage', () => {
  expect([mayDeliver({ roles: ['producer'] }), mayManage({ roles: ['producer'] })]).toEqual([true, false]);
  expect([mayDeliver({ roles: ['officer'] }), mayManage({ roles: ['officer'] })]).toEqual([true, true]);
  expect([mayDeliver({ roles: ['auditor'] }), mayManage({ roles: ['auditor'] })]).toEqual([false, false]);
});

test('who has fetched least comes first, with what they fetched and when', () => {
  const at = (day: number) => `2026-11-${day}T10:00:00Z`;
  const fetch = (personId: string, complete: boolean, day: number) => ({
    personId,
    complete,
    firstAt: at(day),
    lastAt: at(day + 1),
  });
  const delivered = (name: string, fetched: ReturnType<typeof fetch>[]) => ({
    id: name,
    name,
    bytes: 1,
    sha256: 'x',
    fetched,
  });
  const rows = fetchedBy({
    recipients: ['kari', 'ola', 'eva'],
    unfetched: ['ola', 'eva'],
    files: [
      delivered('a.csv', [fetch('kari', true, 20), fetch('ola', false, 21)]),
      delivered('b.csv', [fetch('kari', true, 22)]),
    ],
  });
  expect(rows).toEqual([
    { personId: 'eva', fetched: 'nothing', files: [] },
    { personId: 'ola', fetched: 'some', files: [{ name: 'a.csv', complete: false, at: at(22) }] },
    {
      personId: 'kari',
      fetched: 'all',
      files: [
        { name: 'a.csv', complete: true, at: at(21) },
        { name: 'b.csv', complete: true, at: at(23) },
      ],
    },
  ]);
});

test('counts days of the calendar over the end of a month and of summer time', () => {
  expect(daysAfter('2026-02-28', 1)).toBe('2026-03-01');
  expect(daysAfter('2026-10-24', 7)).toBe('2026-10-31');
});

test('reads days as they are typed in Norway, and none that is not there', () => {
  expect(typedDay('2026-12-09')).toBe('09.12.2026');
  expect(dayTyped(typedDay('2026-12-09'))).toBe('2026-12-09');
  expect(dayTyped(' 9. 1. 2027 ')).toBe('2027-01-09');
  for (const text of ['', '31.04.2026', '29.02.2027', '9.13.2026', '09.12.26', '2026-12-09', '9/12/2026'])
    expect([text, dayTyped(text)]).toEqual([text, undefined]);
});
