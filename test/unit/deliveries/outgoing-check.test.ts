import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { removeDraftFile, renameDraftFile } from '../../../src/deliveries/draft-files.ts';
import { openDraftUpload } from '../../../src/deliveries/draft-upload.ts';
import { makeDraft, seeDraft } from '../../../src/deliveries/drafts.ts';
import { checkOutgoing } from '../../../src/deliveries/outgoing-check.ts';
import { currentOutgoing, describeOutgoing } from '../../../src/deliveries/outgoing-description.ts';
import { checkOutgoingAgain, outgoingReport } from '../../../src/deliveries/outgoing-result.ts';
import { currentDescription, describeProject } from '../../../src/inbound/descriptions.ts';
import {
  addTestPerson,
  addTestProject,
  clockActor,
  openBeside,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let pia: Person;
let eva: Person;
let project = '';
let count = 0;
const name = 'Uttrekk 1';
const person = '02013299997';

beforeAll(async () => {
  core = await openTestCore();
});
afterAll(() => core.close());
beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  pia = await addTestPerson(core, `pia${count}`, 'producer', project);
  eva = await addTestPerson(core, `eva${count}`, 'officer', project);
  await makeDraft(core, pia, project, name);
});

const path = (file: string) => ({ projectId: project, draft: name, name: file });

async function put(file: string, content: string | Uint8Array): Promise<void> {
  const upload = await openDraftUpload(core, pia, path(file));
  await upload.write(0, Buffer.from(content));
  await upload.finish();
}

const checkAll = () => checkOutgoing(core, clockActor);
async function results(): Promise<Record<string, string | null>> {
  const { files } = await seeDraft(core, operator, project, name);
  return Object.fromEntries(files.map((file) => [file.name, file.outgoing]));
}
const describe = (resources: unknown[], who = eva) =>
  describeOutgoing(core, who, project, JSON.stringify({ resources }));
const table = (file: string, fields: unknown[], more: object = {}) => ({
  name: file.replace(/\W/g, '-').toLowerCase(),
  path: file,
  schema: { fields, ...more },
});

test('says of each file whether it is sound, has faults or could not be read, and writes it down', async () => {
  await put('sund.csv', 'a;b\n1;2\n');
  await put('lekk.csv', `a;b\n1;${person}\n2;${person}\n`);
  await put('a.sav', Buffer.concat([Buffer.from('$FL2@(#) SPSS DATA FILE'), Buffer.alloc(500)]));
  expect(await results()).toEqual({ 'sund.csv': 'waiting', 'lekk.csv': 'waiting', 'a.sav': 'waiting' });
  await expect(outgoingReport(core, pia, path('lekk.csv'))).rejects.toThrow(
    /conflict: .*not been checked yet/,
  );
  expect(await checkAll()).toHaveLength(3);
  expect(await results()).toEqual({ 'sund.csv': 'sound', 'lekk.csv': 'faults', 'a.sav': 'not-checked' });
  const report = await outgoingReport(core, pia, path('lekk.csv'));
  expect(report.rules).toMatchObject([{ code: 'outgoing-identifier', sub: 'person', field: 'b', count: 2 }]);
  expect(JSON.stringify(report)).not.toContain(person.slice(0, 6));
  const events = await core.db
    .selectFrom('audit_event')
    .select('detail')
    .where('action', '=', 'draft.file-checked')
    .where('project_id', '=', project)
    .execute();
  expect(events.map((one) => (JSON.parse(one.detail) as { outgoing: string }).outgoing).sort()).toEqual([
    'faults',
    'not-checked',
    'sound',
  ]);
  expect(JSON.stringify(events)).not.toContain(person);
  expect(await checkAll()).toEqual([]);
});

test('checks against what is agreed to go out, which is kept apart from what is expected in', async () => {
  await put('a.csv', 'alder;merknad\n30;x\n');
  await describeProject(
    core,
    operator,
    project,
    JSON.stringify({ resources: [table('a.csv', [{ name: 'x' }])] }),
  );
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'sound' });
  await describe([table('a.csv', [{ name: 'alder', type: 'integer' }])]);
  expect((await currentDescription(core, project))?.version).toBe(1);
  expect((await currentDescription(core, project))?.content.resources[0]?.schema?.fields[0]?.name).toBe('x');
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'faults' });
  expect((await outgoingReport(core, pia, path('a.csv'))).rules.map((rule) => rule.code)).toEqual([
    'extra-label',
  ]);
});

test('a new description has everything in open drafts looked at again, and each version is kept', async () => {
  await put('a.csv', `fnr\n${person}\n`);
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'faults' });
  await describe([table('a.csv', [{ name: 'fnr', 'no:identifier': 'person' }])]);
  expect(await results()).toEqual({ 'a.csv': 'waiting' });
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'sound' });
  await describe([table('b.csv', [{ name: 'x' }])]);
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'faults' });
  expect((await currentOutgoing(core, project))?.version).toBe(2);
  expect((await outgoingReport(core, pia, path('a.csv'))).rules[0]).toMatchObject({ code: 'file-name' });
});

test('only whoever manages the project says what may go out, and only from the version that they have read', async () => {
  const text = JSON.stringify({ resources: [table('a.csv', [{ name: 'x' }])] });
  await expect(describeOutgoing(core, pia, project, text)).rejects.toThrow(/forbidden/);
  await expect(describeOutgoing(core, eva, project, '{')).rejects.toThrow(/invalid-input/);
  await describeOutgoing(core, eva, project, text);
  await expect(describeOutgoing(core, eva, project, text, (version) => version === 0)).rejects.toThrow(
    /changed-meanwhile/,
  );
});

test('a file that is sent again, renamed or asked for loses its result', async () => {
  await put('a.csv', 'a\n1\n');
  await checkAll();
  await put('a.csv', `a\n${person}\n`);
  expect(await results()).toEqual({ 'a.csv': 'waiting' });
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'faults' });
  await renameDraftFile(core, pia, path('a.csv'), { draft: name, name: 'b.csv' }, { replace: false });
  expect(await results()).toEqual({ 'b.csv': 'waiting' });
  await expect(outgoingReport(core, pia, path('b.csv'))).rejects.toThrow(/conflict/);
  await checkAll();
  await checkOutgoingAgain(core, pia, path('b.csv'));
  expect(await results()).toEqual({ 'b.csv': 'waiting' });
});

test('a result that comes after the file was renamed or the description changed is not kept', async () => {
  await put('a.csv', `fnr\n${`${person}\n`.repeat(50_000)}`);
  const changes = [
    () => renameDraftFile(core, pia, path('a.csv'), { draft: name, name: 'b.csv' }, { replace: false }),
    () => describe([table('b.csv', [{ name: 'fnr', 'no:identifier': 'person' }])]),
  ];
  for (const change of changes) {
    // Between what the check reads at first and what it writes in the end.
    let changed: Promise<unknown> | undefined;
    const slow = {
      ...core,
      store: {
        ...core.store,
        openObject: async (...args: Parameters<TestCore['store']['openObject']>) => {
          const opened = await core.store.openObject(...args);
          changed ??= change();
          await changed;
          return opened;
        },
      },
    };
    await checkOutgoing(slow, clockActor);
    expect(changed).toBeDefined();
    expect(Object.values(await results())).toEqual(['waiting']);
  }
  await checkAll();
  expect(await results()).toEqual({ 'b.csv': 'sound' });
});

test('foreign keys are followed into the other files of the draft, and again when those change', async () => {
  await describe([
    table('person.csv', [{ name: 'lnr' }], { primaryKey: 'lnr' }),
    table('hendelse.csv', [{ name: 'lnr' }], {
      foreignKeys: [{ fields: 'lnr', reference: { resource: 'person-csv', fields: 'lnr' } }],
    }),
  ]);
  await put('hendelse.csv', 'lnr\n1\n2\n');
  await checkAll();
  expect(await results()).toEqual({ 'hendelse.csv': 'not-checked' });
  await put('person.csv', 'lnr\n1\n2\n');
  expect(await results()).toEqual({ 'hendelse.csv': 'waiting', 'person.csv': 'waiting' });
  await checkAll();
  expect(await results()).toEqual({ 'hendelse.csv': 'sound', 'person.csv': 'sound' });
  await put('person.csv', 'lnr\n1\n');
  await checkAll();
  expect(await results()).toEqual({ 'hendelse.csv': 'faults', 'person.csv': 'sound' });
  await removeDraftFile(core, pia, path('person.csv'));
  await checkAll();
  expect(await results()).toEqual({ 'hendelse.csv': 'not-checked' });
});

test('two processes check a file once between them', async () => {
  for (let n = 0; n < 6; n++) await put(`f${n}.csv`, 'a\n1\n');
  const other = await openBeside(core);
  try {
    const done = await Promise.all([checkAll(), checkOutgoing(other, clockActor)]);
    expect(
      done
        .flat()
        .map((one) => one.name)
        .sort(),
    ).toEqual(['f0.csv', 'f1.csv', 'f2.csv', 'f3.csv', 'f4.csv', 'f5.csv']);
  } finally {
    await other.close();
  }
});

test('a body that does not open is not checked, and one that cannot be read now is tried again', async () => {
  await put('a.csv', 'a\n1\n');
  const away = { ...core.store, openObject: () => Promise.reject(new Error('the disk does not answer')) };
  expect(await checkOutgoing({ ...core, store: away }, clockActor)).toEqual([]);
  expect(await results()).toEqual({ 'a.csv': 'waiting' });
  const [file] = (await seeDraft(core, operator, project, name)).files;
  await core.db
    .updateTable('sealed_object')
    .set((eb) => ({ seal: eb.val('{"version":1}') as never }))
    .where('name', '=', file!.objectName)
    .execute();
  await checkAll();
  expect(await results()).toEqual({ 'a.csv': 'not-checked' });
});

test('stops when the service does, and begins anew afterwards', async () => {
  await put('a.csv', 'a\n1\n');
  const stopping = AbortSignal.abort();
  expect(await checkOutgoing({ ...core, stopping }, clockActor)).toEqual([]);
  expect(await results()).toEqual({ 'a.csv': 'waiting' });
  await expect(checkOutgoing(core, pia)).rejects.toThrow(/forbidden/);
});
