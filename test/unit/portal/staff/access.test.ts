import { expect, test } from 'vitest';
import { saidOnce } from '../../../../src/portal/staff/could-see.ts';
import { differences } from '../../../../src/portal/staff/description-changes.ts';
import { mailState } from '../../../../src/portal/staff/mail-state.ts';
import { personsOf } from '../../../../src/portal/staff/persons.ts';
import { holds } from '../../../../src/portal/staff/staff-roles.ts';
import type { DataPackage } from '../../../../src/validators/description.ts';

test('a role of one project is held there, and not in every project', () => {
  const me = { memberships: [{ role: 'officer' as const, projectId: 'P1' }] };
  const agency = { memberships: [{ role: 'officer' as const, projectId: null }] };
  expect(
    [{ project: 'P1' }, { project: 'P2' }, 'every' as const].map((at) => holds(me, ['officer'], at)),
  ).toEqual([true, false, false]);
  expect([{ project: 'P2' }, 'every' as const].every((at) => holds(agency, ['officer'], at))).toBe(true);
  expect(holds(agency, ['auditor'])).toBe(false);
});

test('somebody with two roles stands once', () => {
  const held = (id: string, role: 'researcher' | 'officer') => ({
    id,
    name: id,
    email: `${id}@example.no`,
    language: 'nb' as const,
    role,
    everyProject: false,
    since: '2026-11-23T07:00:00Z',
  });
  const persons = personsOf([held('kari', 'researcher'), held('per', 'officer'), held('kari', 'officer')]);
  expect(persons.map(({ id, roles }) => [id, roles.map(({ role }) => role)])).toEqual([
    ['kari', ['researcher', 'officer']],
    ['per', ['officer']],
  ]);
});

test('a letter that failed once and then went is sent', () => {
  expect(mailState({ sentAt: null, lastError: null })).toBe('waiting');
  expect(mailState({ sentAt: null, lastError: 'ETIMEDOUT' })).toBe('failing');
  expect(mailState({ sentAt: '2026-11-23T07:00:00Z', lastError: 'ETIMEDOUT' })).toBe('sent');
});

test('two descriptions are told apart by file, column and property', () => {
  const of = (fields: object[], extra: object = {}): DataPackage =>
    ({ resources: [{ name: 'a', ...extra, schema: { fields } }] }) as DataPackage;
  const ours = of([{ name: 'x', type: 'string', constraints: { required: true } }, { name: 'ny' }]);
  const theirs = of([{ name: 'x', type: 'integer', constraints: { maximum: 3 } }], { title: 'T' });
  expect(differences(ours, theirs)).toEqual([
    { file: 'a', column: undefined, property: 'title', ours: undefined, theirs: 'T' },
    { file: 'a', column: 'x', property: 'type', ours: 'string', theirs: 'integer' },
    { file: 'a', column: 'x', property: 'constraints.required', ours: 'true', theirs: undefined },
    { file: 'a', column: 'x', property: 'constraints.maximum', ours: undefined, theirs: '3' },
    { file: 'a', column: 'ny', property: undefined, ours: 'ny', theirs: undefined },
  ]);
  const turned = of([{ name: 'ny' }, { name: 'x', type: 'string', constraints: { required: true } }]);
  expect(differences(ours, turned)).toEqual([
    { file: 'a', column: undefined, property: 'order', ours: 'x, ny', theirs: 'ny, x' },
  ]);
  expect(differences(ours, ours)).toEqual([]);
});

test('a right that another one covers is not said; one that lasts longer is', () => {
  const could = (what: 'content' | 'existence', from: string, until: string) => ({
    personId: 'kari',
    name: 'Kari',
    role: 'researcher' as const,
    what,
    from: `2026-11-23T${from}:00Z`,
    until: `2026-11-23T${until}:00Z`,
  });
  const existence = could('existence', '08:00', '20:00');
  const content = could('content', '08:00', '12:00');
  expect(saidOnce([existence, existence, content])).toEqual([existence, content]);
  expect(saidOnce([could('existence', '09:00', '11:00'), content])).toEqual([content]);
});
