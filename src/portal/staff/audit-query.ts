/** What is asked of the audit log, as addresses: of the events in pages, and of all of them as a file for a spreadsheet. Pure. */
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

export function searchPath(search: AuditSearch, limit: number): string {
  const query = queryOf(search);
  query.set('limit', String(limit));
  return `/api/v1/audit/events?${query}`;
}

export function csvPath(search: AuditSearch): string {
  return `/api/v1/audit/events.csv?${queryOf(search)}`;
}

function queryOf(search: AuditSearch): URLSearchParams {
  const query = new URLSearchParams();
  for (const key of ['project', 'person', 'file', 'action'] as const) {
    const value = search[key].trim();
    if (value !== '') query.set(key, value);
  }
  if (search.from !== '') query.set('from', osloMidnight(search.from));
  if (search.until !== '') query.set('until', osloMidnight(dayAfter(search.until)));
  return query;
}
