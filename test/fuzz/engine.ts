/** Runs the engine over small files for the fuzzer: the report as text, or as a report. */
import { type CheckInternals, type CheckOptions, createChecker } from '../../src/validators/checker.ts';
import type { KeyHost } from '../../src/validators/key-room.ts';
import type { Report } from '../../src/validators/report.ts';

const usual = {
  fileName: 'fil.csv',
  language: 'nb',
  syntheticIds: 'accept',
  today: '2026-11-23',
  descriptionSha256: null,
} as const;

export interface Reading {
  readonly options?: Partial<CheckOptions>;
  readonly internals?: CheckInternals;
  readonly keyHost?: KeyHost;
  readonly chunks?: Iterable<Uint8Array>;
}

export function reportOf(data: Uint8Array, { options, internals, keyHost, chunks }: Reading = {}): Report {
  const checker = createChecker({ ...usual, ...options }, keyHost, internals);
  for (const chunk of chunks ?? [data]) checker.push(chunk);
  return checker.finish({ sha256: null });
}

export function reportText(data: Uint8Array, reading: Reading = {}): string {
  return JSON.stringify(reportOf(data, reading));
}

/** Rows with a sample of an error of these codes; all of them where there are no more rows than samples. */
export function rowsWith(report: Report, codes: readonly string[], sub?: string): number[] {
  const rows = new Set<number>();
  for (const rule of report.rules) {
    if (rule.severity !== 'error' || !codes.includes(rule.code)) continue;
    if (sub !== undefined && rule.sub !== sub) continue;
    for (const { row } of rule.samples) if (row !== null) rows.add(row);
  }
  return [...rows].sort((a, b) => a - b);
}
