/** OpenSSH's client, the same for both servers: one batch of commands, and what it took. */
import { spawn } from 'node:child_process';
import type { MeasuredServer } from './servers.ts';

export interface Run {
  seconds: number;
  /** Processor seconds of the server meanwhile. */
  serverSeconds: number;
}

/** Aliases as people use them. */
export const ciphers = { gcm: 'aes128-gcm@openssh.com', chacha: 'chacha20-poly1305@openssh.com' } as const;
export type Cipher = keyof typeof ciphers;

export interface ClientOptions {
  key: string;
  cipher: Cipher;
  port?: number;
  /** What one client sends or takes at most. */
  limitMibPerSecond?: number;
}

function runClient(server: MeasuredServer, options: ClientOptions, commands: string): Promise<void> {
  const args = ['-q', '-b', '-', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
  args.push('-o', `Ciphers=${ciphers[options.cipher]}`, '-i', options.key);
  if (options.limitMibPerSecond !== undefined) args.push('-l', String(options.limitMibPerSecond * 8 * 1024));
  args.push('-P', String(options.port ?? server.port), `${server.user}@127.0.0.1`);
  const child = spawn('sftp', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  child.stdin.end(commands);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`sftp to ${server.name} failed: ${said}`)),
    );
  });
}

/** Runs one client per batch of commands, all at once. */
export async function measure(
  server: MeasuredServer,
  options: ClientOptions,
  batches: readonly string[],
): Promise<Run> {
  const before = server.processorSeconds();
  const started = performance.now();
  await Promise.all(batches.map((commands) => runClient(server, options, commands)));
  const seconds = (performance.now() - started) / 1000;
  // OpenSSH's processes are counted when they have been waited for.
  await new Promise((resolve) => setTimeout(resolve, 150));
  return { seconds, serverSeconds: server.processorSeconds() - before };
}
