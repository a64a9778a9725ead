/** The run that must work, part one: a file in, checked and sealed, its report and receipt beside it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent, namesIn } from '../support/clients.ts';
import { faultyFile } from '../support/faulty-file.ts';
import { asFile, descriptionOf, header, soundFile, soundRows } from '../support/microdata.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

const PROJECT = 'P24-0187';

// Long enough for a machine that does much else meanwhile.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Listed {
  id: string;
  name: string;
  version: number;
  state: string;
  uploader: string;
  bytes: number;
  sha256: string;
}
interface Place {
  row: number | null;
  line: number;
  byte: number | null;
  column: number | null;
  shape: string | null;
  value: string | null;
}
interface Report {
  verdict: string;
  rows: number;
  file: { sha256: string; bytes: number };
  rules: {
    code: string;
    sub: string | null;
    field: string;
    count: number;
    firstRow: number | null;
    severity: string;
    hint: string;
    samples: Place[];
  }[];
  columns: { name: string; bounds: unknown; top: unknown }[];
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

let service: TestService;
let kari: TestPerson;
let supplier: TestPerson;
let stranger: TestPerson;

const text = (name: string) => readFileSync(service.path(name), 'utf8');
const report = (name: string) => JSON.parse(text(`${name}.report.json`)) as Report;
const listInbound = () => service.json<Listed[]>('inbound', 'list', PROJECT);
describe.skipIf(!isPresent('ssh', ['-V']))('the inbox', () => {
  beforeAll(async () => {
    service = await startTestService();
    const project = ['--institution', 'Instituttet', '--delete-by', '2099-12-31'];
    await service.ok('project', 'create', PROJECT, '--title', 'Arbeid og helse', ...project);
    await service.ok('project', 'create', 'P25-0001', '--title', 'Et annet', ...project);
    [kari, supplier, stranger] = await Promise.all([
      service.addPerson('kari', 'researcher', PROJECT),
      service.addPerson('ole', 'supplier', PROJECT),
      service.addPerson('eva', 'researcher', 'P25-0001'),
    ]);
    const description = service.write(
      'datapackage.json',
      descriptionOf('inntekt.csv', 'feil.csv', 'helse.csv'),
    );
    expect(await service.ok('project', 'describe', PROJECT, description)).toContain('inntekt.csv');
  });
  afterAll(() => service?.remove());

  test('shows a researcher their project with inbox and deliveries, and nothing else', async () => {
    const { exitCode, output } = await service.sftp(kari, ['ls -1 /', `ls -1 /${PROJECT}`]);
    expect(exitCode).toBe(0);
    expect(namesIn(output)).toEqual([
      `/${PROJECT}`,
      `/${PROJECT}/STATUS.txt`,
      `/${PROJECT}/deliveries`,
      `/${PROJECT}/inbox`,
    ]);
  });

  test('takes in a sound file of some megabytes, with report and receipt beside it when the transfer ends', async () => {
    const content = soundFile(3_500_000);
    service.write('inntekt.csv', content);
    const { exitCode, output } = await service.sftp(kari, [
      `cd ${PROJECT}/inbox`,
      'put inntekt.csv',
      'ls -1',
      'get inntekt.csv.report.txt',
      'get inntekt.csv.report.json',
      'get inntekt.csv.receipt.jws',
    ]);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(namesIn(output)).toEqual([
      'STATUS.txt',
      'inntekt.csv',
      'inntekt.csv.receipt.jws',
      'inntekt.csv.report.json',
      'inntekt.csv.report.txt',
    ]);
    expect(text('inntekt.csv.report.txt')).toMatch(/^GODTATT/);
    expect(report('inntekt.csv')).toMatchObject({
      verdict: 'accepted',
      rules: [],
      file: { bytes: content.length, sha256: sha256(content) },
      rows: content.toString().split('\r\n').length - 2,
    });
  });

  test('rejects a faulty file and names each rule with its count, first place and what to do', async () => {
    const faulty = faultyFile();
    service.write('feil.csv', faulty.content);
    const { exitCode } = await service.sftp(kari, [
      `cd ${PROJECT}/inbox`,
      'put feil.csv',
      'get feil.csv.report.txt',
      'get feil.csv.report.json',
    ]);
    expect(exitCode).toBe(0);
    const { verdict, rules, rows, columns } = report('feil.csv');
    expect([verdict, rows]).toEqual(['rejected', faulty.rows]);
    const seen = rules.map(({ code, sub, field, count, firstRow, severity, samples }) => {
      const { row, line, byte, column } = samples[0]!;
      return { rule: [code, sub, field, severity], count, firstRow, first: { row, line, byte, column } };
    });
    expect(seen).toEqual(expect.arrayContaining(faulty.expected));
    expect(seen).toHaveLength(faulty.expected.length);
    expect(rules.every((rule) => rule.hint.length > 40)).toBe(true);
    const says = text('feil.csv.report.txt');
    expect(says).toMatch(/^AVVIST/);
    for (const { count } of faulty.expected) expect(says.replace(/\u00a0/g, ' ')).toContain(grouped(count));

    const numbers = new Set(faulty.identityNumbers.flatMap((n) => [n, n.slice(1), n.slice(0, 9)]));
    const whole = says + text('feil.csv.report.json');
    expect([...numbers].filter((digits) => whole.includes(digits))).toEqual([]);
    const identity = rules.filter((rule) => rule.field === 'fnr').flatMap((rule) => rule.samples);
    expect(identity.length).toBeGreaterThan(0);
    for (const { shape, value } of identity) expect([shape, value]).toEqual(['#'.repeat(10), null]);
    expect(columns[0]).toMatchObject({ name: 'fnr', bounds: null, top: null });
  });

  test('makes a later put of the same name a new version, and keeps the first', async () => {
    const first = readFileSync(service.path('inntekt.csv'));
    const second = soundFile(200_000);
    service.write('ny.csv', second);
    expect((await service.sftp(kari, [`put ny.csv ${PROJECT}/inbox/inntekt.csv`])).exitCode).toBe(0);
    const versions = (await listInbound()).filter((one) => one.name === 'inntekt.csv');
    expect(versions.map((one) => [one.version, one.state, one.uploader, one.sha256])).toEqual([
      [1, 'accepted', 'kari', sha256(first)],
      [2, 'accepted', 'kari', sha256(second)],
    ]);
    for (const [index, content] of [first, second].entries()) {
      const { code, bytes } = await service.command(['inbound', 'get', versions[index]!.id]);
      expect([code, sha256(bytes)]).toEqual([0, sha256(content)]);
    }
  });

  test('gives staff the content and the report, and a researcher never the content', async () => {
    const [one] = await listInbound();
    const refused = await service.command(['inbound', 'get', one!.id, '--as', 'kari']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/no access/);
    expect(await service.command(['inbound', 'get', one!.id, '--as', 'eva'])).toMatchObject({
      code: 1,
      stdout: '',
    });
    expect(await service.ok('inbound', 'report', one!.id)).toContain('feil.csv');
    const asJson = await service.json<Report>('inbound', 'report', one!.id);
    expect(asJson).toEqual(report('feil.csv'));
    expect(await service.ok('inbound', 'list', PROJECT)).toMatch(
      /FILE +VERSION[\s\S]*feil\.csv +1 +rejected/,
    );
    const [read] = await service.query<{ n: number }>(
      "select count(*)::int as n from audit_event where action = 'inbound.read'",
    );
    expect(read!.n).toBe(2);
  });

  test('signs a receipt that anybody can verify, and that no longer verifies once it is changed', async () => {
    const file = service.path('inntekt.csv.receipt.jws');
    const { code, stdout } = await service.command(['receipt', 'verify', file]);
    expect(code).toBe(0);
    const content = readFileSync(service.path('inntekt.csv'));
    expect(JSON.parse(stdout)).toMatchObject({
      project: PROJECT,
      file: 'inntekt.csv',
      version: 1,
      bytes: content.length,
      sha256: sha256(content),
      uploader: 'kari',
      verdict: 'accepted',
      reportSha256: sha256(text('inntekt.csv.report.json')),
    });

    const [head, payload, signature] = text('inntekt.csv.receipt.jws').trim().split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, verdict: 'rejected' })).toString('base64url');
    const forged = service.write('forged.jws', `${head}.${changed}.${signature}\n`);
    expect(await service.command(['receipt', 'verify', forged])).toMatchObject({ code: 1, stdout: '' });
    expect(await service.command(['receipt', 'verify', service.path('nothing.jws')])).toMatchObject({
      stdout: '',
    });

    const keys = await fetch(`http://127.0.0.1:${service.httpPort}/api/v1/receipt-keys`);
    const offline = ['--keys', service.write('keys.json', await keys.text())];
    const nowhere = { env: { DATASLUSE_DATA: service.path('no-service-here') } };
    expect(await service.command(['receipt', 'verify', file, ...offline], nowhere)).toMatchObject({
      code: 0,
    });
    expect(await service.command(['receipt', 'verify', forged, ...offline], nowhere)).toMatchObject({
      code: 1,
    });
    expect(await service.command(['receipt', 'verify', file], nowhere)).toMatchObject({ code: 3 });
  });

  test('lets a supplier see the inbox only, and in it only what they sent themselves', async () => {
    service.write('helse.csv', asFile([header, ...soundRows(50)]));
    const sent = await service.sftp(supplier, [
      `ls -1 /${PROJECT}`,
      `cd /${PROJECT}/inbox`,
      'put helse.csv',
      'ls -1',
      '-get inntekt.csv.report.txt stolen.txt',
      '-rm inntekt.csv',
      `-ls /${PROJECT}/deliveries`,
    ]);
    expect(sent.exitCode).toBe(0);
    expect(namesIn(sent.output)).toEqual([
      `/${PROJECT}/STATUS.txt`,
      `/${PROJECT}/inbox`,
      'STATUS.txt',
      'helse.csv',
      'helse.csv.receipt.jws',
      'helse.csv.report.json',
      'helse.csv.report.txt',
    ]);
    expect(sent.output).toMatch(/deliveries.*not found/i);
    expect(readdirSync(service.folder)).not.toContain('stolen.txt');
    const seen = await service.sftp(kari, [`ls -1 /${PROJECT}/inbox`]);
    expect(seen.output).toContain('helse.csv');
  });

  test('shows a member of another project nothing at all', async () => {
    const { exitCode, output } = await service.sftp(stranger, [
      'ls -1 /',
      `-ls /${PROJECT}`,
      `-ls /${PROJECT}/inbox`,
      `-get /${PROJECT}/inbox/inntekt.csv.report.txt stolen.txt`,
      `-put helse.csv /${PROJECT}/inbox/helse.csv`,
      `-cd /${PROJECT}`,
    ]);
    expect(exitCode).toBe(0);
    expect(namesIn(output)).toEqual(['/P25-0001']);
    expect(output.match(/not found|No such file/gi)?.length).toBeGreaterThanOrEqual(4);
    expect(readdirSync(service.folder)).not.toContain('stolen.txt');
    expect((await listInbound()).filter((one) => one.uploader === 'eva')).toEqual([]);
  });
});

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
