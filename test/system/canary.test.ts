/** Nothing in plaintext anywhere: canaries go through every path, and then every file, log and table is searched. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canaryNumber, canaryText, searchForCanaries } from '../support/canaries.ts';
import { isPresent, openSshOptions, run } from '../support/clients.ts';
import { asFile, descriptionOf, header, soundRows } from '../support/microdata.ts';
import { openSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PROJECT = 'P24-0187';
const CANARIES = 60;
const search = searchForCanaries(CANARIES);

let service: TestService;
let kari: TestPerson;
let next = 0;
/** What commands and clients have said, apart from the content they were asked for. */
const said: string[] = [];

/** A canary number and a canary text that were in no path before. */
function fresh(): { number: string; text: string } {
  const n = next++;
  if (n >= CANARIES) throw new Error('more canaries than are searched for');
  return { number: canaryNumber(n), text: canaryText(n) };
}

/** Rows of which every tenth is a canary, whole. */
function rowsWithCanary(count: number): string[][] {
  const { number, text } = fresh();
  return soundRows(count).map((cells, i) =>
    i % 10 === 3 ? [number, cells[1]!, cells[2]!, cells[3]!, text, `"${text}"`] : cells,
  );
}

async function sftp(...lines: string[]) {
  const outcome = await service.sftp(kari, [`cd ${PROJECT}/inbox`, ...lines]);
  said.push(outcome.output);
  return outcome;
}

async function command(...args: string[]) {
  const outcome = await service.command(args, { env: { DATASLUSE_LOG: 'trace' } });
  said.push(outcome.stdout, outcome.stderr);
  return outcome;
}

async function verdictOf(name: string): Promise<string | undefined> {
  const [row] = await service.query<{ state: string }>(
    "select state from inbound_file where name = $1 and state <> 'erased' order by version desc nulls first limit 1",
    [name],
  );
  return row?.state;
}

describe.skipIf(!isPresent('ssh', ['-V']))('canaries', () => {
  beforeAll(async () => {
    service = await startTestService({ env: { DATASLUSE_LOG: 'trace' } });
    const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
    await service.ok('project', 'create', PROJECT, ...about);
    kari = await service.addPerson('kari', 'researcher', PROJECT);
    const names = [
      'godt.csv',
      'feil.csv',
      'brutt.csv',
      'igjen.csv',
      'ny.csv',
      'hode.csv',
      'hodet.csv',
      'flyttet.csv',
      'rot.csv',
      'drept.csv',
    ];
    await service.ok(
      'project',
      'describe',
      PROJECT,
      service.write('datapackage.json', descriptionOf(...names)),
    );
    mkdirSync(service.path('mine'));
  });
  afterAll(() => service?.remove());

  /** The test's own files lie beside the data folder, not in it. */
  const local = (name: string, content: string | Uint8Array) => {
    writeFileSync(service.path(`mine/${name}`), content);
    return `mine/${name}`;
  };

  test('an accepted upload', async () => {
    const file = local('godt.csv', asFile([header, ...rowsWithCanary(5000)]));
    expect((await sftp(`put ${file}`)).exitCode).toBe(0);
    // A person's number in a remark is what a check must warn of; the number that is declared as one is not.
    expect(await verdictOf('godt.csv')).toBe('accepted');
  });

  test('a rejected upload, with canaries in every column', async () => {
    const rows = soundRows(500).map((cells, i) => {
      const [column, way] = [i % 6, Math.floor(i / 6) % 3];
      if (i >= 180) return cells;
      const { number, text } =
        i < 18 ? fresh() : { number: canaryNumber(i % next), text: canaryText(i % next) };
      const changed = [...cells];
      const spaced = `${number.slice(0, 6)} ${number.slice(6)}`;
      changed[column] = [number.slice(1), column === 1 ? spaced : text, `${spaced} ${number}`][way]!;
      return i % 7 === 6 ? [...changed, number, text] : changed;
    });
    expect((await sftp(`put ${local('feil.csv', asFile([header, ...rows]))}`, 'ls -l')).exitCode).toBe(0);
    expect(await verdictOf('feil.csv')).toBe('rejected');
  });

  test('rows whose cells have moved, so that remarks and numbers stand among codes and public values', async () => {
    const moved = soundRows(120).map((cells, i) => {
      if (i % 2 === 0) return cells;
      const { number, text } =
        i < 8 ? fresh() : { number: canaryNumber(i % next), text: canaryText(i % next) };
      // A short word is what a code or a name is too.
      const word = text.split(' ')[0]!;
      const row = [cells[0]!, word, cells[1]!, text, number, word];
      return i % 6 === 1 ? [...row, ''] : row;
    });
    const file = asFile([header, ...moved]);
    expect((await sftp(`put ${local('flyttet.csv', file)}`, 'ls -l')).exitCode).toBe(0);
    expect(await verdictOf('flyttet.csv')).toBe('rejected');
  });

  test('a first data row where the header should be, and a number among the labels', async () => {
    const noHeader = local('hode.csv', asFile(rowsWithCanary(40).slice(3)));
    const { number } = fresh();
    const labels = header.map((label, i) => (i === 4 ? number : label));
    const badLabel = local('hodet.csv', asFile([labels, ...rowsWithCanary(40)]));
    expect((await sftp(`put ${noHeader}`, `put ${badLabel}`, 'ls -l')).exitCode).toBe(0);
    expect([await verdictOf('hode.csv'), await verdictOf('hodet.csv')]).toEqual(['rejected', 'rejected']);
  });

  test('files that are no text, not in the declared encoding, or broken off within quotes', async () => {
    const { number, text } = fresh();
    const rows = rowsWithCanary(60);
    const broken = `${asFile([header, ...rows])}"${number};${text}\r\n${asFile(rowsWithCanary(20))}`;
    const latin1 = Buffer.from(asFile([header, ...rowsWithCanary(60)]), 'latin1');
    const utf16 = Buffer.from(`\ufeff${asFile([header, ...rowsWithCanary(60)])}`, 'utf16le');
    const binary = Buffer.concat([
      Buffer.from('$FL2@(#) SPSS DATA FILE'),
      Buffer.alloc(200),
      Buffer.from(`${number}${text}`),
    ]);
    const zip = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      Buffer.alloc(100),
      Buffer.from(`${number}${text}`),
    ]);
    for (const content of [broken, latin1, utf16, binary, zip]) {
      await sftp(`put ${local('rot.csv', content)}`, 'ls -l');
      expect(await verdictOf('rot.csv')).toMatch(/rejected|not-checked/);
    }
    await sftp(
      `put ${local('ukjent.sav', binary)}`,
      `put ${local('uventet.csv', asFile(rowsWithCanary(50)))}`,
      'ls -l',
    );
  });

  test('an upload that is broken off, one that is resumed, and one under a temporary name', async () => {
    const content = Buffer.from(asFile([header, ...rowsWithCanary(4000), ...rowsWithCanary(4000)]));
    const half = 262_144;
    for (const name of ['brutt.csv', 'igjen.csv']) {
      const client = await openSftp(service.sftpPort, kari);
      const file = await client.openFile(`${PROJECT}/inbox/${name}`, 'w');
      for (let at = 0; at < half; at += 32_768) await file.write(at, content.subarray(at, at + 32_768));
      client.cut();
    }
    // `put -a` goes on from what the server says that it has.
    expect(await sftp(`put -a ${local('igjen.csv', content)}`)).toMatchObject({ exitCode: 0 });
    expect([await verdictOf('brutt.csv'), await verdictOf('igjen.csv')]).toEqual(['arriving', 'accepted']);

    const file = local('ny.csv', asFile([header, ...rowsWithCanary(3000)]));
    expect((await sftp(`put ${file} ny.csv.filepart`)).exitCode).toBe(0);
    expect(await verdictOf('ny.csv.filepart')).toBe('held');
    expect((await sftp('rename ny.csv.filepart ny.csv', 'ls -l')).exitCode).toBe(0);
    expect(await verdictOf('ny.csv')).toBe('accepted');
  });

  test('names of files, folders, people and pages', async () => {
    // What the client prints repeats the names it was given.
    const named = (line: string, ...more: string[]) =>
      service.sftp(kari, [`cd ${PROJECT}/inbox`, line, ...more]);
    const file = local('godt.csv', asFile([header, ...soundRows(20)]));
    for (const written of [
      (n: string) => n,
      (n: string) => `${n.slice(0, 6)} ${n.slice(6)}`,
      (n: string) => n.slice(1),
    ]) {
      const name = `${written(fresh().number)}.csv`;
      expect((await named(`put ${file} "${name}"`)).exitCode).toBe(1);
      expect((await named(`rename feil.csv "${name}"`)).exitCode).toBe(1);
      await named(
        `-get "${name}" x`,
        `-ls "${name}"`,
        `-rm "${name}"`,
        `-mkdir "${name}"`,
        `-ls "/${name}/inbox"`,
      );
    }
    const { number } = fresh();
    await run('sftp', [
      ...openSshOptions(kari.keyFile, service.sftpPort),
      '-b',
      '/dev/null',
      `${number}@127.0.0.1`,
    ]);
    const web = `http://127.0.0.1:${service.httpPort}`;
    for (const path of [`/${number}`, `/api/v1/${number}?fnr=${number}`, `/api/v1/status?fnr=${number}`]) {
      await fetch(web + path, { headers: { 'user-agent': number, cookie: `fnr=${number}` } });
    }
    await fetch(`${web}/api/v1/status`, { method: 'POST', body: number });
  });

  test('a delivery, published and fetched, and one that is refused for a name', async () => {
    const file = local('uttrekk.csv', asFile([header, ...rowsWithCanary(6000)]));
    expect(await command('delivery', 'publish', PROJECT, '--title', 'Uttrekk', file)).toMatchObject({
      code: 0,
    });
    const [{ folder }] = (await service.query<{ folder: string }>('select folder from publication')) as [
      { folder: string },
    ];
    expect((await sftp(`get /${PROJECT}/deliveries/${folder}/uttrekk.csv mine/fetched.csv`)).exitCode).toBe(
      0,
    );
    expect(readFileSync(service.path('mine/fetched.csv'))).toEqual(
      readFileSync(service.path('mine/uttrekk.csv')),
    );
    const named = local(`${fresh().number}.csv`, 'a;b\r\n');
    expect(await command('delivery', 'publish', PROJECT, '--title', 'Uttrekk', named)).toMatchObject({
      code: 1,
    });
  });

  test('what the agency does with it: lists, reports, content, offline check, jobs', async () => {
    const files = await service.query<{ id: string }>(
      'select id from inbound_file where version is not null',
    );
    expect(files.length).toBeGreaterThan(8);
    await command('inbound', 'list', PROJECT, '--json');
    for (const { id } of files) {
      const reports = await service.query('select report::text as text from inbound_file where id = $1', [
        id,
      ]);
      said.push(String(reports[0]!.text));
    }
    await command('inbound', 'report', files[1]!.id);
    expect((await service.command(['inbound', 'get', files[0]!.id])).stdout).toContain(canaryNumber(0));
    expect(await command('check', 'mine/feil.csv', '--description', 'datapackage.json')).toMatchObject({
      code: 1,
    });
    expect(
      await command('check', 'mine/hode.csv', '--description', 'datapackage.json', '--json'),
    ).toMatchObject({ code: 1 });
    await command('jobs', 'run');
    await command('outbox', 'list', '--json');
    const reports = ['feil', 'hode', 'hodet', 'rot'].flatMap((name) => [
      `${name}.csv.report.txt`,
      `${name}.csv.report.json`,
    ]);
    expect((await sftp(...reports.map((name) => `get ${name} mine/${name}`))).exitCode).toBe(0);
    for (const name of reports) said.push(readFileSync(service.path(`mine/${name}`), 'utf8'));
  });

  test('a server that is killed in the middle of a transfer', async () => {
    const content = Buffer.from(asFile([header, ...rowsWithCanary(4000)]));
    const client = await openSftp(service.sftpPort, kari);
    const file = await client.openFile(`${PROJECT}/inbox/drept.csv`, 'w');
    for (let at = 0; at < 262_144; at += 32_768) await file.write(at, content.subarray(at, at + 32_768));
    await service.kill();
    client.cut();
    await service.start();
    expect((await sftp(`put ${local('drept.csv', content)}`)).exitCode).toBe(0);
    expect(await verdictOf('drept.csv')).toBe('accepted');
  });

  test('no table holds a canary, nor do the statistics that the database keeps of them', async () => {
    expect(next).toBeGreaterThan(30);
    expect(search.inBytes(Buffer.from(await everyTable()))).toEqual([]);
  });

  test('no log, no message and no report holds a canary', () => {
    expect(service.output().length).toBeGreaterThan(1000);
    expect(search.inBytes(Buffer.from(service.output()))).toEqual([]);
    expect(
      said.flatMap((text) => search.inBytes(Buffer.from(text)).map((hit) => `${hit} in: ${text}`)),
    ).toEqual([]);
  });

  test('no file in the data folder holds a canary, and the search finds one where there is one', async () => {
    // What the search would miss if the database kept it is not in the dark: it is planted, and must be found.
    await service.query('insert into institution values (gen_random_uuid(), $1, now())', [canaryText(0)]);
    expect(search.inBytes(Buffer.from(await everyTable()))).toEqual(['canary 0 as plain text']);
    await service.stop();
    const found = search.inFolder(service.dataFolder);
    expect(found.files).toBeGreaterThan(100);
    const inDatabase = found.hits.filter((hit) => hit.endsWith('canary 0 as plain text'));
    expect(inDatabase.length).toBeGreaterThan(0);
    expect(
      found.hits.filter((hit) => !hit.startsWith('postgres/cluster/') || !inDatabase.includes(hit)),
    ).toEqual([]);
    expect(search.inFolder(`${service.dataFolder}.keys`).hits).toEqual([]);

    const planted = join(service.dataFolder, 'store', 'planted');
    const { number, text } = { number: canaryNumber(7), text: canaryText(7) };
    const base64 = Buffer.from(`{"x":"${number}"}`).toString('base64url');
    const ways: [string, Buffer][] = [
      ['plain text', Buffer.from(`1;${number};2`)],
      ['plain text', Buffer.from(number.slice(1))],
      ['plain text', Buffer.from(text)],
      ['UTF-16', Buffer.from(text, 'utf16le')],
      ['hex', Buffer.from(Buffer.from(number).toString('hex'))],
      ['base64 (0)', Buffer.from(base64)],
    ];
    for (const [way, content] of ways) {
      writeFileSync(planted, Buffer.concat([Buffer.alloc(1000, 1), content, Buffer.alloc(1000, 2)]));
      expect(search.inFolder(join(service.dataFolder, 'store')).hits).toEqual([
        expect.stringMatching(new RegExp(`^planted: canary 7 as ${way.slice(0, 6)}`)) as string,
      ]);
    }
    rmSync(planted);
  });

  /** Every row of every table as text, as a dump would have it, and the values that the planner has sampled. */
  async function everyTable(): Promise<string> {
    await service.query('analyze');
    const tables = await service.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(12);
    const texts: string[] = [];
    for (const name of [...tables.map((table) => table.name), 'pg_stats']) {
      const rows = await service.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...rows.map((one) => one.row));
    }
    return texts.join('\n');
  }
});
