/** Every row of docs/clients.md with the real program, against the whole service. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ClientName, clientRows, type Proofs } from '../support/client-matrix.ts';
import { openSshProofs, sshfsProofs } from '../support/client-proofs-openssh.ts';
import {
  curlProofs,
  lftpProofs,
  paramikoProofs,
  puttyProofs,
  rcloneProofs,
} from '../support/client-proofs-others.ts';
import { recordedProofs } from '../support/client-proofs-recorded.ts';
import { openScene, type Scene, type Shown } from '../support/client-scene.ts';
import { isPresent } from '../support/clients.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let opened: Scene | undefined;
const scene = (): Scene => opened!;

/** A container may have sshfs and no right to mount. */
function mayMount(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  } catch {
    console.log('skipped: sshfs, since /dev/fuse cannot be opened here');
    return false;
  }
  const { stdout } = spawnSync('grep', ['-w', 'CapEff', '/proc/self/status'], { encoding: 'utf8' });
  const capabilities = BigInt(`0x${/\w{16}/.exec(stdout)?.[0] ?? '0'}`);
  // CAP_SYS_ADMIN; without it fusermount3 must be set-uid, which no-new-privileges takes away.
  if (((capabilities >> 21n) & 1n) === 1n) return true;
  console.log('skipped: sshfs, since this container may not mount');
  return false;
}

const present: Readonly<Record<ClientName, () => boolean>> = {
  'OpenSSH sftp': () => isPresent('ssh', ['-V']),
  'OpenSSH scp': () => isPresent('ssh', ['-V']),
  sshfs: () => isPresent('sshfs', ['-V']) && mayMount(),
  lftp: () => isPresent('lftp', ['--version']),
  psftp: () => isPresent('psftp', ['-V']) && isPresent('puttygen', ['-V']),
  pscp: () => isPresent('pscp', ['-V']) && isPresent('puttygen', ['-V']),
  curl: () => isPresent('curl', ['--version'], ' sftp'),
  rclone: () => isPresent('rclone', ['version']),
  paramiko: () => isPresent('/usr/bin/python3', ['-c', 'import paramiko']),
  WinSCP: () => true,
  FileZilla: () => true,
};

const { unmount, ...mounted } = sshfsProofs(scene);
const proofs: Proofs<Shown> = {
  ...openSshProofs(scene),
  ...mounted,
  ...lftpProofs(scene),
  ...puttyProofs(scene),
  ...curlProofs(scene),
  ...rcloneProofs(scene),
  ...paramikoProofs(scene),
  ...recordedProofs(scene),
};

beforeAll(async () => {
  opened = await openScene();
});
afterAll(async () => {
  unmount();
  await opened?.service.remove();
});

const rows = clientRows();
for (const client of new Set(rows.map((one) => one.client))) {
  describe.skipIf(!present[client]())(client, () => {
    for (const { id, row } of rows.filter((one) => one.client === client)) {
      const prove = (proofs[client] as Readonly<Record<string, () => Promise<Shown>>>)[id]!;
      test(`${row.does} ${row.refused === undefined ? 'works' : 'is refused, and says what to do'}`, async () => {
        const { exitCode, output, sentence } = await prove();
        if (row.refused === undefined) {
          expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
          return;
        }
        expect({ exitCode, output }).not.toMatchObject({ exitCode: 0 });
        expect(output).toContain(row.prints ?? row.refused);
        expect(sentence ?? output).toContain(row.refused);
      });
    }
  });
}

test('the service has had no trouble with any of them', async () => {
  const { service, brokenOff } = scene();
  // Whoever was to go on did not begin anew.
  const begun = await service.query<{ name: string }>(
    "select detail::json ->> 'name' as name from audit_event where action in ('inbound.begun', 'draft.file-begun')",
  );
  const again = begun.map((one) => one.name).filter((name) => brokenOff.includes(name));
  expect(again.sort()).toEqual([...brokenOff].sort());
  expect(service.output()).not.toMatch(/"level":[56]0/);
  expect(await service.ok('audit', 'verify')).toContain('intact');
});
