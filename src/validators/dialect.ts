/** How the text is delimited: as declared, else found in the first lines with what speaks for it. */
import type { Dialect, Resource } from './description.ts';
import { cellFlag, RecordScanner, type ScanDialect } from './record-scanner.ts';
import type { Evidence } from './report.ts';

export interface ResolvedDialect {
  readonly scan: ScanDialect;
  readonly header: boolean;
  readonly evidence: Evidence;
  /** Set when the declared delimiter is not in the first line, but another gives just the cells described. */
  readonly seemsToBe: string | null;
}

const candidates = [';', ',', '\t', '|'] as const;
const limitLines = 200;

/** Properties that change what a file means and that this version does not follow. */
export function unsupportedDialect(dialect: Dialect | undefined): string[] {
  if (dialect === undefined) return [];
  const found: string[] = [];
  const plain = (char: string | null | undefined) => char == null || /^[\0-\x7f]$/.test(char);
  if (dialect.headerRows !== undefined && dialect.headerRows.join() !== '1') found.push('dialect.headerRows');
  if (dialect.commentRows !== undefined) found.push('dialect.commentRows');
  if (dialect.commentChar !== undefined) found.push('dialect.commentChar');
  if (!plain(dialect.delimiter)) found.push('dialect.delimiter');
  if (!plain(dialect.quoteChar)) found.push('dialect.quoteChar');
  if (dialect.escapeChar != null) found.push('dialect.escapeChar');
  if (dialect.nullSequence != null) found.push('dialect.nullSequence');
  if (dialect.skipInitialSpace === true) found.push('dialect.skipInitialSpace');
  if (dialect.lineTerminator !== undefined && !/^(\r\n|\n|\r)$/.test(dialect.lineTerminator)) {
    found.push('dialect.lineTerminator');
  }
  return found;
}

/** The dialect of a file that begins with `head` (whole when the file is shorter than the head's limit). */
export function resolveDialect(resource: Resource | undefined, head: Uint8Array): ResolvedDialect {
  const declared = resource?.dialect;
  const quote = declared?.quoteChar === null ? -1 : (declared?.quoteChar ?? '"').charCodeAt(0);
  const doubleQuote = declared?.doubleQuote ?? true;
  const expected = resource?.schema?.fields.length ?? null;
  const tally = (delimiter: string) =>
    tallyCells(head, { delimiter: delimiter.charCodeAt(0), quote, doubleQuote }, expected);
  const best = bestOf(candidates.map((delimiter) => ({ delimiter, ...tally(delimiter) })));
  const delimiter = declared?.delimiter ?? best?.delimiter ?? ';';
  const own = tally(delimiter);
  const mistaken =
    declared?.delimiter !== undefined &&
    own.first === 1 &&
    best !== undefined &&
    best.delimiter !== delimiter &&
    expected !== null &&
    expected > 1 &&
    best.first === expected;
  return {
    // Read with the delimiter declared, such a file is one wrong column: what else there is to mend would not be found.
    scan: { delimiter: (mistaken ? best.delimiter : delimiter).charCodeAt(0), quote, doubleQuote },
    header: declared?.header ?? true,
    seemsToBe: mistaken ? best.delimiter : null,
    evidence: {
      subject: 'delimiter',
      source: mistaken
        ? 'detected'
        : declared?.delimiter !== undefined
          ? 'declared'
          : best === undefined
            ? 'default'
            : 'detected',
      value: mistaken ? best.delimiter : delimiter,
      agreeing: (mistaken ? best : own).agreeing,
      seen: (mistaken ? best : own).seen,
    },
  };
}

interface Tally {
  /** Cells on the first line. */
  readonly first: number;
  /** Lines with just as many cells as the first, and lines looked at. */
  readonly agreeing: number;
  readonly seen: number;
  readonly asDescribed: boolean;
}

function tallyCells(head: Uint8Array, dialect: ScanDialect, expected: number | null): Tally {
  let first = 0;
  let agreeing = 0;
  let seen = 0;
  const scanner: RecordScanner = new RecordScanner(
    dialect,
    {
      record: () => {
        const cells = scanner.cellCount;
        const blank =
          cells === 1 &&
          scanner.recordEnd === scanner.recordStart &&
          !(scanner.recordFlags & cellFlag.quoted);
        if (blank || seen >= limitLines) return;
        if (seen === 0) first = cells;
        seen += 1;
        if (cells === first) agreeing += 1;
      },
      brokenQuote: () => {},
      tooLong: () => {},
    },
    { maxRecordBytes: head.length, maxCells: 1 },
  );
  scanner.push(head);
  // The last line of a full head may be cut; it is looked at only where it is the only one.
  if (seen === 0) scanner.end();
  return { first, agreeing, seen, asDescribed: first === expected };
}

function bestOf<T extends Tally>(tallies: readonly T[]): T | undefined {
  const rank = (tally: Tally) => (tally.asDescribed ? 2 : 0) + tally.agreeing / Math.max(1, tally.seen);
  return tallies.filter((tally) => tally.first > 1).sort((a, b) => rank(b) - rank(a) || b.first - a.first)[0];
}
