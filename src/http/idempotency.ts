/** Requests that carry an Idempotency-Key: done once, answered as often as they are sent. */
import { createHash } from 'node:crypto';
import type { RequestKeys } from '../identity/request-keys.ts';
import { problemKinds, type Refusal, refusalOf } from './problem.ts';
import type { Answer, Method } from './route.ts';

/** Printable ASCII, also in the quotation marks that a structured field has. */
const keyPattern = /^"?([\x21\x23-\x5b\x5d-\x7e]{8,200})"?$/;

/** The key of a field; undefined when it is not one. */
export function keyOf(field: string | undefined): string | undefined {
  return field === undefined ? undefined : keyPattern.exec(field)?.[1];
}

/** SHA-256 over what the request asks for: the same key with something else is a mistake of the client. */
export function requestHash(request: {
  method: Method;
  /** With its parameters filled in. */
  path: string;
  body: unknown;
  /** Of a conditional request. */
  conditions: readonly (string | undefined)[];
}): Uint8Array {
  const { method, path, body, conditions } = request;
  return createHash('sha256')
    .update(JSON.stringify([method, path, body ?? null, conditions.map((one) => one ?? null)]))
    .digest();
}

/** What is said again bears this field. */
const replayed = { 'idempotent-replayed': 'true' };

/**
 * Does `work` unless it was done under this key before. A refusal (4xx) did nothing and frees the key. After a failure
 * on our side it is not known whether it was done, and the key stays taken.
 */
export async function doOnce(
  keys: RequestKeys,
  which: { personId: string; key: string; hash: Uint8Array },
  work: () => Promise<Answer>,
): Promise<Answer | { readonly refusal: Refusal }> {
  const { personId, key, hash } = which;
  const claim = await keys.claim(personId, key, hash);
  switch (claim.state) {
    case 'other':
      return { refusal: keyReused };
    case 'running':
      return { refusal: outcomeUnknown };
    case 'answered': {
      const { status, headers, body } = claim.answer;
      return { status, headers: { ...headers, ...replayed }, body: body ?? undefined };
    }
    case 'new': {
      const answer = await work().catch(async (thrown: unknown) => {
        if (problemKinds[refusalOf(thrown).code].status < 500) await keys.release(personId, key);
        throw thrown;
      });
      if (answer.body !== undefined && typeof answer.body !== 'string') {
        throw new Error('Only an answer of text can be kept for its key.');
      }
      await keys.keep(personId, key, {
        status: answer.status,
        headers: answer.headers,
        body: answer.body ?? null,
      });
      return answer;
    }
  }
}

export const keyMissing: Refusal = {
  code: 'invalid-input',
  detail: {
    nb: 'Send feltet Idempotency-Key med 8 til 200 tegn, nytt for hver handling. Da skjer den én gang også om svaret blir borte.',
    en: 'Send the field Idempotency-Key with 8 to 200 characters, new for each action. Then it happens once even if the answer is lost.',
  },
};

const keyReused: Refusal = {
  code: 'key-reused',
  detail: {
    nb: 'Nøkkelen i Idempotency-Key er brukt til en annen forespørsel. Lag en ny nøkkel for hver handling.',
    en: 'The key in Idempotency-Key was used for another request. Make a new key for each action.',
  },
};

const outcomeUnknown: Refusal = {
  code: 'conflict',
  detail: {
    nb: 'En forespørsel med samme nøkkel pågår, eller utfallet er ukjent. Se etter om handlingen er utført før du prøver med en ny nøkkel.',
    en: 'A request with this key is under way, or its outcome is unknown. See whether it was done before you try with a new key.',
  },
};
