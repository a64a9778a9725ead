/** One check of one file: bytes go in as they arrive, a report comes out. Synchronous, flat in memory, throws on nothing. */
import type { CheckContext } from './check-context.ts';
import { type CodeLists, evidenceOf, namedClassifications } from './code-lists.ts';
import { DelimitedCheck } from './delimited-check.ts';
import type { Resource } from './description.ts';
import { resolveDialect, unsupportedDialect } from './dialect.ts';
import { encodingNamed } from './encoding.ts';
import { FileHead, headBytes } from './file-head.ts';
import { judgeFileName } from './file-name.ts';
import { Findings, type RuleCount } from './findings.ts';
import { FixedWidthCheck, isFixedWidth } from './fixed-width-check.ts';
import { type KeyHost, KeyRoom } from './key-room.ts';
import { maskFileName } from './masking.ts';
import { hintFor } from './messages.ts';
import { withProfile } from './microdata-profile.ts';
import { passedOver } from './outgoing-numbers.ts';
import type { ReferencedFile } from './referenced-files.ts';
import { ReferencedKeys } from './referenced-keys.ts';
import { type Evidence, engineName, type Report } from './report.ts';
import type { ReportLanguage } from './report-language.ts';
import type { TableOptions } from './row-checks.ts';
import { RowRules } from './row-rules.ts';
import { formatOfBytes, formatOfName, hasUtf8Bom, looksLikeUtf16 } from './sniff.ts';
import { TextState } from './text-state.ts';

export interface CheckOptions {
  readonly fileName: string;
  /** The file's part of the data description. */
  readonly resource?: Resource | undefined;
  /** File names that the project describes; absent when it describes none. */
  readonly expected?: readonly string[] | undefined;
  /** The code lists that the resource may name (`no:klass`); one that is not here is not checked, and the report says so. */
  readonly codeLists?: CodeLists | undefined;
  /** Other files of the package that foreign keys point at; a foreign key without its file is not checked, and the report says so. */
  readonly referenced?: readonly ReferencedFile[] | undefined;
  /** The file is about to leave: it may hold identity numbers only where `no:identifier` says so, and the rules for names are advice. */
  readonly outgoing?: boolean | undefined;
  /** Of the hints in the report. */
  readonly language: ReportLanguage;
  readonly syntheticIds: 'accept' | 'refuse';
  /** ISO date. */
  readonly today: string;
  readonly descriptionSha256: string | null;
  /** Samples per rule and field, 10 by default. */
  readonly maxSamples?: number | undefined;
}

export interface Progress {
  readonly bytes: number;
  readonly rows: number;
  readonly errors: number;
}

/** What is known while the file is read. Uniqueness beyond memory, and what only the end of a file tells, are not in it yet. */
export interface LiveCounts extends Progress {
  /** As far as they are worth reading: at most 200. */
  readonly rules: readonly RuleCount[];
}

export interface Checker {
  /** The next bytes of `options.referenced[index]`; all of them come before the first of the file itself. Not kept. */
  pushReferenced(index: number, chunk: Uint8Array): void;
  /** After the last byte of that file. */
  endReferenced(index: number): void;
  /** The next bytes. They are not kept: the caller may use the array again. */
  push(chunk: Uint8Array): void;
  progress(): Progress;
  /** Costs more than `progress`: not for every chunk. */
  counts(): LiveCounts;
  /** After the last byte, once. `sha256` of the bytes, in hex, as the host computed it. */
  finish(input: { sha256: string | null }): Report;
}

/** The check of a file whose rows are not read, since its first bytes say that it is no table. */
export interface UnreadCheck {
  /** `bytes` is the size of the whole file. */
  finish(input: { bytes: number; sha256: string | null }): Report;
}

/**
 * Decides on the first `headBytes` of a file, or on all there is: undefined when it has to be read, and otherwise the
 * same report as a checker gives that gets every byte.
 */
export function checkUnread(options: CheckOptions, head: Uint8Array): UnreadCheck | undefined {
  const check = new Check(options, {}, {});
  if (!check.leavesUnread(head.subarray(0, headBytes))) return undefined;
  return { finish: ({ bytes, sha256 }) => check.finish(sha256, bytes) };
}

const limitLiveRules = 200;

/** How the bytes are read; the report is the same. For tests and measurements. */
export interface CheckInternals {
  /** `generic` reads every row by the path that defines the report. */
  readonly path?: 'fast' | 'generic';
  /** Bytes on which format, encoding and dialect are decided. */
  readonly headBytes?: number;
}

/** `keyHost` is what the host gives that is no plain data: memory and a store for uniqueness. */
export function createChecker(
  options: CheckOptions,
  keyHost: KeyHost = {},
  internals: CheckInternals = {},
): Checker {
  const check = new Check(options, keyHost, internals);
  return {
    pushReferenced: (index, chunk) => check.referenced.push(index, chunk),
    endReferenced: (index) => check.referenced.end(index),
    push: (chunk) => check.push(chunk),
    progress: () => check.progress(),
    counts: () => ({ ...check.progress(), rules: check.counts() }),
    finish: ({ sha256 }) => check.finish(sha256),
  };
}

class Check {
  readonly #options: CheckOptions;
  readonly referenced: ReferencedKeys;
  readonly #room: KeyRoom;
  readonly #findings: Findings;
  readonly #maxSamples: number;
  readonly #path: 'fast' | 'generic';
  readonly #head: FileHead;
  #bytes = 0;
  #reader: DelimitedCheck | FixedWidthCheck | null = null;
  #text: TextState | null = null;
  #format = 'delimited';
  /** False when the bytes were not read as a table, or something of the description could not be followed. */
  #complete = true;
  #notChecked = false;
  readonly #evidence: Evidence[] = [];

  constructor(options: CheckOptions, keyHost: KeyHost, internals: CheckInternals) {
    this.#options = { ...options, resource: withProfile(options.resource) };
    this.#room = new KeyRoom(keyHost);
    this.referenced = new ReferencedKeys(this.#options.resource, options.referenced ?? [], this.#room);
    this.#path = internals.path ?? 'fast';
    this.#head = new FileHead(internals.headBytes);
    this.#maxSamples = options.maxSamples ?? 10;
    this.#findings = new Findings(this.#maxSamples);
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    let rest = chunk;
    if (this.#head.gathers) {
      const after = this.#head.add(chunk);
      if (after === null) return;
      this.#begin();
      rest = after;
    }
    this.#reader?.push(rest);
  }

  progress(): Progress {
    return { bytes: this.#bytes, rows: this.#reader?.rows ?? 0, errors: this.#findings.errors };
  }

  leavesUnread(head: Uint8Array): boolean {
    if (this.#isText(head)) return false;
    this.#head.take();
    return true;
  }

  counts(): RuleCount[] {
    return this.#findings.counts(limitLiveRules);
  }

  finish(sha256: string | null, bytes: number = this.#bytes): Report {
    if (this.#head.gathers) this.#begin();
    this.#reader?.finish();
    this.#room.close();
    if (this.#reader?.complete === false) this.#complete = false;
    judgeFileName(this.#findings, this.#options);
    const { fileName, resource, language, descriptionSha256, outgoing = false } = this.#options;
    const rules = this.#findings.rules((id, severity, samples) => hintFor(id, severity, language, samples));
    const unsupported = rules.some(
      ({ code, sub }) =>
        (code === 'format' && sub === 'unsupported') ||
        code === 'uniqueness' ||
        (code === 'foreign-key' && sub !== null),
    );
    const rejected = this.#findings.errors > 0;
    return {
      version: 1,
      ...(outgoing ? { outgoing } : {}),
      verdict: rejected ? 'rejected' : this.#notChecked ? 'not-checked' : 'accepted',
      complete: this.#complete && !unsupported,
      file: {
        name: maskFileName(fileName),
        bytes,
        sha256,
        format: this.#format,
        encoding: this.#text?.encoding ?? null,
        dialect: this.#reader?.dialect() ?? null,
        evidence: [
          ...this.#evidence,
          ...(this.#text === null ? [] : [this.#text.evidence()]),
          ...(this.#reader?.evidence() ?? []),
        ],
      },
      rows: this.#reader?.rows ?? 0,
      rules,
      columns: this.#reader?.columns.map((column) => column.profile()) ?? [],
      engine: engineName,
      ruleset: resource?.['no:ruleset'] ?? 'ssb-2024',
      descriptionSha256,
    };
  }

  /** Decides on the first bytes what the file is, and begins to read it. */
  #begin(): void {
    const head = this.#head.take();
    const { resource, syntheticIds, today, outgoing = false } = this.#options;
    if (!this.#isText(head)) return;
    // What is passed over may hold anything.
    for (const property of outgoing ? passedOver(resource?.dialect) : [])
      this.#findings.unsupported(property, null);
    const declared = resource?.encoding === undefined ? undefined : encodingNamed(resource.encoding);
    const unread = unsupportedDialect(resource?.dialect);
    if (resource?.encoding !== undefined && declared === undefined)
      unread.push(`encoding ${resource.encoding}`);
    if (unread.length > 0) {
      for (const property of unread) this.#findings.add('format/unsupported', null, { expected: property });
      this.#notRead();
      this.#notChecked = true;
      return;
    }
    // The 2017 page has text as a last choice; the 2024 page takes it as it takes any other.
    if (resource?.['no:ruleset'] === 'ssb-2017') this.#findings.add('format/not-preferred', null, {});
    const fixed = isFixedWidth(resource?.schema);
    const dialect = fixed ? null : resolveDialect(resource, head);
    if (dialect !== null) this.#evidence.push(dialect.evidence);
    else this.#format = 'fixed-width';
    const codeLists = this.#options.codeLists ?? [];
    for (const name of namedClassifications(resource)) {
      const list = codeLists.find((one) => one.classification === name);
      if (list === undefined) continue;
      const value = evidenceOf(list);
      this.#evidence.push({ subject: 'code-list', source: 'declared', value, agreeing: null, seen: null });
    }
    if (dialect !== null && dialect.seemsToBe !== null) {
      this.#findings.add('structure/delimiter', null, {
        line: 1,
        expected: nameOfDelimiter(dialect.seemsToBe),
      });
    }
    const bom = hasUtf8Bom(head);
    this.#text = new TextState(declared, bom);
    const context: CheckContext = {
      findings: this.#findings,
      text: this.#text,
      described: resource !== undefined,
      outgoing,
      refuseSynthetic: syntheticIds === 'refuse',
      codeLists,
      room: this.#room,
      referenced: (foreign) => this.referenced.of(foreign),
      today: Number(today.replaceAll('-', '')),
      row: 0,
      line: 1,
      oddRow: false,
    };
    const first = bom ? 3 : 0;
    const table: TableOptions = {
      maxSamples: this.#maxSamples,
      // The fast path knows nothing of what must not leave.
      path: outgoing ? 'generic' : this.#path,
      makeRowChecks: (own, described, columns) => new RowRules(own, described, columns),
    };
    this.#reader =
      dialect === null
        ? new FixedWidthCheck(context, resource!, first, table)
        : new DelimitedCheck(context, resource, dialect, first, table);
    this.#reader.push(bom ? head.subarray(3) : head);
  }

  /** True when the file can be read as delimited text; otherwise says what it is. */
  #isText(head: Uint8Array): boolean {
    const { fileName } = this.#options;
    const promised = formatOfName(fileName);
    const found = formatOfBytes(head);
    if (head.length === 0) {
      this.#findings.add('structure/empty', null, {});
      return this.#notRead();
    }
    if (found !== undefined) {
      this.#format = found;
      this.#evidence.push({
        subject: 'format',
        source: 'detected',
        value: found,
        agreeing: null,
        seen: null,
      });
      // SSB's own page gives `.dat` as the extension of Stata's files.
      const asNamed = promised === found || promised == null || (found === 'dta' && /\.dat$/i.test(fileName));
      if (asNamed) this.#findings.add('format/unsupported', null, { byte: 0, expected: found });
      else
        this.#findings.add('format/not-what-name-says', null, {
          byte: 0,
          expected: `${promised} ≠ ${found}`,
        });
      this.#notChecked = true;
      return this.#notRead();
    }
    if (promised != null && promised !== 'delimited') {
      this.#format = 'unknown';
      this.#findings.add('format/not-what-name-says', null, { byte: 0, expected: `${promised} ≠ ?` });
      return this.#notRead();
    }
    if (looksLikeUtf16(head)) {
      this.#findings.add('encoding/utf-16', null, { byte: 0 });
      return this.#notRead();
    }
    return true;
  }

  #notRead(): false {
    this.#complete = false;
    return false;
  }
}

function nameOfDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : delimiter;
}
