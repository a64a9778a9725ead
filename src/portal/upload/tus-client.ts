/** Sends one file by tus 1.0.0 and goes on where the service says it stands, however often the line breaks. Pure but for what it is given. */
import type { Verdict } from '../../validators/report.ts';

export interface HttpRequest {
  readonly method: 'POST' | 'PUT' | 'HEAD' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob;
  readonly signal: AbortSignal;
  /** Bytes of the body that have left the browser. */
  readonly onSent?: (bytes: number) => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** Rejects when there is no contact, and when the signal aborts. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

export interface SendDeps {
  readonly http: Http;
  /** Rejects when the signal aborts. May end early, as when the line is back. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Sending {
  readonly project: string;
  readonly name: string;
  readonly content: Blob;
  /** Of an upload that was begun before; undefined begins one. */
  readonly place: string | undefined;
  readonly language: string;
  readonly signal: AbortSignal;
  /** The upload has a place from which it can be gone on with. */
  readonly onPlace: (place: string) => void;
  /** How far it is: as the service says, and as bytes leave the browser. */
  readonly onOffset: (bytes: number) => void;
  /** True while there is no contact and it is tried again. */
  readonly onContact: (lost: boolean) => void;
}

export type Outcome =
  | {
      readonly kind: 'received';
      readonly verdict: Verdict;
      readonly version: number;
      /** Null when the answer did not say where the report is. */
      readonly fileId: string | null;
    }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string | null }
  /** Whoever sent it is signed out; it can be gone on with afterwards. */
  | { readonly kind: 'signed-out' };

const endpoint = '/api/v1/uploads';
const longestWaitMs = 30_000;
/** Answers that ask for patience: the service is starting, is busy, or something before it is. */
const patient = new Set([423, 425, 429, 500, 502, 503, 504]);
/** Offsets that did not agree, one after the other, without a byte getting through. */
const limitDisagreements = 5;

/** Sends until the file is received or refused. Rejects only when the signal aborts. */
export async function sendFile(deps: SendDeps, sending: Sending): Promise<Outcome> {
  let { place } = sending;
  let failures = 0;
  let disagreements = 0;
  for (;;) {
    let step: Step;
    try {
      step = place === undefined ? await begin(deps, sending) : await goOn(deps, sending, place);
    } catch (thrown) {
      sending.signal.throwIfAborted();
      if (!(thrown instanceof NoContact)) throw thrown;
      step = { kind: 'again' };
    }
    if (step.kind === 'ended') return step.outcome;
    if (step.kind === 'placed') {
      place = step.place;
      failures = 0;
      sending.onContact(false);
      sending.onPlace(place);
    } else if (step.kind === 'gone') {
      place = undefined;
    } else if (step.kind === 'elsewhere') {
      disagreements += 1;
      if (disagreements > limitDisagreements) return refusal(step.answer);
    } else {
      failures = step.progressed === true ? 1 : failures + 1;
      sending.onContact(true);
      await deps.wait(step.afterMs ?? Math.min(longestWaitMs, 500 * 2 ** failures), sending.signal);
    }
  }
}

type Step =
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | { readonly kind: 'placed'; readonly place: string }
  /** The upload is no longer there: it is begun anew. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'elsewhere'; readonly answer: HttpAnswer }
  | { readonly kind: 'again'; readonly afterMs?: number; readonly progressed?: boolean };

class NoContact extends Error {}

function ask(deps: SendDeps, { language, signal }: Sending, request: Omit<HttpRequest, 'signal'>) {
  const headers = {
    'tus-resumable': '1.0.0',
    'x-datasluse': '1',
    'accept-language': language,
    ...request.headers,
  };
  return deps.http({ ...request, headers, signal }).catch((cause: unknown) => {
    throw new NoContact('no contact', { cause });
  });
}

async function begin(deps: SendDeps, sending: Sending): Promise<Step> {
  const { content, name, project } = sending;
  const answer = await ask(deps, sending, {
    method: 'POST',
    path: endpoint,
    headers: {
      'upload-length': String(content.size),
      'upload-metadata': `filename ${base64(name)},project ${base64(project)}`,
    },
  });
  if (answer.status !== 201) return answered(answer);
  const ended = received(answer);
  if (ended !== undefined) return { kind: 'ended', outcome: ended };
  const place = answer.header('location');
  return place === null ? { kind: 'ended', outcome: refusal(answer) } : { kind: 'placed', place };
}

async function goOn(deps: SendDeps, sending: Sending, place: string): Promise<Step> {
  const { content } = sending;
  const found = await ask(deps, sending, { method: 'HEAD', path: place, headers: {} });
  if (found.status === 404 || found.status === 410) return { kind: 'gone' };
  if (found.status !== 200) return answered(found);
  const before = received(found);
  if (before !== undefined) return { kind: 'ended', outcome: before };
  const offset = Number(found.header('upload-offset'));
  sending.onContact(false);
  sending.onOffset(offset);
  let sent = 0;
  try {
    const answer = await ask(deps, sending, {
      method: 'PATCH',
      path: place,
      headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      body: content.slice(offset),
      onSent: (bytes) => {
        sent = bytes;
        sending.onOffset(offset + bytes);
      },
    });
    if (answer.status === 409) return { kind: 'elsewhere', answer };
    if (answer.status === 404 || answer.status === 410) return answered(answer);
    if (answer.status !== 204) return answered(answer);
    const outcome = received(answer);
    return outcome === undefined
      ? { kind: 'again', afterMs: 0, progressed: true }
      : { kind: 'ended', outcome };
  } catch (thrown) {
    sending.signal.throwIfAborted();
    if (!(thrown instanceof NoContact)) throw thrown;
    return { kind: 'again', progressed: sent > 0 };
  }
}

/** What an answer that is not the one hoped for means. */
function answered(answer: HttpAnswer): Step {
  if (answer.status === 401) return { kind: 'ended', outcome: { kind: 'signed-out' } };
  if (!patient.has(answer.status)) return { kind: 'ended', outcome: refusal(answer) };
  const seconds = Number(answer.header('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? { kind: 'again', afterMs: seconds * 1000 } : { kind: 'again' };
}

function received(answer: HttpAnswer): Outcome | undefined {
  const verdict = answer.header('datasluse-verdict');
  if (verdict !== 'accepted' && verdict !== 'rejected' && verdict !== 'not-checked') return undefined;
  return {
    kind: 'received',
    verdict,
    version: Number(answer.header('datasluse-version') ?? 1),
    fileId: /\/inbox\/([0-9a-f-]{36})\/report>/.exec(answer.header('link') ?? '')?.[1] ?? null,
  };
}

function refusal(answer: HttpAnswer): Outcome {
  try {
    const { code, detail } = JSON.parse(answer.text) as { code?: unknown; detail?: unknown };
    return {
      kind: 'refused',
      code: typeof code === 'string' ? code : String(answer.status),
      detail: typeof detail === 'string' ? detail : null,
    };
  } catch {
    return { kind: 'refused', code: String(answer.status), detail: null };
  }
}

/** Erases what has come of an upload. True when it is gone. */
export async function eraseUpload(http: Http, place: string, signal: AbortSignal): Promise<boolean> {
  try {
    const headers = { 'tus-resumable': '1.0.0', 'x-datasluse': '1' };
    const { status } = await http({ method: 'DELETE', path: place, headers, signal });
    return status === 204 || status === 404 || status === 410;
  } catch {
    return false;
  }
}

/** UTF-8 in Base64, as tus has metadata. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
