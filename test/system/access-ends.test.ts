/** Access ends at once, for a client in the middle of a download too, and the log says why. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSftp, type RawSftp } from '../support/raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from '../support/service.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let service: TestService;
let file = '';
let count = 0;

beforeAll(async () => {
  service = await startTestService();
  file = service.write('uttrekk.csv', Buffer.alloc(3_000_000, 'kode;1\n'));
});
afterAll(() => service?.remove());

interface Scene {
  project: string;
  person: TestPerson;
  folder: string;
  client: RawSftp;
}

/** A project with a person who is in the middle of a download. */
async function downloading(): Promise<Scene & { next(): Promise<Buffer>; cuts(): string[] }> {
  count += 1;
  const project = `P24-${1000 + count}`;
  const about = ['--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'];
  await service.ok('project', 'create', project, ...about);
  const person = await service.addPerson(`kari${count}`, 'researcher', project);
  const published = await service.json<{ folder: string; id: string }>(
    ...['delivery', 'publish', project, '--title', 'Uttrekk', file],
  );
  const client = await openSftp(service.sftpPort, person);
  const held = await client.openFile(`${project}/deliveries/${published.folder}/uttrekk.csv`);
  let at = 0;
  const next = async () => {
    const bytes = await held.read(at, 32_768);
    at += bytes.length;
    return bytes;
  };
  expect((await next()).length).toBe(32_768);
  const cuts = () =>
    service
      .output()
      .split('\n')
      .filter((line) => line.includes('a download was cut off') && line.includes(published.id))
      .map((line) => (JSON.parse(line) as { why: string }).why);
  return { project, person, folder: published.folder, client, next, cuts };
}

const reason = ['--reason', 'prøvd i en test'];

const endings: [string, string, RegExp, (scene: Scene) => Promise<unknown>][] = [
  [
    'the delivery is withdrawn',
    'withdrawn',
    /withdrawn/,
    ({ project, folder }) => service.ok('delivery', 'withdraw', project, folder, ...reason),
  ],
  [
    'the delivery expires',
    'expired',
    /has closed/,
    () => service.ok('jobs', 'run', '--at', '2098-01-01T00:00:00Z'),
  ],
  [
    'the participant is removed',
    'not-a-recipient',
    /no longer have access/,
    ({ project, person }) =>
      service.ok('person', 'remove', person.id, '--role', 'researcher', '--project', project, ...reason),
  ],
  [
    'the key is revoked',
    'key-revoked',
    /revoked/,
    async ({ person }) => {
      const [key] = await service.json<{ fingerprint: string }[]>('person', 'keys', person.id);
      await service.ok('person', 'revoke-key', person.id, key!.fingerprint, ...reason);
    },
  ],
  [
    'the project is closed',
    'project-closed',
    /project is closed/,
    ({ project }) => service.ok('project', 'close', project, ...reason),
  ],
  [
    'staff stop downloads of the project',
    'downloads-stopped',
    /downloads are stopped/,
    ({ project }) => service.ok('stop-downloads', '--project', project, ...reason),
  ],
  [
    'staff stop all downloads',
    'downloads-stopped',
    /downloads are stopped/,
    async () => {
      await service.ok('stop-downloads', ...reason);
    },
  ],
];

test.each(endings)('a download ends at the next read when %s', async (_when, why, says, end) => {
  const scene = await downloading();
  await end(scene);
  await expect(scene.next()).rejects.toThrow(says);
  await expect(scene.next()).rejects.toThrow(says);
  expect(scene.cuts()).toEqual([why]);
  await expect(
    scene.client.openFile(`${scene.project}/deliveries/${scene.folder}/uttrekk.csv`),
  ).rejects.toThrow(/./);
  scene.client.end();
  const events = await vi.waitUntil(
    async () => {
      const rows = await service.query<{ detail: string }>(
        `select detail from audit_event where action = 'delivery.cut-off' and project_id = $1`,
        [scene.project],
      );
      return rows.length > 0 && rows;
    },
    { timeout: 20_000, interval: 50 },
  );
  expect(JSON.parse(events[0]!.detail)).toMatchObject({ why, bytes: 32_768 });
  if (scene.person.id === `kari${endings.length}`) await service.ok('resume-downloads');
});

test('tells those concerned, and takes nobody in with a revoked key', async () => {
  const mails = await service.json<{ to: string; subject: string }[]>('outbox', 'list');
  const subjects = (n: number) =>
    mails.filter((mail) => mail.to === `kari${n}@example.no`).map((mail) => mail.subject);
  expect(subjects(1)).toContain('P24-1001: en leveranse er trukket tilbake');
  expect(subjects(3)).toContain('P24-1003: tilgangen din er avsluttet');
  expect(subjects(4)).toContain('En av nøklene dine er trukket tilbake');
  expect(subjects(5)).toContain('P24-1005: prosjektet er stengt');
  expect(subjects(6)).toContain('P24-1006: all nedlasting er stanset');
  expect(subjects(7)).toEqual(
    expect.arrayContaining(['Datasluse: all nedlasting er stanset', 'Datasluse: nedlasting er åpnet igjen']),
  );
  const revoked = await service.sftp({ ...(await service.addPerson('kari4', 'researcher', 'P24-1004')) }, [
    'ls',
  ]);
  expect(revoked.exitCode).not.toBe(0);
});

test('the connection of a revoked key, and of a last role, is ended by the service itself', async () => {
  for (const end of [endings[2]!, endings[3]!]) {
    const scene = await downloading();
    const bystander = await service.addPerson(`ola${count}`, 'researcher', scene.project);
    const other = await openSftp(service.sftpPort, bystander);
    await end[3](scene);
    await scene.client.closed;
    expect((await other.stat(`/${scene.project}`)).size).toBe(0);
    other.end();
    expect(service.output()).toContain(`"personId":"${scene.person.id}","msg":"an SFTP connection is ended`);
  }
});

test('downloads go on anew when the stop is lifted', async () => {
  const scene = await downloading();
  await service.ok('stop-downloads', '--project', scene.project, ...reason);
  await expect(scene.next()).rejects.toThrow(/stopped/);
  expect((await service.command(['stop-downloads', '--project', scene.project, ...reason])).code).toBe(1);
  await service.ok('resume-downloads', '--project', scene.project);
  const again = await scene.client.openFile(`${scene.project}/deliveries/${scene.folder}/uttrekk.csv`);
  expect((await again.read(32_768, 1000)).length).toBe(1000);
  scene.client.end();
});

test('a delivery that is extended goes on past its first end, in the same handle', async () => {
  const scene = await downloading();
  const said = await service.ok('delivery', 'extend', scene.project, scene.folder, '--days', '7', ...reason);
  expect(said).toMatch(/is open until/);
  const [row] = await service.query<{ open_days: number }>(
    'select open_days from publication where project_id = $1',
    [scene.project],
  );
  expect(row!.open_days).toBe(21);
  expect((await scene.next()).length).toBe(32_768);
  const shorter = ['delivery', 'extend', scene.project, scene.folder, '--until', '2020-01-01', ...reason];
  expect((await service.command(shorter)).code).toBe(1);
  scene.client.end();
});

test('an upload ends too when the person may send no more', async () => {
  const scene = await downloading();
  const sending = await scene.client.openFile(`${scene.project}/inbox/data.csv`, 'w');
  await sending.write(0, Buffer.from('kode;antall\n'));
  await service.ok('project', 'close', scene.project, ...reason);
  await expect(sending.write(12, Buffer.from('A;1\n'))).rejects.toThrow(/project is closed/);
  await expect(sending.close()).rejects.toThrow(/project is closed/);
  await service.ok('project', 'reopen', scene.project, ...reason);
  const anew = await scene.client.openFile(`${scene.project}/inbox/data.csv`, 'w');
  await anew.write(0, Buffer.from('kode;antall\nA;1\n'));
  await anew.close();
  scene.client.end();
});
