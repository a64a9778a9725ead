/** What an audit event is, before and after it stands in the chain. */

import type { Temporal } from 'temporal-polyfill';

/** What is recorded. `detail` holds ids, counts, names of files and codes; never content or identity numbers. */
export interface AuditEntry {
  /** `person:kari`, `operator:root` or `clock`. */
  actor: string;
  /** Room and verb, e.g. `inbound.received`. */
  action: string;
  /** The id of what it was done to. */
  subject: string;
  projectId?: string;
  detail?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

export interface AuditEvent {
  seq: number;
  at: string;
  actor: string;
  action: string;
  subject: string;
  projectId: string | null;
  /** JSON text exactly as it was hashed. */
  detail: string;
  previousHash: string;
  hash: string;
}

/** What a search asks for; all of it must hold. */
export interface AuditFilter {
  projectId?: string | undefined;
  /** Who did it, or to whom it was done. */
  personId?: string | undefined;
  /** A file's name, also among those of a delivery. */
  file?: string | undefined;
  subject?: string | undefined;
  action?: string | undefined;
  /** From this instant on. */
  from?: Temporal.Instant | undefined;
  /** Before this instant. */
  until?: Temporal.Instant | undefined;
}
