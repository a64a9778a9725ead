/** A description as the service holds it. Pure. */
import type { Description } from '../../api/api-types.ts';
import type { DataPackage } from '../../validators/description.ts';

export interface Held {
  readonly content: DataPackage;
  readonly version: number;
  /** Says which version a change is meant for. */
  readonly etag: string;
}

/** Undefined for an answer without a tag, which the service never gives. */
export function heldOf(body: Description, etag: string | null): Held | undefined {
  return etag === null ? undefined : { content: body.content as DataPackage, version: body.version, etag };
}
