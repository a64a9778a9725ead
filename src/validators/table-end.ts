/** What can be said of a table only when its last byte has been read: line ends, and the number of rows. */
import type { Resource } from './description.ts';
import type { Findings } from './findings.ts';

export interface LineEnds {
  readonly lf: number;
  readonly crlf: number;
  readonly cr: number;
}

export function judgeLineEnds(findings: Findings, { lf, crlf, cr }: LineEnds): void {
  if ([lf, crlf, cr].filter((count) => count > 0).length > 1) {
    findings.add('structure/line-ends', null, { expected: `LF ${lf}, CRLF ${crlf}, CR ${cr}` });
  }
}

/** `begun`: a header or a row was found at all. */
export function judgeRowCount(
  findings: Findings,
  resource: Resource | undefined,
  rows: number,
  begun: boolean,
): void {
  const declared = resource?.['no:records'];
  if (!begun && rows === 0) findings.add('structure/empty', null, {});
  else if (rows === 0 && declared !== 0) findings.add('structure/no-rows', null, {});
  if (declared !== undefined && declared !== rows) {
    findings.add('record-count', null, { expected: `${declared} ≠ ${rows}` });
  }
}
