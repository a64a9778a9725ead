/** What is asked of the audit log, as an address; and its events as a file for a spreadsheet. Pure. */
import type { Event } from '../../api/api-types.ts';
import { osloDay } from '../figures.ts';

export interface AuditSearch {
  readonly project: string;
  readonly person: string;
  readonly file: string;
  readonly action: string;
  /** Days in Oslo, ISO, both of them included; empty for no limit. */
  readonly from: string;
  readonly until: string;
}

export const emptySearch: AuditSearch = {
  project: '',
  person: '',
  file: '',
  action: '',
  from: '',
  until: '',
};

const hourMs = 3_600_000;

/** The instant at which a day begins in Oslo. The clocks are never changed at midnight there. */
export function osloMidnight(day: string): string {
  const inSummerMs = Date.parse(`${day}T00:00:00Z`) - 2 * hourMs;
  const ms = osloDay(inSummerMs) === day ? inSummerMs : inSummerMs + hourMs;
  return new Date(ms).toISOString();
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * hourMs).toISOString().slice(0, 10);
}

export function searchPath(search: AuditSearch, limit?: number): string {
  const query = new URLSearchParams();
  for (const key of ['project', 'person', 'file', 'action'] as const) {
    const value = search[key].trim();
    if (value !== '') query.set(key, value);
  }
  if (search.from !== '') query.set('from', osloMidnight(search.from));
  if (search.until !== '') query.set('until', osloMidnight(dayAfter(search.until)));
  if (limit !== undefined) query.set('limit', String(limit));
  return `/api/v1/audit/events?${query}`;
}

const columns = ['seq', 'at', 'actor', 'action', 'subject', 'projectId', 'detail'] as const;

export type EventColumn = (typeof columns)[number];

/** Semicolons and a byte order mark, as spreadsheets in Norway take it. */
export function eventsCsv(events: readonly Event[], heads: Readonly<Record<EventColumn, string>>): string {
  const rows = events.map((event) =>
    columns.map((column) =>
      column === 'detail' ? JSON.stringify(event.detail) : String(event[column] ?? ''),
    ),
  );
  const lines = [columns.map((column) => heads[column]), ...rows].map((row) => row.map(csvCell).join(';'));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** A cell that a spreadsheet would run as a formula gets an apostrophe before it: names of files are anybody's words. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
