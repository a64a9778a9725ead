/** The report: what a check found, in one shape for the server, the command line and the browser. */
import { z } from 'zod';

const nonNegative = z.int().min(0);

/** One place in the file. Exactly one of `shape` and `value` is set where a cell is shown at all. */
export const Sample = z.object({
  /** Data record from 1; null for the header and for findings about the file. */
  row: z.int().min(1).nullable(),
  /** Physical line from 1. */
  line: z.int().min(1).nullable(),
  /** Offset of the cell's first byte from the start of the file. */
  byte: nonNegative.nullable(),
  /** Number of the cell in its row, from 1. */
  column: z.int().min(1).nullable(),
  /** The cell with digits as 9 (or # in identity numbers) and letters as a or A. */
  shape: z.string().nullable(),
  /** The cell itself; only for public fields and code lists, and never with six digits or more. */
  value: z.string().nullable(),
  /** What the description asks for here, or what the finding is about. */
  expected: z.string().nullable(),
});
export type Sample = z.infer<typeof Sample>;

export const Rule = z.object({
  code: z.string(),
  sub: z.string().nullable(),
  /** The field's name as described, or as labelled when the label may be shown. */
  field: z.string().nullable(),
  fieldNumber: z.int().min(1).nullable(),
  severity: z.enum(['error', 'warning', 'info']),
  /** Exact, however many. */
  count: z.int().min(1),
  firstRow: z.int().min(1).nullable(),
  lastRow: z.int().min(1).nullable(),
  samples: z.array(Sample),
  /** What it means and what to do, in the language of the report. */
  hint: z.string(),
});
export type Rule = z.infer<typeof Rule>;

export const ColumnProfile = z.object({
  name: z.string().nullable(),
  type: z.string().nullable(),
  /** Cells read, missing ones included. */
  count: nonNegative,
  missing: nonNegative,
  /** Different values; null where they are not counted. */
  distinct: nonNegative.nullable(),
  /** Characters of the shortest and longest cell that is not missing. */
  minLength: nonNegative.nullable(),
  maxLength: nonNegative.nullable(),
  /** Smallest and largest value; rounded unless the field is public, null where they may not be shown. */
  bounds: z.object({ min: z.string(), max: z.string() }).nullable(),
  /** The most frequent codes; only for code lists and counts of five or more. */
  top: z.array(z.object({ value: z.string(), count: z.int().min(1) })).nullable(),
  /** Cells with at least one error. */
  invalid: nonNegative,
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

/** Why the engine reads the file as it does. */
export const Evidence = z.object({
  subject: z.enum(['format', 'encoding', 'delimiter', 'header', 'code-list', 'uniqueness', 'foreign-key']),
  source: z.enum(['declared', 'detected', 'default']),
  value: z.string(),
  /** Lines (delimiter), cells (encoding) different keys (uniqueness) or references met (foreign-key) that speak for it, and how many were looked at. */
  agreeing: nonNegative.nullable(),
  seen: nonNegative.nullable(),
});
export type Evidence = z.infer<typeof Evidence>;

export const ReportDialect = z.object({
  delimiter: z.string(),
  quoteChar: z.string().nullable(),
  header: z.boolean(),
  lineTerminator: z.enum(['\n', '\r\n', '\r', 'mixed']).nullable(),
});
export type ReportDialect = z.infer<typeof ReportDialect>;

export const Verdict = z.enum(['accepted', 'rejected', 'not-checked']);
export type Verdict = z.infer<typeof Verdict>;

export const Report = z.object({
  version: z.literal(1),
  /** Of a file that is about to leave; absent of one that has come in. */
  outgoing: z.literal(true).optional(),
  verdict: Verdict,
  /** True when the file was read whole and everything that the description declares was checked. */
  complete: z.boolean(),
  file: z.object({
    name: z.string(),
    bytes: nonNegative,
    sha256: z.string().nullable(),
    /** `delimited` or `fixed-width`, or the format that the first bytes or the name show. */
    format: z.string(),
    encoding: z.string().nullable(),
    dialect: ReportDialect.nullable(),
    evidence: z.array(Evidence),
  }),
  /** Data records, without header and blank rows. */
  rows: nonNegative,
  rules: z.array(Rule),
  columns: z.array(ColumnProfile),
  engine: z.string(),
  ruleset: z.string(),
  descriptionSha256: z.string().nullable(),
});
export type Report = z.infer<typeof Report>;

/** Names the semantics: it changes when the same bytes and description may give another report. */
export const engineName = 'datasluse-check 2';
