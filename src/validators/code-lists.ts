/** Code lists that a description names (`no:klass`): plain data that goes to a worker thread or a browser as it is. */
import type { Resource } from './description.ts';

/** A snapshot of one Klass classification. Dates are ISO dates; null where there is no bound. */
export interface CodeList {
  readonly classification: string;
  /** The day it was taken. */
  readonly snapshotAt: string;
  /** Of the snapshot's file, in hex; the report names it. */
  readonly sha256: string;
  /** A code may stand several times, with a period each; `validTo` is the day after the last. */
  readonly codes: readonly {
    readonly code: string;
    readonly level: number;
    readonly validFrom: string | null;
    readonly validTo: string | null;
  }[];
  readonly changes: readonly {
    readonly oldCode: string;
    readonly newCode: string;
    readonly changeOccurred: string;
  }[];
}

export type CodeLists = readonly CodeList[];

/** The classifications that a resource names, each once. */
export function namedClassifications(resource: Resource | undefined): string[] {
  const named = resource?.schema?.fields.map((field) => field['no:klass']?.classification) ?? [];
  return [...new Set(named.filter((one) => one !== undefined).map(String))];
}

/** What the report says of a list that was used. */
export function evidenceOf(list: CodeList): string {
  return `Klass ${list.classification} ${list.snapshotAt} sha256 ${list.sha256}`;
}
