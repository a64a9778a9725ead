/** The service as one researcher and one producer have it before them, for proofs with real clients. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { type Outcome, run } from './clients.ts';
import { asFile, descriptionOf, header, soundFile, soundRows } from './microdata.ts';
import { openSftp, type RawSftp } from './raw-sftp.ts';
import { startTestService, type TestPerson, type TestService } from './service.ts';

/** What a client showed. `sentence`: what the service said, where the client prints words of its own. */
export type Shown = Outcome & { sentence?: string };

const PROJECT = 'P24-0187';

export type Scene = Awaited<ReturnType<typeof openScene>>;

export async function openScene() {
  const service: TestService = await startTestService();
  const inbox = `${PROJECT}/inbox`;
  const content = soundFile(700_000);
  const extract = Buffer.from(content).reverse();
  /** An earlier version of a file. */
  const first = Buffer.from(asFile([header, ...soundRows(30)]));
  const names = Array.from({ length: 120 }, (_, i) => `fil_${i}.csv`);
  let used = 0;
  const brokenOff: string[] = [];

  await service.ok(
    ...['project', 'create', PROJECT, '--title', 'T', '--institution', 'I', '--delete-by', '2099-12-31'],
  );
  const kari = await service.addPerson('kari', 'researcher', PROJECT);
  const pia = await service.addPerson('pia', 'producer', PROJECT);
  await service.ok('describe', PROJECT, service.write('datapackage.json', descriptionOf(...names)));
  const file = service.write('sendt.csv', content);
  const published = await service.json<{ folder: string }>(
    ...['delivery', 'publish', PROJECT, '--title', 'Uttrekk', service.write('uttrekk.csv', extract)],
  );
  const area = `${PROJECT}/deliveries/${published.folder}`;

  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  /** Name and hash of what was answered under a name, oldest first. */
  async function versions(name: string): Promise<string[]> {
    const rows = await service.query<{ state: string; sha256: string }>(
      `select state, sha256 from inbound_file where name = $1 and version is not null and state <> 'erased' order by version`,
      [name],
    );
    return rows.map((row) => `${row.state} ${row.sha256}`);
  }

  async function raw<T>(work: (client: RawSftp) => Promise<T>, person: TestPerson = kari): Promise<T> {
    const client = await openSftp(service.sftpPort, person);
    try {
      return await work(client);
    } finally {
      client.end();
    }
  }

  async function writeAll(client: RawSftp, path: string, bytes: Buffer): Promise<{ close(): Promise<void> }> {
    const sending = await client.openFile(path, 'w');
    for (let at = 0; at < bytes.length; at += 32_768)
      await sending.write(at, bytes.subarray(at, at + 32_768));
    return sending;
  }

  return {
    service,
    kari,
    pia,
    inbox,
    area,
    drafts: `${PROJECT}/drafts`,
    file,
    content,
    extract,
    first,
    brokenOff,
    versions,
    raw,
    /** A name that the description has and nobody has used. */
    name: (): string => names[used++]!,
    /** A name with an accepted file. */
    async acceptedName(): Promise<string> {
      const name = names[used++]!;
      await raw(async (client) => (await writeAll(client, `${inbox}/${name}`, first)).close());
      expect(await versions(name)).toEqual([`accepted ${sha256(first)}`]);
      return name;
    },
    /** A folder of this machine with so many files to send. */
    folder(count: number): { path: string; names: string[] } {
      const inside = names.slice(used, used + count);
      used += count;
      const path = service.path(`mappe_${used}`);
      mkdirSync(path);
      for (const name of inside) {
        writeFileSync(`${path}/${name}`, content);
        // Older than anything that the service has received.
        utimesSync(`${path}/${name}`, 1_700_000_000, 1_700_000_000);
      }
      return { path, names: inside };
    },
    /** Sends a half and breaks off. Returns the path. */
    async breakOff(folder: string, person: TestPerson = kari): Promise<{ name: string; path: string }> {
      const name = names[used++]!;
      const path = `${folder}/${name}`;
      brokenOff.push(name);
      const client = await openSftp(service.sftpPort, person);
      await writeAll(client, path, content.subarray(0, 400_000));
      client.cut();
      // The server notices a cut connection in its own time; until then the upload counts as it stands.
      const idle = async () =>
        /^datasluse_uploads_open 0$/m.test(
          await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text(),
        );
      await vi.waitUntil(idle, { timeout: 30_000, interval: 50 });
      return { name, path };
    },
    /** Half of the delivered file, as a broken download leaves it. */
    halfFetched: (name: string) => service.write(name, extract.subarray(0, 300_000)),
    /** For a client that does not wait for the answer. */
    async becomesAccepted(name: string, before: readonly Buffer[] = []): Promise<void> {
      const wanted = [...before, content].map((one) => `accepted ${sha256(one)}`);
      await expect.poll(() => versions(name), { timeout: 30_000 }).toEqual(wanted);
    },
    async isAccepted(name: string, before: readonly Buffer[] = []): Promise<void> {
      expect(await versions(name)).toEqual([...before, content].map((one) => `accepted ${sha256(one)}`));
    },
    cameBack(...names: string[]): void {
      for (const name of names)
        expect([name, readFileSync(service.path(name)).equals(extract)]).toEqual([name, true]);
    },
    /** What the service says to a step that fails. */
    async sentenceOf(step: (client: RawSftp) => Promise<unknown>): Promise<string> {
      return raw(async (client) => {
        const said = await step(client).then(
          () => 'it was not refused',
          (thrown: Error) => thrown.message,
        );
        return said;
      });
    },
    run: (program: string, args: string[], env: Record<string, string> = {}): Promise<Shown> =>
      run(program, args, { cwd: service.folder, timeoutMs: 90_000, env }),
  };
}
