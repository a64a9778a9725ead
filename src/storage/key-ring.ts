/** Wraps data keys and server secrets under root keys, each wrap bound to what it is for. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { AppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';

/** 32 random bytes and the number of their generation. The highest version wraps; all unwrap. */
export interface RootKey {
  /** 1 to 2^32 − 1. */
  readonly version: number;
  readonly key: Uint8Array;
}

export interface RootKeyName {
  readonly version: number;
  /** 16 hex digits. */
  readonly id: string;
}

/** What a wrapped data key is bound to: it opens for exactly these. */
export interface KeyBinding {
  readonly objectId: string;
  readonly projectId: string;
  /** The first segment that the key seals. */
  readonly firstSegment: number;
  /** Who holds this wrap: `inbound`, or one publication. */
  readonly holder: string;
}

export interface KeyRing {
  /** 32 random bytes. The caller zeroes them. */
  newDataKey(): Uint8Array;
  /** One value for a bytea column; differs from call to call. */
  wrap(dataKey: Uint8Array, binding: KeyBinding): Uint8Array;
  /** The data key (the caller zeroes it), or `integrity-failed` when anything differs from what was wrapped. */
  unwrap(wrapped: Uint8Array, binding: KeyBinding): Uint8Array;
  /** For the server's own secrets: an SSH host key, a receipt signing key. A purpose is a short fixed name. */
  wrapSecret(secret: Uint8Array, purpose: string): Uint8Array;
  unwrapSecret(wrapped: Uint8Array, purpose: string): Uint8Array;
  /** What the ring holds, ascending; the last one wraps. An id names a key and tells nothing of it. */
  versions(): readonly RootKeyName[];
  /** Whether the ring has that version, or finds it in the key file. */
  holds(version: number): boolean;
  /** Takes up what the key file holds by now; what the ring has, it keeps. */
  reload(): void;
  /** Sees to it that wraps are made under `version` or a later one. Errors: `unavailable` when the key file lacks it. */
  advanceTo(version: number): void;
  /** Zeroes the root keys; the ring is of no use after. */
  close(): void;
}

/*
 * A wrapped value: version 1 (1 byte) ‖ root key version (4, big endian) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
 * AES-256-GCM under HKDF-SHA-256(root key, info = purpose): no two purposes ever share a key. The associated data
 * are the first five bytes and then each bound field behind its length, so no two bindings encode alike.
 */
const formatVersion = 1;
const prefixBytes = 5;
const nonceBytes = 12;
const tagBytes = 16;

const dataKeyPurpose = 'datasluse/1/data-key';
const secretPurpose = 'datasluse/1/secret/';

/**
 * `rootKeys`: at least one, each 32 bytes, versions distinct. The ring keeps copies of its own. `readAgain` gives what
 * the key file holds now: another process may have added a version since. It is small, and asked for only when a
 * version is met that the ring does not know, so it may block.
 */
export function createKeyRing(
  deps: { readonly random: Random; readonly readAgain?: () => readonly RootKey[] },
  rootKeys: readonly RootKey[],
): KeyRing {
  const keys = new Map<number, Uint8Array>();
  let newest = 0;
  let closed = false;

  function take(taken: readonly RootKey[]): void {
    for (const { version, key } of taken) {
      const sound = Number.isInteger(version) && version >= 1 && version <= 0xffff_ffff && key.length === 32;
      if (!sound) throw new AppError('invalid-input', badRootKey);
      const held = keys.get(version);
      if (held !== undefined && !Buffer.from(held).equals(key))
        throw new AppError('invalid-input', badRootKey);
      if (held === undefined) keys.set(version, Uint8Array.from(key));
      newest = Math.max(newest, version);
    }
  }

  if (new Set(rootKeys.map(({ version }) => version)).size !== rootKeys.length)
    throw new AppError('invalid-input', badRootKey);
  take(rootKeys);
  if (keys.size === 0) throw new AppError('invalid-input', badRootKey);

  function reload(): void {
    if (closed) throw new AppError('closed', ringClosed);
    const read = deps.readAgain?.() ?? [];
    take(read);
    for (const { key } of read) key.fill(0);
  }

  /** The root key of that version, if the ring or the file has it. */
  function find(version: number): Uint8Array | undefined {
    if (!keys.has(version) && !closed) reload();
    return keys.get(version);
  }

  function derive(version: number, purpose: string): Uint8Array | undefined {
    const root = find(version);
    return root && new Uint8Array(hkdfSync('sha256', root, '', purpose, 32));
  }

  function seal(bytes: Uint8Array, purpose: string, bound: readonly Uint8Array[]): Uint8Array {
    const key = closed ? undefined : derive(newest, purpose);
    if (!key) throw new AppError('closed', ringClosed);
    const prefix = Buffer.alloc(prefixBytes);
    prefix[0] = formatVersion;
    prefix.writeUInt32BE(newest, 1);
    const nonce = deps.random.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.concat([prefix, ...bound]));
    const body = cipher.update(bytes);
    cipher.final();
    key.fill(0);
    return new Uint8Array(Buffer.concat([prefix, nonce, body, cipher.getAuthTag()]));
  }

  function open(wrapped: Uint8Array, purpose: string, bound: readonly Uint8Array[]): Uint8Array {
    if (closed) throw new AppError('closed', ringClosed);
    if (wrapped.length < prefixBytes + nonceBytes + tagBytes || wrapped[0] !== formatVersion)
      throw unopened();
    const prefix = Buffer.from(wrapped.subarray(0, prefixBytes));
    const key = derive(prefix.readUInt32BE(1), purpose);
    if (!key) throw unopened();
    const bodyEnd = wrapped.length - tagBytes;
    const nonce = wrapped.subarray(prefixBytes, prefixBytes + nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.concat([prefix, ...bound]));
    decipher.setAuthTag(wrapped.subarray(bodyEnd));
    const body = decipher.update(wrapped.subarray(prefixBytes + nonceBytes, bodyEnd));
    try {
      decipher.final();
    } catch (cause) {
      body.fill(0);
      throw unopened(cause);
    } finally {
      key.fill(0);
    }
    const opened = Uint8Array.from(body);
    body.fill(0);
    return opened;
  }

  return {
    newDataKey: () => Uint8Array.from(deps.random.bytes(32)),
    wrap: (dataKey, binding) => {
      if (dataKey.length !== 32) throw new AppError('internal', badDataKey);
      return seal(dataKey, dataKeyPurpose, encodeBinding(binding));
    },
    unwrap: (wrapped, binding) => {
      const dataKey = open(wrapped, dataKeyPurpose, encodeBinding(binding));
      if (dataKey.length !== 32) throw unopened();
      return dataKey;
    },
    wrapSecret: (secret, purpose) => seal(secret, secretPurpose + purpose, []),
    unwrapSecret: (wrapped, purpose) => open(wrapped, secretPurpose + purpose, []),
    versions: () =>
      [...keys]
        .map(([version, key]) => ({ version, id: rootKeyId(key) }))
        .sort((a, b) => a.version - b.version),
    holds: (version) => find(version) !== undefined,
    reload,
    advanceTo: (version) => {
      if (newest >= version) return;
      reload();
      if (newest < version) throw behind(version);
    },
    close: () => {
      closed = true;
      for (const key of keys.values()) key.fill(0);
      keys.clear();
    },
  };
}

function rootKeyId(key: Uint8Array): string {
  return createHmac('sha256', key).update('datasluse/1/root-key-id').digest('hex').slice(0, 16);
}

function encodeBinding(binding: KeyBinding): Uint8Array[] {
  const segment = Buffer.alloc(8);
  segment.writeBigUInt64BE(BigInt(binding.firstSegment));
  return [binding.objectId, binding.projectId, binding.holder].flatMap(lengthPrefixed).concat(segment);
}

function lengthPrefixed(text: string): Uint8Array[] {
  const bytes = Buffer.from(text, 'utf8');
  // A lone surrogate would encode as U+FFFD: two texts, one encoding.
  if (bytes.toString('utf8') !== text) throw new AppError('invalid-input', badBinding);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

function unopened(cause?: unknown): AppError {
  return new AppError(
    'integrity-failed',
    {
      nb: 'En nøkkel lot seg ikke åpne: den hører ikke til her, eller den er endret.',
      en: 'A key could not be opened: it does not belong here, or it has been changed.',
    },
    { cause },
  );
}

function behind(version: number): AppError {
  return new AppError('unavailable', {
    nb: `Rotnøkkelen er byttet, og nøkkelfilen på denne tjeneren mangler versjon ${version}. Driften må kopiere filen hit fra der den ble byttet; prøv igjen etter det.`,
    en: `The root key has been rotated, and the key file of this server lacks version ${version}. Operations must copy the file here from where it was rotated; try again after that.`,
  });
}

const badRootKey = {
  nb: 'Rotnøkkelen er ugyldig: 32 byte og et eget versjonsnummer kreves.',
  en: 'The root key is invalid: 32 bytes and a version number of its own are required.',
};
const badDataKey = { nb: 'En datanøkkel er på 32 byte.', en: 'A data key has 32 bytes.' };
const badBinding = {
  nb: 'En nøkkel bindes bare til gyldig tekst.',
  en: 'A key is bound to valid text only.',
};
const ringClosed = { nb: 'Nøkkelringen er lukket.', en: 'The key ring is closed.' };
