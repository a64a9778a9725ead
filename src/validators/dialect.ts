/** How the text is delimited: as declared, else found in the first lines with what speaks for it. */
import type { Dialect, Resource } from './description.ts';
import { encode, encodingNamed } from './encoding.ts';
import type { LooseDialect } from './loose-dialect.ts';
import { LooseScanner } from './loose-scanner.ts';
import { RecordScanner } from './record-scanner.ts';
import {
  cellFlag,
  type RecordHandler,
  type RecordSource,
  type ScanDialect,
  type ScanLimits,
} from './records.ts';
import type { Evidence } from './report.ts';

export interface ResolvedDialect {
  readonly scan: ScanDialect;
  readonly delimiter: string;
  /** Numbers of the records that make up the header; none without a header. */
  readonly headerRows: readonly number[];
  readonly evidence: Evidence;
  /** Set when the declared delimiter is not in the first line, but another gives just the cells described. */
  readonly seemsToBe: string | null;
}

const candidates = [';', ',', '\t', '|'] as const;
const limitLines = 200;

/** Properties that change what a file means and that are not followed. */
export function unsupportedDialect(dialect: Dialect | undefined): string[] {
  if (dialect === undefined) return [];
  const found: string[] = [];
  const ascii = (text: string | null | undefined) => text == null || /^[\0-\x7f]*$/.test(text);
  const single = (char: string | null | undefined) =>
    char == null || (char.length === 1 && ascii(char) && !'\0\r\n'.includes(char));
  if (!ascii(dialect.commentChar) || dialect.commentChar === '') found.push('dialect.commentChar');
  if (dialect.delimiter !== undefined && /[\0\r\n]/.test(dialect.delimiter)) found.push('dialect.delimiter');
  if (!single(dialect.quoteChar)) found.push('dialect.quoteChar');
  if (!single(dialect.escapeChar)) found.push('dialect.escapeChar');
  if (!ascii(dialect.lineTerminator) || dialect.lineTerminator === '') found.push('dialect.lineTerminator');
  return found;
}

/** The dialect of a file that begins with `head` (whole when the file is shorter than the head's limit). */
export function resolveDialect(resource: Resource | undefined, head: Uint8Array): ResolvedDialect {
  const declared = resource?.dialect;
  const expected = resource?.schema?.fields.length ?? null;
  const headerRows = declared?.header === false ? [] : (declared?.headerRows ?? [1]);
  const firstRow = headerRows.length > 0 ? Math.min(...headerRows) : 1;
  const scanBy = (delimiter: string) => scanDialectOf(declared, delimiter, resource?.encoding, head);
  const tally = (delimiter: string) => tallyCells(head, scanBy(delimiter), expected, firstRow);
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
    scan: scanBy(mistaken ? best.delimiter : delimiter),
    delimiter: mistaken ? best.delimiter : delimiter,
    headerRows,
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

/** The scanner of a dialect: the loose one only for what the other cannot read. */
export function scannerFor(dialect: ScanDialect, handler: RecordHandler, limits: ScanLimits): RecordSource {
  return dialect.loose === undefined
    ? new RecordScanner(dialect, handler, limits)
    : new LooseScanner(dialect.loose, handler, limits);
}

function scanDialectOf(
  declared: Dialect | undefined,
  delimiter: string,
  encoding: string | undefined,
  head: Uint8Array,
): ScanDialect {
  const code = (char: string | null | undefined) => (char == null ? -1 : char.charCodeAt(0));
  const quote = declared?.quoteChar === null ? -1 : code(declared?.quoteChar ?? '"');
  const mark = code(declared?.escapeChar);
  const doubleQuote = (declared?.doubleQuote ?? true) || (mark === quote && quote >= 0);
  const bytes = delimiterBytes(delimiter, encoding, head);
  const scan = { delimiter: bytes[0]!, quote, doubleQuote };
  const { commentChar, commentRows = [], headerRows = [1], lineTerminator, nullSequence } = declared ?? {};
  const usual =
    bytes.length === 1 &&
    bytes[0]! < 0x80 &&
    (mark < 0 || mark === quote) &&
    commentChar === undefined &&
    commentRows.length === 0 &&
    (declared?.header === false || /^1?$/.test(headerRows.join())) &&
    declared?.skipInitialSpace !== true &&
    (lineTerminator === undefined || /^(\r\n|\n|\r)$/.test(lineTerminator));
  if (usual) return scan;
  const ascii = (text: string) => new TextEncoder().encode(text);
  const loose: LooseDialect = {
    delimiter: bytes,
    quote,
    doubleQuote,
    escape: mark === quote ? -1 : mark,
    lineTerminator:
      lineTerminator === undefined || /^(\r\n|\n|\r)$/.test(lineTerminator) ? null : ascii(lineTerminator),
    comment: commentChar === undefined ? null : ascii(commentChar),
    commentRows,
    skipInitialSpace: declared?.skipInitialSpace ?? false,
    nullSequence: nullSequence == null ? null : ascii(nullSequence),
  };
  return { ...scan, loose };
}

/** A delimiter beyond ASCII is written in the encoding declared, else in the one in which the file has it. */
function delimiterBytes(delimiter: string, encoding: string | undefined, head: Uint8Array): Uint8Array {
  const utf8 = encode(delimiter, 'utf-8')!;
  const western = encode(delimiter, 'windows-1252');
  const named = encoding === undefined ? undefined : encodingNamed(encoding);
  if (western === undefined || named === 'utf-8') return utf8;
  return named === 'windows-1252' || !includes(head, utf8) ? western : utf8;
}

function includes(buf: Uint8Array, bytes: Uint8Array): boolean {
  for (let at = buf.indexOf(bytes[0]!); at >= 0; at = buf.indexOf(bytes[0]!, at + 1)) {
    if (bytes.every((byte, index) => buf[at + index] === byte)) return true;
  }
  return false;
}

interface Tally {
  /** Cells on the first line. */
  readonly first: number;
  /** Lines with just as many cells as the first, and lines looked at. */
  readonly agreeing: number;
  readonly seen: number;
  readonly asDescribed: boolean;
}

function tallyCells(
  head: Uint8Array,
  dialect: ScanDialect,
  expected: number | null,
  firstRow: number,
): Tally {
  let first = 0;
  let agreeing = 0;
  let seen = 0;
  const scanner: RecordSource = scannerFor(
    dialect,
    {
      record: () => {
        const cells = scanner.cellCount;
        const blank =
          cells === 1 &&
          scanner.recordEnd === scanner.recordStart &&
          !(scanner.recordFlags & cellFlag.quoted);
        if (blank || seen >= limitLines || (scanner.recordNumber ?? 1) < firstRow) return;
        if (seen === 0) first = cells;
        seen += 1;
        if (cells === first) agreeing += 1;
      },
      brokenQuote: () => {},
      tooLong: () => {},
    },
    { maxRecordBytes: head.length, maxCells: 1 },
  );
  for (let at = 0; at < head.length && seen < limitLines; at += 4096) {
    scanner.push(head.subarray(at, at + 4096));
  }
  // The last line of a full head may be cut; it is looked at only where it is the only one.
  if (seen === 0) scanner.end();
  return { first, agreeing, seen, asDescribed: first === expected };
}

function bestOf<T extends Tally>(tallies: readonly T[]): T | undefined {
  const rank = (tally: Tally) => (tally.asDescribed ? 2 : 0) + tally.agreeing / Math.max(1, tally.seen);
  return tallies.filter((tally) => tally.first > 1).sort((a, b) => rank(b) - rank(a) || b.first - a.first)[0];
}
