/** Proofs of the rows of WinSCP and FileZilla in client-matrix.ts: their requests, as recorded, replayed in order. */
import { expect } from 'vitest';
import type { Proofs } from './client-matrix.ts';
import type { Scene, Shown } from './client-scene.ts';
import type { RawSftp } from './raw-sftp.ts';

const WRITE = 0x02;
const CREATE = 0x08;
const TRUNCATE = 0x10;

type Request =
  | { ask: 'stat' | 'remove' | 'list' | 'make-folder'; path: string }
  | { ask: 'rename'; path: string; to: string }
  | { ask: 'set-times'; path: string }
  /** OPEN, WRITE from `from` on in pieces with `inFlight` unanswered, CLOSE. */
  | { ask: 'send'; path: string; flags: number; from: number; inFlight: number };

/** Replays until the first refusal, whose sentence is what is shown. A STAT of nothing is part of what clients do. */
async function replay(scene: Scene, requests: readonly Request[]): Promise<Shown> {
  return scene.raw(async (client) => {
    for (const request of requests) {
      try {
        await perform(client, request, scene.content);
      } catch (thrown) {
        if (request.ask === 'stat') continue;
        return { exitCode: 1, output: (thrown as Error).message };
      }
    }
    return { exitCode: 0, output: '' };
  });
}

async function perform(client: RawSftp, request: Request, content: Buffer): Promise<unknown> {
  switch (request.ask) {
    case 'stat':
      return client.stat(request.path);
    case 'remove':
      return client.remove(request.path);
    case 'list':
      return client.list(request.path);
    case 'make-folder':
      return client.makeFolder(request.path);
    case 'rename':
      return client.rename(request.path, request.to);
    case 'set-times':
      return client.setTimes(request.path, 1_700_000_000);
    case 'send': {
      const file = await client.openFile(request.path, request.flags);
      const waiting: Promise<void>[] = [];
      for (let at = request.from; at < content.length; at += 32_768) {
        if (waiting.length >= request.inFlight) await waiting.shift();
        waiting.push(file.write(at, content.subarray(at, at + 32_768)));
      }
      await Promise.all(waiting);
      return file.close();
    }
  }
}

const fresh = WRITE | CREATE | TRUNCATE;

/** Beyond 100 KB: to a temporary name; what has the final name is deleted first. */
function winScpSends(path: string, replaces: boolean): Request[] {
  const part = `${path}.filepart`;
  return [
    { ask: 'stat', path },
    { ask: 'stat', path: part },
    { ask: 'send', path: part, flags: fresh, from: 0, inFlight: 8 },
    ...(replaces ? [{ ask: 'remove', path } as const] : []),
    { ask: 'rename', path: part, to: path },
    { ask: 'set-times', path },
  ];
}

const fileZillaSends = (path: string): Request[] => [
  { ask: 'list', path: path.slice(0, path.lastIndexOf('/')) },
  { ask: 'send', path, flags: fresh, from: 0, inFlight: 32 },
  { ask: 'set-times', path },
];

export function recordedProofs(scene: () => Scene): Pick<Proofs<Shown>, 'WinSCP' | 'FileZilla'> {
  const at = (name: string) => `/${scene().inbox}/${name}`;

  async function sent(requests: (path: string) => Request[], over: boolean): Promise<Shown> {
    const name = over ? await scene().acceptedName() : scene().name();
    const shown = await replay(scene(), requests(at(name)));
    expect(shown).toEqual({ exitCode: 0, output: '' });
    await scene().isAccepted(name, over ? [scene().first] : []);
    return shown;
  }

  return {
    WinSCP: {
      put: () => sent((path) => winScpSends(path, false), false),
      over: () => sent((path) => winScpSends(path, true), true),
      remove: async () => replay(scene(), [{ ask: 'remove', path: at(await scene().acceptedName()) }]),
    },
    FileZilla: {
      async list() {
        const kinds = await scene().raw((client) => client.list('/P24-0187'));
        expect(Object.fromEntries(kinds.map((one) => [one.name, one.longname.charAt(0)]))).toEqual({
          'STATUS.txt': '-',
          inbox: 'd',
          deliveries: 'd',
        });
        return { exitCode: 0, output: '' };
      },
      put: () => sent(fileZillaSends, false),
      over: () => sent(fileZillaSends, true),
      async resume() {
        const { name } = await scene().breakOff(scene().inbox);
        const path = at(name);
        const from = (await scene().raw((client) => client.stat(path))).size;
        expect(from).toBeGreaterThan(0);
        const shown = await replay(scene(), [{ ask: 'send', path, flags: WRITE, from, inFlight: 32 }]);
        await scene().isAccepted(name);
        return shown;
      },
      makeFolder: () => replay(scene(), [{ ask: 'make-folder', path: at('mappe') }]),
    },
  };
}
