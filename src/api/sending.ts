/** What uploads over HTTP have in common: few at a time for one person, a gate before every write, and writes that are worth their while. */
import type { IncomingHttpHeaders } from 'node:http';
import { demandOpen } from '../cases/lifecycle.ts';
import { getProject } from '../cases/projects.ts';
import type { Person } from '../http/route.ts';
import { type AccessWatch, createGate } from '../identity/access-watch.ts';
import { actorNow } from '../identity/people.ts';
import { demand } from '../identity/permissions.ts';
import type { UploadRequest } from '../inbound/inbound-writing.ts';
import { finalName } from '../inbound/names.ts';
import { openUpload, type Upload, type UploadDeps, type UploadMode } from '../inbound/upload.ts';
import { AppError } from '../platform/errors.ts';

export interface SendingDeps extends UploadDeps {
  access: AccessWatch;
}

/** Small writes are what makes HTTP slow: through TLS they come in 16 KiB. */
const GATHER_BYTES = 256 * 1024;
/** Each holds an open part, and some memory, until it is done. */
const LIMIT_OPEN = 32;

/** An upload with a gate: who has lost access since it began gets no further. */
export interface Sending {
  readonly upload: Upload;
  /** As they came with the last request: a session or token that the upload was begun with may be over by then. */
  sender: Person;
  readonly gate: () => Promise<void> | undefined;
}

/** Opens an upload as inbound/upload.ts does. Errors: its own, and `too-many-requests`. */
export async function beginSending(
  deps: SendingDeps,
  actor: Person,
  request: UploadRequest & { mode: UploadMode },
): Promise<Sending> {
  const { projectId, name } = request;
  if (finalName(name) !== undefined) {
    throw new AppError('invalid-name', {
      nb: 'Send filen under det navnet den skal ha; et midlertidig navn kan ikke endres etterpå her.',
      en: 'Send the file under the name it is to have; a temporary name cannot be changed afterwards here.',
    });
  }
  const open = [...deps.uploads.values()].filter(({ underWay }) => underWay.uploaderId === actor.personId);
  if (open.length >= LIMIT_OPEN) {
    throw new AppError('too-many-requests', {
      nb: `Du har ${LIMIT_OPEN} overføringer i gang. Vent til noen av dem er ferdige.`,
      en: `You have ${LIMIT_OPEN} transfers under way. Wait until some of them are done.`,
    });
  }
  const upload = await openUpload(deps, actor, request);
  const gate = createGate(deps.access, async () => {
    const current = await actorNow(deps, sending.sender);
    demand(current, 'inbound.send', projectId);
    demandOpen((await getProject(deps, current, projectId)).state, 'send files');
  });
  const sending: Sending = { upload, sender: actor, gate };
  return sending;
}

/**
 * Writes all of `stream` at the end of the upload, and says how much it was. What has come is written even when the
 * stream breaks. Errors: those of the gate and the upload; `too-large` when it goes beyond `limitBytes`.
 */
export async function pour(
  { upload, gate }: { upload: Pick<Upload, 'size' | 'write'>; gate: Sending['gate'] },
  stream: AsyncIterable<Uint8Array>,
  limitBytes = Infinity,
): Promise<number> {
  const gather = Buffer.allocUnsafeSlow(GATHER_BYTES);
  let gathered = 0;
  let taken = 0;

  async function flush(): Promise<void> {
    if (gathered === 0) return;
    await gate();
    const bytes = gathered;
    gathered = 0;
    await upload.write(upload.size, gather.subarray(0, bytes));
  }

  try {
    for await (const chunk of stream) {
      taken += chunk.length;
      if (taken > limitBytes) throw tooLong();
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + GATHER_BYTES - gathered);
        gather.set(part, gathered);
        gathered += part.length;
        at += part.length;
        if (gathered === GATHER_BYTES) await flush();
      }
    }
  } finally {
    try {
      await flush();
    } finally {
      gather.fill(0);
    }
  }
  return taken;
}

/** RFC 9110, section 14.5: a server that does not take parts must refuse them. */
export function demandWhole(headers: IncomingHttpHeaders): void {
  if (headers['content-range'] === undefined) return;
  throw new AppError('invalid-input', {
    nb: 'Deler av filer tas ikke imot her. Send hele filen, eller bruk tus på /api/v1/uploads.',
    en: 'Parts of files are not taken here. Send the whole file, or use tus at /api/v1/uploads.',
  });
}

function tooLong(): AppError {
  return new AppError('too-large', {
    nb: 'Det kom flere byte enn det ble sagt at filen har. Begynn overføringen på nytt.',
    en: 'More bytes came than the file was said to have. Begin the transfer again.',
  });
}
