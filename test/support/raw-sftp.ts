/** An SFTP client that the test holds in its hand: open handles, reads and writes at offsets, a connection that can be cut. */
import ssh2 from 'ssh2';
import type { TestPerson } from './service.ts';

export interface OpenFile {
  /** At most `length` bytes from `offset`. */
  read(offset: number, length: number): Promise<Buffer>;
  write(offset: number, data: Buffer): Promise<void>;
  close(): Promise<void>;
}

export interface RawSftp {
  openFile(path: string, flags?: 'r' | 'w' | 'a' | number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  link(target: string, path: string): Promise<void>;
  setTimes(path: string, seconds: number): Promise<void>;
  /** What a client makes of the folder: `longname` as `ls -l` would say. */
  list(path: string): Promise<{ name: string; longname: string }[]>;
  stat(path: string): Promise<{ size: number }>;
  end(): void;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** Cuts the connection as a killed client does. */
  cut(): void;
}

export async function openSftp(port: number, person: TestPerson): Promise<RawSftp> {
  const client = new ssh2.Client();
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', reject);
  });
  client.connect({ host: '127.0.0.1', port, username: person.id, privateKey: person.key.privateKey });
  await ready;
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  const sftp = await answer<ssh2.SFTPWrapper>((done) => client.sftp(done));
  return {
    async openFile(path, flags = 'r') {
      const handle = await answer<Buffer>((done) => sftp.open(path, flags as 'r', done));
      return {
        read: (offset, length) =>
          new Promise((resolve, reject) => {
            sftp.read(handle, Buffer.alloc(length), 0, length, offset, (error, _count, data) =>
              error ? reject(error) : resolve(data),
            );
          }),
        write: (offset, data) =>
          answer<void>((done) => sftp.write(handle, data, 0, data.length, offset, done)),
        close: () => answer<void>((done) => sftp.close(handle, done)),
      };
    },
    rename: (from, to) => answer<void>((done) => sftp.rename(from, to, done)),
    remove: (path) => answer<void>((done) => sftp.unlink(path, done)),
    makeFolder: (path) => answer<void>((done) => sftp.mkdir(path, done)),
    link: (target, path) => answer<void>((done) => sftp.symlink(target, path, done)),
    setTimes: (path, seconds) => answer<void>((done) => sftp.utimes(path, seconds, seconds, done)),
    async list(path) {
      const found = await answer<ssh2.FileEntry[]>((done) => sftp.readdir(path, done));
      return found.map(({ filename, longname }) => ({ name: filename, longname }));
    },
    stat: (path) => answer<{ size: number }>((done) => sftp.stat(path, done)),
    end: () => client.end(),
    closed,
    cut: () => client.destroy(),
  };
}

function answer<T>(
  call: (done: (error: Error | null | undefined, value?: unknown) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}
