/** The report of a check that did not come to an end: it says so, and nothing else. */
import type { CheckOptions } from './checker.ts';
import { nowhere } from './findings.ts';
import { maskFileName } from './masking.ts';
import { hintFor } from './messages.ts';
import { engineName, type Report } from './report.ts';
import { ruleTable, splitRule } from './rules.ts';

/** `bytes` is what had been given to the check. */
export function notCheckedReport(
  options: CheckOptions,
  reason: 'engine/died' | 'engine/limit',
  input: { bytes: number; sha256: string | null },
): Report {
  const severity = ruleTable[reason];
  return {
    version: 1,
    ...(options.outgoing === true ? { outgoing: true } : {}),
    verdict: 'not-checked',
    complete: false,
    file: {
      name: maskFileName(options.fileName),
      bytes: input.bytes,
      sha256: input.sha256,
      format: 'unknown',
      encoding: null,
      dialect: null,
      evidence: [],
    },
    rows: 0,
    rules: [
      {
        ...splitRule(reason),
        field: null,
        fieldNumber: null,
        severity,
        count: 1,
        firstRow: null,
        lastRow: null,
        samples: [{ ...nowhere }],
        hint: hintFor(reason, severity, options.language, []),
      },
    ],
    columns: [],
    engine: engineName,
    ruleset: options.resource?.['no:ruleset'] ?? 'ssb-2024',
    descriptionSha256: options.descriptionSha256,
  };
}
