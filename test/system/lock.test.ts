/** The run that must work, part one: a file in, checked and sealed; a delivery out, for two weeks. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPresent } from '../support/clients.ts';
import { asFile, descriptionOf, header, soundFile, soundRows } from '../support/microdata.ts';
import { type OpenFile, openSftp } from '../support/raw-sftp.ts';
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
interface ListedDelivery {
  id: string;
  folder: string;
  state: string;
  openedAt: string;
  closesAt: string;
  unfetched: string[];
  files: { name: string; bytes: number; sha256: string }[];
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
let nils: TestPerson;
let supplier: TestPerson;
let stranger: TestPerson;

const text = (name: string) => readFileSync(service.path(name), 'utf8');
const report = (name: string) => JSON.parse(text(`${name}.report.json`)) as Report;
const listInbound = () => service.json<Listed[]>('inbound', 'list', PROJECT);
const storedBodies = () =>
  readdirSync(join(service.dataFolder, 'store'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe.skipIf(!isPresent('ssh', ['-V']))('the lock', () => {
  beforeAll(async () => {
    service = await startTestService();
    const project = ['--institution', 'Instituttet', '--delete-by', '2099-12-31'];
    await service.ok('project', 'create', PROJECT, '--title', 'Arbeid og helse', ...project);
    await service.ok('project', 'create', 'P25-0001', '--title', 'Et annet', ...project);
    [kari, nils, supplier, stranger] = await Promise.all([
      service.addPerson('kari', 'researcher', PROJECT),
      service.addPerson('nils', 'researcher', PROJECT),
      service.addPerson('ole', 'supplier', PROJECT),
      service.addPerson('eva', 'researcher', 'P25-0001'),
    ]);
    const description = service.write(
      'datapackage.json',
      descriptionOf('inntekt.csv', 'feil.csv', 'helse.csv'),
    );
    expect(await service.ok('describe', PROJECT, description)).toContain('inntekt.csv');
  });
  afterAll(() => service?.remove());

  test('shows a researcher their project with inbox and deliveries, and nothing else', async () => {
    const { exitCode, output } = await service.sftp(kari, ['ls -1 /', `ls -1 /${PROJECT}`]);
    expect(exitCode).toBe(0);
    expect(namesIn(output)).toEqual([`/${PROJECT}`, `/${PROJECT}/deliveries`, `/${PROJECT}/inbox`]);
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
      `/${PROJECT}/inbox`,
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

  let delivery: ListedDelivery;
  const extract = soundFile(3_000_000);
  const codebook = Buffer.from('kode;navn\r\n0301;Oslo\r\n');

  test('publishes a delivery with a manifest, and tells the researchers', async () => {
    service.write('uttrekk.csv', extract);
    service.write('kodebok.csv', codebook);
    const files = [service.path('uttrekk.csv'), service.path('kodebok.csv')];
    const said = await service.ok('delivery', 'publish', PROJECT, '--title', 'Uttrekk én', ...files);
    expect(said).toContain('kari, nils');
    [delivery] = (await service.json<ListedDelivery[]>('delivery', 'list', PROJECT)) as [ListedDelivery];
    expect(delivery).toMatchObject({ state: 'open', unfetched: ['kari', 'nils'] });
    const opened = Temporal.Instant.from(delivery.openedAt).toZonedDateTimeISO('Europe/Oslo');
    const closes = opened.add({ days: 14 }).round({ smallestUnit: 'minute', roundingMode: 'floor' });
    expect(delivery.closesAt).toBe(closes.toInstant().toString());

    const area = `/${PROJECT}/deliveries`;
    const got = await service.sftp(kari, [
      `ls -1 ${area}`,
      `cd ${area}/${delivery.folder}`,
      'ls -1',
      'get MANIFEST.json',
    ]);
    expect(namesIn(got.output)).toEqual([
      `${area}/${delivery.folder}`,
      'MANIFEST.json',
      'kodebok.csv',
      'uttrekk.csv',
    ]);
    const manifest = JSON.parse(text('MANIFEST.json')) as { files: unknown };
    expect(manifest.files).toEqual([
      { name: 'kodebok.csv', bytes: codebook.length, sha256: sha256(codebook) },
      { name: 'uttrekk.csv', bytes: extract.length, sha256: sha256(extract) },
    ]);
    const mails = await service.json<{ to: string; subject: string }[]>('outbox', 'list');
    expect(mails.map((mail) => mail.to).sort()).toEqual(['kari@example.no', 'nils@example.no']);
  });

  test('gives the delivery whole, from any offset, with several reads in flight', async () => {
    const folder = `${PROJECT}/deliveries/${delivery.folder}`;
    service.write('resumed.csv', extract.subarray(0, 1_234_567));
    const got = await service.sftp(kari, [
      `get ${folder}/uttrekk.csv whole.csv`,
      `get ${folder}/kodebok.csv codes.csv`,
      `reget ${folder}/uttrekk.csv resumed.csv`,
    ]);
    expect({ ...got }).toMatchObject({ exitCode: 0 });
    for (const name of ['whole.csv', 'resumed.csv'])
      expect(readFileSync(service.path(name)).equals(extract)).toBe(true);
    expect(readFileSync(service.path('codes.csv')).equals(codebook)).toBe(true);

    const client = await openSftp(service.sftpPort, kari);
    const file = await client.openFile(`${folder}/uttrekk.csv`);
    const offsets = [2_999_000, 0, 65_535, 1_000_000, 65_536, 2_000_001, 7, 131_071, extract.length - 5];
    const read = await Promise.all(offsets.map((offset) => file.read(offset, 32_768)));
    offsets.forEach((offset, i) => {
      expect(read[i]!.equals(extract.subarray(offset, offset + read[i]!.length))).toBe(true);
      expect(read[i]!.length).toBe(Math.min(32_768, extract.length - offset));
    });
    client.end();
    const [now] = await service.json<ListedDelivery[]>('delivery', 'list', PROJECT);
    expect(now!.unfetched).toEqual(['nils']);
  });

  test('warns three days before the end those who have not fetched it, once', async () => {
    const due = Temporal.Instant.from(delivery.closesAt)
      .toZonedDateTimeISO('Europe/Oslo')
      .subtract({ days: 3 });
    const runAt = (at: Temporal.ZonedDateTime) =>
      service.ok('jobs', 'run', '--at', at.toInstant().toString());
    expect(await runAt(due.subtract({ minutes: 1 }))).not.toContain('warn-unfetched');
    const said = await runAt(due);
    expect(said.match(/^warn-unfetched: .*$/gm)).toEqual([
      `warn-unfetched: told nils that ${PROJECT}/deliveries/${delivery.folder} closes soon`,
    ]);
    expect(await runAt(due.add({ hours: 1 }))).toBe('Nothing was due.\n');
  });

  let held: OpenFile;
  test('closes after two weeks on SFTP, for open handles too, and destroys the keys', async () => {
    const folder = `${PROJECT}/deliveries/${delivery.folder}`;
    const client = await openSftp(service.sftpPort, nils);
    held = await client.openFile(`${folder}/uttrekk.csv`);
    expect((await held.read(0, 1000)).equals(extract.subarray(0, 1000))).toBe(true);
    const objects = await service.query<{ name: string; wraps: number }>(
      `select f.object_name as name, count(k.*)::int as wraps from publication_file f
       left join object_key k on k.object_name = f.object_name group by 1`,
    );
    expect(objects.map((one) => one.wraps > 0)).toEqual([true, true]);
    const names = objects.map((one) => one.name);
    expect(storedBodies().filter((name) => names.some((one) => name.includes(one)))).toHaveLength(2);

    const at = Temporal.Instant.from(delivery.closesAt);
    const early = await service.ok('jobs', 'run', '--at', at.subtract({ seconds: 1 }).toString());
    expect(early).not.toContain('expire-deliveries');
    expect((await held.read(1000, 1000)).equals(extract.subarray(1000, 2000))).toBe(true);
    expect(await service.ok('jobs', 'run', '--at', at.toString())).toContain(
      `expire-deliveries: closed ${folder}; 2 keys destroyed`,
    );
    await expect(held.read(2000, 1000)).rejects.toThrow(/has closed/);
    await expect(client.openFile(`${folder}/uttrekk.csv`)).rejects.toThrow(/has closed/);
    client.end();

    const gone = await service.sftp(kari, [
      `ls -1 /${PROJECT}/deliveries`,
      `-ls /${folder}`,
      `-get /${folder}/kodebok.csv x`,
    ]);
    expect(namesIn(gone.output)).toEqual([]);
    expect(gone.output).toMatch(/not found/);
    const wraps = await service.query('select 1 from object_key where object_name = any($1)', [names]);
    expect(wraps).toEqual([]);
    const states = await service.query('select distinct state from sealed_object where name = any($1)', [
      names,
    ]);
    expect(states).toEqual([{ state: 'erased' }]);
    expect(storedBodies().filter((name) => names.some((one) => name.includes(one)))).toEqual([]);
    expect(await service.ok('delivery', 'list', PROJECT)).toMatch(/expired/);
  });

  test('has it all in an audit log whose chain is intact, and notices a changed event', async () => {
    const [expired] = await service.query<{ subject: string; detail: string; actor: string }>(
      "select subject, detail, actor from audit_event where action = 'delivery.expired'",
    );
    expect(expired).toMatchObject({ subject: `publication:${delivery.id}`, actor: 'clock' });
    expect(JSON.parse(expired!.detail)).toMatchObject({ folder: delivery.folder, keysDestroyed: 2 });
    const actions = await service.query<{ action: string }>('select distinct action from audit_event');
    expect(actions.map((one) => one.action)).toEqual(
      expect.arrayContaining([
        'project.created',
        'inbound.received',
        'delivery.published',
        'delivery.fetched',
      ]),
    );
    const said = await service.ok('audit', 'verify');
    const end = /end (\d+:[0-9a-f]{64})/.exec(said)![1]!;
    expect(await service.ok('audit', 'verify', '--expect', end)).toContain('intact');

    await expect(service.query("update audit_event set actor = 'clock' where seq = 3")).rejects.toThrow(
      /append-only/,
    );
    await service.query('alter table audit_event disable trigger audit_event_append_only');
    await service.query("update audit_event set actor = 'person:nils' where seq = 3");
    const broken = await service.command(['audit', 'verify']);
    expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('BROKEN at event 3')]);
  });

  test('stops within five seconds in the middle of a transfer, its database too', async () => {
    const client = await openSftp(service.sftpPort, kari);
    const sending = await client.openFile(`${PROJECT}/inbox/helse.csv`, 'w');
    await sending.write(0, extract.subarray(0, 200_000));
    await service.stop();
    expect(await service.databasePid()).toBeUndefined();
    expect(await service.command(['inbound', 'list', PROJECT])).toMatchObject({ code: 3 });
  });
});

/** What `ls -1` printed: the lines that are neither echoed commands nor messages. */
function namesIn(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line !== '' && !/^sftp> | /.test(line))
    .sort();
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A file with the common accidents, and where each of them begins. */
function faultyFile() {
  const rows = soundRows(30_000);
  const identityNumbers = rows.map((cells) => cells[0]!);
  const places = new Map<
    string,
    { count: number; firstRow: number; first: Omit<Place, 'shape' | 'value'> }
  >();
  let content = `${header.slice(0, -1).join(';')}\r\n`;
  let [line, byte] = [2, Buffer.byteLength(content)];
  rows.forEach((whole, index) => {
    const cells = whole.slice(0, -1);
    const faults: number[] = [];
    const damage = (column: number, cell: string) => {
      cells[column] = cell;
      faults.push(column);
    };
    if (cells[0]!.startsWith('0') && index % 7 === 3) damage(0, cells[0]!.slice(1));
    if (index % 150 === 77) damage(1, '9998');
    if (index % 100 === 41) damage(2, '2023-02-30');
    // A line break within quotes: rows and lines are no longer the same.
    if (index % 31 === 5) cells[4] = '"frisør\r\nog kokk"';
    for (const column of faults) {
      const place = places.get(header[column]!) ?? {
        count: 0,
        firstRow: index + 1,
        first: {
          row: index + 1,
          line,
          byte: byte + Buffer.byteLength(cells.slice(0, column).join(';')) + Math.min(column, 1),
          column: column + 1,
        },
      };
      places.set(header[column]!, { ...place, count: place.count + 1 });
    }
    const record = `${cells.join(';')}\r\n`;
    content += record;
    byte += Buffer.byteLength(record);
    line += record.split('\n').length - 1;
  });
  const expected = [
    { rule: ['identifier', 'lost-leading-zero', 'fnr', 'error'], ...places.get('fnr')! },
    { rule: ['constraint-error', 'enum', 'kommune', 'error'], ...places.get('kommune')! },
    { rule: ['type-error', 'date', 'dato', 'error'], ...places.get('dato')! },
    {
      rule: ['missing-label', null, 'merknad', 'error'],
      count: 1,
      firstRow: null,
      first: { row: null, line: 1, byte: null, column: null },
    },
  ];
  return { content, rows: rows.length, identityNumbers, expected };
}
