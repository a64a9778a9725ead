/** The kit with which a browser checks a file: what it holds, for whom, and that its report is the service's own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckKit as KitOnTheWire } from '../../../src/api/check-kits.ts';
import { demoDescription, demoFileName, faultyFile, soundFile } from '../../../src/cli/demo-data.ts';
import { checkKit } from '../../../src/inbound/check-kit.ts';
import { describeProject } from '../../../src/inbound/descriptions.ts';
import { inboundReport } from '../../../src/inbound/listing.ts';
import { openUpload } from '../../../src/inbound/upload.ts';
import { checkWithKit, type ServiceKit } from '../../../src/validators/browser.ts';
import { serveApi, type TestApi } from '../../support/api.ts';
import {
  addTestPerson,
  addTestProject,
  openTestCore,
  operator,
  type Person,
  type TestCore,
} from '../../support/core.ts';

let core: TestCore;
let api: TestApi;
let kari: Person;
let lise: Person;
const path = (name: string) => `/api/v1/projects/P1/check-kit?name=${encodeURIComponent(name)}`;

beforeAll(async () => {
  core = await openTestCore();
  await addTestProject(core, 'P1');
  kari = await addTestPerson(core, 'kari', 'researcher', 'P1');
  lise = await addTestPerson(core, 'lise', 'supplier', 'P1');
  const other = { name: 'annen', path: 'annen.csv', schema: { fields: [{ name: 'hemmelig_variabel' }] } };
  const description = { ...demoDescription, resources: [...demoDescription.resources, other] };
  await describeProject(core, operator, 'P1', JSON.stringify(description));
  api = await serveApi(core);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await core.close();
});

/** What comes over the wire, as a page reads it. */
async function kitFor(name: string): Promise<ServiceKit> {
  const answer = await api.ask('kari', 'GET', path(name));
  expect(answer.status).toBe(200);
  return answer.json as KitOnTheWire as unknown as ServiceKit;
}

async function serviceReport(name: string, content: string) {
  const upload = await openUpload(core, kari, { projectId: 'P1', name, mode: 'new', door: 'http' });
  await upload.write(0, Buffer.from(content));
  const received = await upload.finish();
  return inboundReport(core, kari, received?.id ?? '');
}

test.each([
  ['a sound file', demoFileName, soundFile(300)],
  ['a faulty file', demoFileName, faultyFile(300)],
  ['a file that nobody expects', 'uventet.csv', 'a;b\n1;2\n'],
])('the browser says of %s what the service will say, to the last byte', async (_, name, content) => {
  const here = await checkWithKit(new File([content], name), await kitFor(name), { language: 'nb' });
  expect(JSON.stringify(here)).toBe(JSON.stringify(await serviceReport(name, content)));
});

test('holds what the description says of that file, and of no other', async () => {
  const kit = await checkKit(core, lise, 'P1', demoFileName);
  expect(kit.resource?.path).toBe(demoFileName);
  expect(JSON.stringify(kit)).not.toContain('hemmelig_variabel');
  expect((await checkKit(core, lise, 'P1', 'uventet.csv')).resource).toBeNull();
});

test('is there for a project without a description: the rules for all files are checked', async () => {
  await addTestProject(core, 'P2');
  const ola = await addTestPerson(core, 'ola', 'researcher', 'P2');
  expect(await checkKit(core, ola, 'P2', 'a.csv')).toMatchObject({
    resource: null,
    expected: null,
    descriptionSha256: null,
    codeLists: [],
  });
});

test('is not for others', async () => {
  await expect(checkKit(core, kari, 'P2', 'a.csv')).rejects.toMatchObject({ code: 'not-found' });
});
