/** The root key file: made once, readable by the server's user alone, refused when looser. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import { syncFolder } from './disk-handles.ts';
import type { RootKey } from './key-ring.ts';
import { errnoOf, toStorageError } from './storage-error.ts';

/*
 * Text: the line "datasluse-root-key 1", then a line per key: its version, a blank, and 32 bytes in hex or base64.
 * Lines that are empty or start with # count for nothing.
 */
const formatLine = 'datasluse-root-key 1';
const limitBytes = 65_536;

/**
 * The root keys in the file at `path`. With `create`, a missing file is made with a new key (mode 0400, its folder
 * 0700). `not-found` when missing; `forbidden` when it is no regular file, or group or others have any right to it;
 * `invalid-input` when it does not hold keys. Losing this file loses every sealed file.
 */
export async function loadRootKeys(
  deps: { readonly random: Random },
  path: string,
  options: { readonly create: boolean },
): Promise<RootKey[]> {
  try {
    return await readKeys(path);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw toStorageError(cause);
    if (!options.create) throw new AppError('not-found', missing(path), { cause });
  }
  await createKeys(deps.random, path);
  return await readKeys(path).catch((cause: unknown) => {
    throw toStorageError(cause);
  });
}

async function readKeys(path: string): Promise<RootKey[]> {
  return readRootKeys(path);
}

/**
 * The root keys in the file, read at once: it is small, and a key ring that meets a version it does not know must
 * have it before it can answer. Errors as `loadRootKeys`.
 */
export function rereadRootKeys(path: string): RootKey[] {
  try {
    return readRootKeys(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') throw new AppError('not-found', missing(path), { cause });
    throw toStorageError(cause);
  }
}

function readRootKeys(path: string): RootKey[] {
  return parseRootKeys(readRootKeyText(path), path);
}

/** The text of the file, after its mode has been looked at. Errors of the system are thrown as they are. */
export function readRootKeyText(path: string): string {
  // Not blocking, so that a pipe in its place is refused and not waited for.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new AppError('forbidden', notRegular(path));
    if ((stat.mode & 0o077) !== 0) throw new AppError('forbidden', tooLoose(path));
    if (stat.size > limitBytes) throw new AppError('invalid-input', unreadable(path));
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** `invalid-input` when the text does not hold keys. */
export function parseRootKeys(text: string, path: string): RootKey[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const keys = lines.slice(1).map((line) => {
    const [version, encoded, ...rest] = line.trim().split(/\s+/);
    const key = decodeKey(encoded ?? '');
    if (!/^[1-9][0-9]{0,8}$/.test(version ?? '') || !key || rest.length > 0) {
      throw new AppError('invalid-input', unreadable(path));
    }
    return { version: Number(version), key };
  });
  const distinct = new Set(keys.map(({ version }) => version)).size === keys.length;
  if (lines[0]?.trim() !== formatLine || keys.length === 0 || !distinct) {
    throw new AppError('invalid-input', unreadable(path));
  }
  return keys;
}

function decodeKey(encoded: string): Uint8Array | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(encoded)) return Uint8Array.from(Buffer.from(encoded, 'hex'));
  if (/^[0-9A-Za-z+/]{43}=$/.test(encoded)) return Uint8Array.from(Buffer.from(encoded, 'base64'));
  return undefined;
}

/** Whole or not at all, also when two servers start at once: the first to link its file wins, both then read that. */
async function createKeys(random: Random, path: string): Promise<void> {
  const key = Buffer.from(random.bytes(32));
  const draft = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}`;
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o400);
    try {
      await writeKeys(file, key);
      await link(draft, path).catch(ignoreExisting);
    } finally {
      await file.close();
      await unlink(draft);
    }
    await syncFolder(folder);
  } catch (cause) {
    throw toStorageError(cause);
  } finally {
    key.fill(0);
  }
}

async function writeKeys(file: FileHandle, key: Buffer): Promise<void> {
  await file.writeFile(`${formatLine}\n1 ${key.toString('hex')}\n`);
  await file.sync();
}

function ignoreExisting(cause: unknown): void {
  if (errnoOf(cause) !== 'EEXIST') throw cause;
}

const missing = (path: string) => ({
  nb: `Rotnøkkelen ${path} finnes ikke.`,
  en: `The root key ${path} does not exist.`,
});
const notRegular = (path: string) => ({
  nb: `Rotnøkkelen ${path} er ikke en vanlig fil.`,
  en: `The root key ${path} is not a regular file.`,
});
const tooLoose = (path: string) => ({
  nb: `Rotnøkkelen ${path} kan leses eller endres av andre enn eieren. Sett modus 0400 (chmod 0400), og vurder om den er kommet på avveie.`,
  en: `The root key ${path} can be read or changed by others than its owner. Set mode 0400 (chmod 0400), and consider whether it has leaked.`,
});
const unreadable = (path: string) => ({
  nb: `Rotnøkkelen ${path} har ikke riktig form: linjen "${formatLine}", så én linje per nøkkel.`,
  en: `The root key ${path} is not of the right form: the line "${formatLine}", then one line per key.`,
});
