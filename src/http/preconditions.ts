/** Conditional requests (RFC 9110, section 13): entity tags, If-Match and If-None-Match. */
import type { IncomingHttpHeaders } from 'node:http';

/** An entity tag of a version that has a number. */
export function versionTag(kind: string, version: number | string): string {
  return `"${kind}-${version}"`;
}

/** `*`, or the tags of the list; a field that is not one holds no tag and so matches nothing. */
function tagsOf(field: string): '*' | readonly string[] {
  if (field.trim() === '*') return '*';
  return [...field.matchAll(/(W\/)?"[\x21\x23-\x7e\x80-\uffff]*"/g)].map(([tag]) => tag);
}

/** True when a change is meant for what is there now: `current` is its tag, undefined when nothing is there. */
export function changeAgrees(headers: IncomingHttpHeaders, current: string | undefined): boolean {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    const tags = tagsOf(ifMatch);
    // Strong comparison: a weak tag never agrees.
    if (current === undefined || (tags !== '*' && !tags.includes(current))) return false;
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) {
    const tags = tagsOf(ifNoneMatch);
    if (current !== undefined && (tags === '*' || hasWeakly(tags, current))) return false;
  }
  return true;
}

/** True when a reader has this version already, and 304 is the answer. */
export function hasAlready(headers: IncomingHttpHeaders, current: string): boolean {
  const field = headers['if-none-match'];
  if (field === undefined) return false;
  const tags = tagsOf(field);
  return tags === '*' || hasWeakly(tags, current);
}

function hasWeakly(tags: readonly string[], current: string): boolean {
  return tags.some((tag) => tag.replace(/^W\//, '') === current);
}

/** True when the request says which version it is meant for, or that there is to be none. */
export function saysWhich(headers: IncomingHttpHeaders): boolean {
  return headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
}
