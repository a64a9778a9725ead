/** What a search of the audit log finds, all of it, as a file for a spreadsheet: read a page at a time as it is sent. */
import type { Database } from '../db/database.ts';
import { csvLine, csvMark } from '../platform/csv.ts';
import type { AuditEvent, AuditFilter } from './event.ts';
import { searchAudit } from './search.ts';

const PAGE = 500;

const columns = ['seq', 'at', 'actor', 'action', 'subject', 'projectId', 'detail'] as const;

/** The newest first, under the names that the API has for them. The caller asks `audit.read` first. */
export async function* auditCsv(
  deps: { db: Database },
  filter: AuditFilter,
  pageLength = PAGE,
): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvMark + csvLine(columns));
  for (let before: number | undefined; ; ) {
    const page = await searchAudit(deps, filter, { limit: pageLength, before });
    if (page.length > 0) yield encoder.encode(page.map(lineOf).join(''));
    if (page.length < pageLength) return;
    before = page.at(-1)?.seq;
  }
}

function lineOf(event: AuditEvent): string {
  return csvLine(columns.map((column) => String(event[column] ?? '')));
}
