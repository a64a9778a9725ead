/** A mail, and how one leaves. */
import type { Temporal } from 'temporal-polyfill';

export interface Mail {
  /** An address, already checked. */
  to: string;
  subject: string;
  /** Plain text. */
  body: string;
  /** Names the cause; a second mail with the same name is not queued. */
  dedupe?: string;
}

/** How a mail leaves. `id` is the same at every attempt, so that a doubled message can be recognised. */
export type Transport = (mail: {
  id: string;
  to: string;
  subject: string;
  body: string;
  at: Temporal.Instant;
}) => Promise<void>;
