import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeProject } from '../../../src/cases/closing.ts';
import { approveDraft, returnDraft, submitDraft, takeBackDraft } from '../../../src/deliveries/approval.ts';
import { listDeliveries } from '../../../src/deliveries/deliveries.ts';
import { removeDraftFile, renameDraftFile } from '../../../src/deliveries/draft-files.ts';
import { openDraftUpload } from '../../../src/deliveries/draft-upload.ts';
import { makeDraft, removeDraft, renameDraft, seeDraft } from '../../../src/deliveries/drafts.ts';
import { publishDelivery } from '../../../src/deliveries/publish.ts';
import { publishDraft } from '../../../src/deliveries/publish-draft.ts';
import { removeRole } from '../../../src/identity/access-removal.ts';
import { sendWaitingMail } from '../../../src/notifications/outbox.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let pia: Person;
let ola: Person;
let eva: Person;
let project = '';
let count = 0;
const name = 'Uttrekk 1';

beforeAll(async () => {
  core = await openTestCore();
  core.approval = 'second-person';
});
afterAll(() => core.close());
beforeEach(async () => {
  count += 1;
  project = `P${count}`;
  await addTestProject(core, project);
  await addTestPerson(core, `kari${count}`, 'researcher', project);
  pia = await addTestPerson(core, `pia${count}`, 'producer', project);
  ola = await addTestPerson(core, `ola${count}`, 'producer', project);
  eva = await addTestPerson(core, `eva${count}`, 'officer', project);
  await makeDraft(core, pia, project, name);
});

const path = (file: string) => ({ projectId: project, draft: name, name: file });
const here = () => ({ projectId: project, draft: name });

async function put(file: string, text = 'a;b\n1;2\n', who = pia, outgoing = 'sound'): Promise<void> {
  const upload = await openDraftUpload(core, who, path(file));
  await upload.write(0, Buffer.from(text));
  await upload.finish();
  await checked(file, outgoing);
}

/** As the outgoing check leaves it. */
async function checked(file: string, outgoing: string): Promise<void> {
  const { id } = await seeDraft(core, operator, project, name);
  await core.db
    .updateTable('draft_file')
    .set({ outgoing: outgoing as 'sound' })
    .where('draft_id', '=', id)
    .where('name', '=', file)
    .where('state', '=', 'ready')
    .execute();
}

const submit = (who = pia, more: { reason?: string; note?: string } = {}) =>
  submitDraft(core, who, { ...here(), title: 'Første uttrekk', ...more });
const approve = (who = ola) => approveDraft(core, who, here());
const state = async () => (await seeDraft(core, operator, project, name)).state;
const events = async () =>
  (
    await core.db
      .selectFrom('audit_event')
      .select(['actor', 'action', 'detail'])
      .where('project_id', '=', project)
      .orderBy('seq')
      .execute()
  ).map((one) => ({ ...one, detail: JSON.parse(one.detail) as Record<string, unknown> }));
const lastEvent = async () => (await events()).at(-1);
async function mailTo(id: string): Promise<readonly string[]> {
  await sendWaitingMail(core);
  return core.sent.filter(({ to }) => to === `${id}@example.no`).map(({ subject }) => subject);
}

test('what one person submits, another approves, and it is published as submitted', async () => {
  await put('a.csv');
  const { told } = await submit();
  expect([...told].sort()).toEqual([eva.personId, ola.personId]);
  expect(await state()).toBe('submitted');
  expect(await mailTo(ola.personId)).toEqual([`${project}: et utkast venter på godkjenning`]);
  expect(await mailTo(pia.personId)).toEqual([]);
  const published = await approve();
  expect(published.files.map((file) => file.name)).toEqual(['a.csv']);
  expect((await listDeliveries(core, operator, project)).map((one) => one.title)).toEqual(['Første uttrekk']);
  await expect(seeDraft(core, operator, project, name)).rejects.toThrow(/not-found/);
  const written = (await events()).slice(-2);
  expect(written.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    `person:${pia.personId} draft.submitted`,
    `person:${ola.personId} delivery.published`,
  ]);
  expect(written[1]?.detail).toMatchObject({ draft: name, submittedBy: `person:${pia.personId}` });
});

test('who submitted it does not approve it', async () => {
  await put('a.csv', undefined, ola);
  await submit(pia);
  await expect(approve(pia)).rejects.toThrow(/forbidden: You submitted the draft yourself/);
  expect(await state()).toBe('submitted');
});

test('who put a file into it does not approve it, and is not asked to', async () => {
  await put('a.csv');
  await put('b.csv', undefined, ola);
  expect((await submit(pia)).told).toEqual([eva.personId]);
  await expect(approve(ola)).rejects.toThrow(/forbidden: You put a file into the draft yourself/);
  await approve(eva);
});

test('who has lost the role since they looked does not approve it', async () => {
  await put('a.csv');
  await submit();
  await removeRole(core, operator, {
    personId: ola.personId,
    projectId: project,
    role: 'producer',
    reason: 'Sluttet',
  });
  await expect(approve(ola)).rejects.toThrow(/forbidden/);
  expect(await state()).toBe('submitted');
});

test('of two who approve at once one publishes it', async () => {
  await put('a.csv');
  await submit();
  const both = await Promise.allSettled([approve(ola), approve(eva)]);
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await listDeliveries(core, operator, project)).toHaveLength(1);
});

test('nothing of a submitted draft can be changed', async () => {
  await put('a.csv');
  await submit();
  const frozen = /conflict: The draft waits for approval and cannot be changed/;
  await expect(openDraftUpload(core, pia, path('b.csv'))).rejects.toThrow(frozen);
  await expect(openDraftUpload(core, pia, path('a.csv'))).rejects.toThrow(frozen);
  await expect(removeDraftFile(core, pia, path('a.csv'))).rejects.toThrow(frozen);
  await expect(
    renameDraftFile(core, pia, path('a.csv'), { draft: name, name: 'b.csv' }, { replace: true }),
  ).rejects.toThrow(frozen);
  await expect(renameDraft(core, pia, project, name, 'Annet')).rejects.toThrow(frozen);
  await expect(removeDraft(core, pia, project, name)).rejects.toThrow(frozen);
  await expect(makeDraft(core, pia, project, name)).rejects.toThrow(/already-exists/);
  await expect(submit(ola)).rejects.toThrow(frozen);
});

test('a draft that is submitted while a file is on its way is refused, and the file is not lost', async () => {
  await put('a.csv');
  const upload = await openDraftUpload(core, ola, path('b.csv'));
  await upload.write(0, Buffer.from('a;b\n'));
  await expect(submit()).rejects.toThrow(/conflict: The file b.csv in the draft has not arrived/);
  await upload.finish();
  await expect(submit()).rejects.toThrow(/conflict: The check of b.csv is still under way/);
  await checked('b.csv', 'sound');
  await submit();
});

test('an upload that races a submission is in what was submitted, or refused', async () => {
  await put('a.csv');
  for (let turn = 0; turn < 12; turn++) {
    const send = async () => {
      const upload = await openDraftUpload(core, ola, path(`b${turn}.csv`));
      await upload.write(0, Buffer.from('a;b\n1;2\n'));
      await upload.finish();
    };
    const [, submitted] = await Promise.allSettled([send(), submit()]);
    const { state: now, files } = await seeDraft(core, operator, project, name);
    expect(now).toBe(submitted.status === 'fulfilled' ? 'submitted' : 'open');
    if (now === 'submitted') {
      expect(files.filter((file) => file.outgoing !== 'sound')).toEqual([]);
      await takeBackDraft(core, pia, here());
    }
    for (const file of files) if (file.outgoing === 'waiting') await checked(file.name, 'sound');
    for (const file of files)
      if (file.state === 'arriving') await removeDraftFile(core, ola, path(file.name));
  }
});

test('files with faults or not checked need a reason, which the approver sees', async () => {
  await put('a.csv', undefined, pia, 'faults');
  await put('b.sav', undefined, pia, 'not-checked');
  await expect(submit()).rejects.toThrow(/invalid-input: .*a\.csv, b\.sav/);
  await submit(pia, { reason: 'Løpenumrene ligner på identitetsnummer' });
  const { submission } = await seeDraft(core, ola, project, name);
  expect(submission).toMatchObject({ state: 'waiting', reason: 'Løpenumrene ligner på identitetsnummer' });
  expect((await lastEvent())?.detail).toMatchObject({ notSound: ['a.csv faults', 'b.sav not-checked'] });
  await approve();
});

test('a returned draft is open again, and its submitter is told why', async () => {
  await put('a.csv');
  await submit();
  await expect(returnDraft(core, pia, { ...here(), reason: 'Nei' })).rejects.toThrow(/take it back/);
  await returnDraft(core, ola, { ...here(), reason: 'Feil årgang' });
  expect(await state()).toBe('open');
  expect(await mailTo(pia.personId)).toEqual([`${project}: et utkast er sendt i retur`]);
  expect(core.sent.find(({ to }) => to === `${pia.personId}@example.no`)?.body).toContain('Feil årgang');
  const { submission } = await seeDraft(core, pia, project, name);
  expect(submission).toMatchObject({ state: 'returned', endedReason: 'Feil årgang' });
  expect(await lastEvent()).toMatchObject({ action: 'draft.returned', detail: { reason: 'Feil årgang' } });
  await expect(approve()).rejects.toThrow(/conflict: The draft does not wait/);
  await put('a.csv', 'a;b\n3;4\n');
  await submit();
  await approve();
});

test('only who submitted it takes it back', async () => {
  await put('a.csv');
  await submit();
  await expect(takeBackDraft(core, ola, here())).rejects.toThrow(/forbidden: Only whoever submitted/);
  await takeBackDraft(core, pia, here());
  expect(await state()).toBe('open');
  expect(await lastEvent()).toMatchObject({ action: 'draft.taken-back' });
  await expect(takeBackDraft(core, pia, here())).rejects.toThrow(/conflict/);
});

test('an answer to what has been submitted anew meanwhile is refused', async () => {
  await put('a.csv');
  const { id } = await submit();
  await takeBackDraft(core, pia, here());
  await put('a.csv', 'a;b\n9;9\n');
  await submit();
  const stale = { ...here(), submission: id };
  await expect(approveDraft(core, ola, stale)).rejects.toThrow(/changed-meanwhile/);
  await expect(returnDraft(core, ola, { ...stale, reason: 'Nei' })).rejects.toThrow(/changed-meanwhile/);
  expect(await state()).toBe('submitted');
});

test('refuses to publish what is not what was submitted, whoever changed it', async () => {
  await put('a.csv');
  await put('b.csv');
  await submit();
  const { id, files } = await seeDraft(core, operator, project, name);
  const change = (set: { sha256?: string; name?: string; state?: 'erased' | 'ready' }) =>
    core.db.updateTable('draft_file').set(set).where('id', '=', files[0]!.id).execute();
  for (const set of [{ sha256: 'f'.repeat(64) }, { name: 'c.csv' }, { state: 'erased' as const }]) {
    await change(set);
    await expect(approve()).rejects.toThrow(/integrity-failed/);
    await change({ sha256: files[0]!.sha256!, name: 'a.csv', state: 'ready' });
  }
  const keys = await core.db
    .selectFrom('object_key')
    .select('holder')
    .where('holder', '=', `draft:${id}`)
    .execute();
  expect(keys).toHaveLength(2);
  await approve();
});

test('publishing straight away is refused, but for the operator, and the log says so', async () => {
  await put('a.csv');
  await expect(publishDraft(core, pia, { ...here(), title: 'T' })).rejects.toThrow(/submit it for approval/);
  await expect(publishDraft(core, operator, { ...here(), title: 'T' })).rejects.toThrow(
    /submit it for approval/,
  );
  const files = () => [
    {
      name: 'x.csv',
      content: (async function* () {
        yield Buffer.from('a\n1\n');
      })(),
    },
  ];
  await expect(
    publishDelivery(core, pia, { projectId: project, title: 'T', files: files() }),
  ).rejects.toThrow(/submit it for approval/);
  await publishDelivery(core, operator, { projectId: project, title: 'T', files: files() });
  expect(await lastEvent()).toMatchObject({ actor: 'operator:test', detail: { withoutApproval: true } });
});

test('the operator answers for what a person submitted, and needs a person for their own', async () => {
  await put('a.csv');
  await submitDraft(core, operator, { ...here(), title: 'T' });
  await expect(approveDraft(core, operator, here())).rejects.toThrow(/forbidden/);
  await expect(approveDraft(core, { kind: 'operator', name: 'other' }, here())).rejects.toThrow(
    /forbidden: The draft was submitted on the command line/,
  );
  await returnDraft(core, ola, { ...here(), reason: 'Send selv' });
  await submit();
  await approveDraft(core, operator, here());
});

test('nobody but staff who may publish takes part, and a closed project publishes nothing', async () => {
  await put('a.csv');
  const auditor = await addTestPerson(core, `rev${count}`, 'auditor', project);
  await expect(submit(auditor)).rejects.toThrow(/forbidden/);
  await submit();
  await expect(approve(auditor)).rejects.toThrow(/forbidden/);
  await expect(returnDraft(core, auditor, { ...here(), reason: 'Nei' })).rejects.toThrow(/forbidden/);
  await closeProject(core, operator, { projectId: project, reason: 'Ferdig' });
  await expect(approve()).rejects.toThrow(/closed/);
});

test('where no approval is asked for, a draft is published straight away and not submitted', async () => {
  await put('a.csv', undefined, pia, 'waiting');
  const open = { ...core, approval: 'none' as const };
  await expect(submitDraft(open, pia, { ...here(), title: 'T' })).rejects.toThrow(
    /Publish the draft instead/,
  );
  await publishDraft(open, pia, { ...here(), title: 'T' });
});
