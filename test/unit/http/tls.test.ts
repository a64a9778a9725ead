/** HTTPS at the listener itself: it answers with the pair it was given, takes up a renewed one, and refuses a wrong pair. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { startHttpListener } from '../../../src/http/listener.ts';
import { openTls } from '../../../src/http/tls.ts';
import { createLog } from '../../../src/platform/log.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tls-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const log = createLog('silent');

function makePair(name: string): { certificateFile: string; keyFile: string } {
  const files = { certificateFile: join(scratch, `${name}.pem`), keyFile: join(scratch, `${name}.key`) };
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  args.push('-days', '2', '-subj', `/CN=${name}`, '-keyout', files.keyFile, '-out', files.certificateFile);
  execFileSync('openssl', args, { stdio: 'ignore' });
  return files;
}

function nameAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false }, (answer) => {
      const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
      answer.resume().on('end', () => resolve(`${answer.statusCode} ${subject.CN}`));
    });
    request.on('error', reject);
  });
}

test('answers over HTTPS, and with the renewed certificate once both files are there', async () => {
  const first = makePair('first');
  const second = makePair('second');
  const tls = await openTls(first, { log, everyMs: 20 });
  const listener = await startHttpListener((_, res) => void res.writeHead(204).end(), {
    host: '127.0.0.1',
    port: 0,
    tls,
    graceMs: 100,
  });
  const { port } = listener.address;
  try {
    expect(await nameAt(port)).toBe('204 first');
    copyFileSync(second.certificateFile, first.certificateFile);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await nameAt(port)).toBe('204 first');
    copyFileSync(second.keyFile, first.keyFile);
    await expect.poll(() => nameAt(port)).toBe('204 second');
    const plain = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
      socket.on('error', () => resolve(''));
      socket.on('data', (data) => resolve(data.toString('latin1')));
      socket.on('close', () => resolve(''));
    });
    expect(plain).not.toContain('204');
  } finally {
    tls.close();
    await listener.close();
  }
});

test('refuses files that are not there, are none, or do not belong together, with the settings to look at', async () => {
  const one = makePair('one');
  const other = makePair('other');
  const text = join(scratch, 'text');
  writeFileSync(text, 'no certificate');
  for (const files of [
    { ...one, keyFile: other.keyFile },
    { ...one, certificateFile: text },
    { ...one, keyFile: join(scratch, 'nothing') },
  ]) {
    await expect(openTls(files, { log })).rejects.toMatchObject({
      code: 'invalid-input',
      detail: { en: expect.stringContaining('DATASLUSE_TLS_KEY') as string },
    });
  }
});
