/** The certificate and key of the web door, read from their files and read again when they are renewed. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';

export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** What the listeners use now; a renewal reaches those who follow it, and no connection is cut. */
export interface CurrentTls {
  now(): Pair;
  follow(renewed: () => void): void;
  close(): void;
}

const lookEveryMs = 60_000;

/** Reads the pair and keeps it current. Errors: `invalid-input` when a file cannot be read or the two do not belong together. */
export async function openTls(
  files: TlsFiles,
  { log, everyMs = lookEveryMs }: { log: Log; everyMs?: number },
): Promise<CurrentTls> {
  let seen = await stampOf(files);
  let pair = await readPair(files);
  const followers: (() => void)[] = [];

  async function look(): Promise<void> {
    const stamp = await stampOf(files);
    if (stamp === seen) return;
    // A renewal writes two files: until they belong together the old pair stays, and it is tried again.
    pair = await readPair(files);
    seen = stamp;
    for (const renewed of followers) renewed();
    log.info({}, 'the certificate of the web door was renewed');
  }

  const timer = setInterval(() => {
    look().catch((err: unknown) => log.warn({ err }, 'the renewed certificate cannot be used yet'));
  }, everyMs).unref();
  return {
    now: () => pair,
    follow: (renewed) => void followers.push(renewed),
    close: () => clearInterval(timer),
  };
}

async function stampOf({ certificateFile, keyFile }: TlsFiles): Promise<string> {
  const stats = await Promise.all(
    [certificateFile, keyFile].map((file) => stat(file).catch(() => undefined)),
  );
  return stats.map((one) => `${one?.mtimeMs} ${one?.ino}`).join();
}

async function readPair({ certificateFile, keyFile }: TlsFiles): Promise<Pair> {
  try {
    const [cert, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new Error('two pairs');
    return { cert, key };
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      {
        nb: 'Sertifikatet og nøkkelen for HTTPS kan ikke leses, eller hører ikke sammen. Se DATASLUSE_TLS_CERTIFICATE og DATASLUSE_TLS_KEY.',
        en: 'The certificate and key for HTTPS cannot be read, or do not belong together. See DATASLUSE_TLS_CERTIFICATE and DATASLUSE_TLS_KEY.',
      },
      { cause },
    );
  }
}
