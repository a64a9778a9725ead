// The inner loop of the fast path, in AssemblyScript: reads the rows of a window of bytes by the operations of their columns.
// Built to row-kernel-bytes.ts by scripts/build-kernel.ts. What it does not take for certain it leaves to the generic path.
//
// The host lays out the memory (row-kernel.ts has the same places under the same names) and calls `prepare` once,
// then `run` for each window and after each row that it was given to judge.

// State, from byte 0, 32-bit words.
const STATE_AT: usize = 0; // where the next row begins, or where the row that is shown begins
const STATE_END: usize = 4; // where the row that is shown ends, its line end aside
const STATE_NEXT: usize = 8; // where the row after that begins
const STATE_ROWS: usize = 12; // rows taken whole since the last return
const STATE_FLAGS: usize = 16; // all flags of the row's cells
const STATE_WAITING: usize = 20; // entries in the list of the row's work
const STATE_IN_ORDER: usize = 24; // cells beyond ASCII found right since the last return

// A column, in bytes from its start.
const COLUMN_SHIFT: usize = 7;
const COLUMN_BYTES: usize = 1 << 7;
const OP: usize = 0;
const MARK: usize = 4;
const MIN_CHARS: usize = 8;
const MAX_CHARS: usize = 12;
const TABLE: usize = 16; // slots of 16 bytes: the code's bytes, and where it is counted (0 for an empty slot)
const SHIFT: usize = 20;
const EMPTY: usize = 24; // the work that an empty cell leaves
const MISSING_LENGTHS: usize = 28;
const FACTOR: usize = 32;
const MET: usize = 40; // of the row: where its code is counted
const CHARS: usize = 44;
const VALUE: usize = 48;
const MIN_VALUE: usize = 56;
const MAX_VALUE: usize = 64;
const DAYS: usize = 72; // two tables of 100 bytes: day and month of two digits
const MISSING: usize = 80; // cells missing, 64-bit float
const START: usize = 88; // of the row's cell
const END: usize = 92;
const SHUFFLE: usize = 96; // of dates: where the digits of yyyymmdd stand
const FLAGS: usize = 112;
const TERM: usize = 116; // the byte that ends the cell

// What `run` answers.
const WINDOW_READ: i32 = 0; // all rows that begin before the limit
const LEFT: i32 = 1; // the row at STATE_AT is the scanner's
const SETTLE: i32 = 2; // the row shown is sound; its list of work waits
const RECORD: i32 = 3; // the row shown is the generic path's

// Work left for a cell.
const MISSES: i32 = 0;
const BY_COLUMN: i32 = 1;
const WIDENS: i32 = 2;

const HIGH: i32 = 1;
const NUL: i32 = 2;
const STRAY_QUOTE: i32 = 4;
const QUOTED: i32 = 8;
const DOUBLED: i32 = 16;

const LF: i32 = 10;
const CR: i32 = 13;
const MAX_ROW_BYTES: i32 = 1024 * 1024;

const UNDECIDED: i32 = 0;
const UTF8: i32 = 1;

let count: i32 = 0;
let columns: usize = 0;
let columnsEnd: usize = 0;
let pending: usize = 0;
let delimiter: i32 = 0;
let quote: i32 = 0;
let headerLength: i32 = 0;
let headerFirst: i32 = 0;
let codeColumns: usize = 0; // addresses of the columns of codes
let codeColumnsEnd: usize = 0;
let tens: usize = 0; // powers of ten, 64-bit floats
let mode: i32 = 0;

// Of the row in progress. What is seldom touched lies here, so that the loop over its cells needs few registers.
let waiting: i32 = 0;
let hasWork: bool = false;
let rowFlags: i32 = 0;
let rowInOrder: i32 = 0;
let doubtful: bool = false;

// Of the cell that `findText` or `findCell` found last.
let foundChars: i32 = 0;
let foundEnd: usize = 0;
let foundFlags: i32 = 0;

export function prepare(
  countOf: i32,
  columnsAt: usize,
  pendingAt: usize,
  tensAt: usize,
  delimiterByte: i32,
  quoteByte: i32,
  headerBytes: i32,
  headerByte: i32,
  codesAt: usize,
  codesEnd: usize,
): void {
  count = countOf;
  columns = columnsAt;
  columnsEnd = columnsAt + (<usize>countOf << COLUMN_SHIFT);
  pending = pendingAt;
  tens = tensAt;
  delimiter = delimiterByte;
  quote = quoteByte;
  headerLength = headerBytes;
  headerFirst = headerByte;
  codeColumns = codesAt;
  codeColumnsEnd = codesEnd;
  for (let column = columns; column < columnsEnd; column += COLUMN_BYTES) store<i32>(column + TERM, delimiterByte);
}

@inline
function isDigit(b: i32): bool {
  return <u32>(b - 0x30) <= 9;
}

// Reads rows from `from` that begin before `limit`, where a line feed stands.
export function run(
  from: usize,
  limit: usize,
  encoding: i32,
  lineEnd: i32,
  awaited: bool,
  rulesNeeded: bool,
): i32 {
  mode = encoding;
  store<i32>(columnsEnd - COLUMN_BYTES + TERM, lineEnd);
  const last = count - 1;
  let rows: i32 = 0;
  let inOrder: i32 = 0;
  let rowStart = from;
  let answer = WINDOW_READ;
  while (rowStart < limit) {
    const next = readCells(rowStart);
    if (next == 0) {
      answer = LEFT;
      break;
    }
    // At the byte after the row's line end, or after the first of its two bytes.
    let at = next;
    const rowEnd = at - 1;
    if (lineEnd == CR) {
      if (<i32>load<u8>(at) != LF) {
        answer = LEFT;
        break;
      }
      at += 1;
    }
    const length = <i32>(rowEnd - rowStart);
    if (length > MAX_ROW_BYTES) {
      answer = LEFT;
      break;
    }
    const first = <i32>load<u8>(rowStart);
    if (
      awaited ||
      doubtful ||
      length == last ||
      (rowFlags & (NUL | STRAY_QUOTE)) != 0 ||
      first == 0xef ||
      (length == headerLength && first == headerFirst) ||
      // Half of a line of totals is empty, and an empty cell is always noted.
      (waiting * 2 >= last && beginsAsTotals())
    ) {
      answer = RECORD;
    } else {
      inOrder += rowInOrder;
      countCodes();
      if (!hasWork && !rulesNeeded) {
        if (waiting != 0) countMissing();
        rows += 1;
        rowStart = at;
        continue;
      }
      answer = SETTLE;
    }
    store<i32>(STATE_END, <i32>rowEnd);
    store<i32>(STATE_NEXT, <i32>at);
    store<i32>(STATE_FLAGS, rowFlags);
    store<i32>(STATE_WAITING, waiting);
    break;
  }
  store<i32>(STATE_AT, <i32>rowStart);
  store<i32>(STATE_ROWS, rows);
  store<i32>(STATE_IN_ORDER, inOrder);
  return answer;
}

// Reads the cells of a row; the byte after its line end's first byte, or 0 when the scanner must read the row.
function readCells(from: usize): usize {
  const end = columnsEnd;
  let at = from;
  waiting = 0;
  hasWork = false;
  rowFlags = 0;
  rowInOrder = 0;
  doubtful = false;
  for (let column = columns; column < end; column += COLUMN_BYTES) {
    const term = load<i32>(column + TERM);
    const first = <i32>load<u8>(at);
    store<i32>(column + FLAGS, 0);
    store<i32>(column + START, <i32>at);
    if (first == term) {
      store<i32>(column + END, <i32>at);
      empty(column);
      at += 1;
    } else if (first != quote) {
      const to = readCell(column, at, term, term);
      if (to != 0) {
        store<i32>(column + END, <i32>to);
        at = to + 1;
      } else {
        at = byColumn(column, at, term);
        if (at == 0) return 0;
      }
    } else {
      at = readQuoted(column, at, term);
      if (at == 0) return 0;
    }
  }
  return at;
}

function empty(column: usize): void {
  store<i32>(column + MET, 0);
  note(column, load<i32>(column + EMPTY));
}

function note(column: usize, work: i32): void {
  const index = <i32>((column - columns) >> COLUMN_SHIFT);
  store<i32>(pending + (<usize>waiting << 2), (index << 2) | work);
  waiting += 1;
  hasWork = hasWork || work != MISSES;
}

// A cell in quotes; the byte after its terminator, or 0.
function readQuoted(column: usize, at: usize, term: i32): usize {
  const to = load<u8>(at + 1) == quote ? 0 : readCell(column, at + 1, quote, term);
  if (to != 0 && <i32>load<u8>(to + 1) == term) {
    const flags = load<i32>(column + FLAGS) | QUOTED;
    store<i32>(column + START, <i32>at + 1);
    store<i32>(column + END, <i32>to);
    store<i32>(column + FLAGS, flags);
    rowFlags |= QUOTED;
    return to + 2;
  }
  // The quote does not end the cell, or no operation took it.
  if (to != 0) undo(column);
  return byColumn(column, at, term);
}

// A cell that its column reads; the byte after its terminator, or 0.
function byColumn(column: usize, at: usize, term: i32): usize {
  const next = findCell(at, term);
  if (next == 0) return 0;
  store<i32>(column + START, <i32>(<i32>load<u8>(at) == quote ? at + 1 : at));
  store<i32>(column + END, <i32>foundEnd);
  store<i32>(column + FLAGS, foundFlags);
  rowFlags |= foundFlags;
  if (foundFlags & HIGH) {
    rowInOrder += 1;
    doubtful = doubtful || !isInOrder(at, foundEnd);
  }
  store<f64>(column + VALUE, NaN);
  store<i32>(column + MET, 0);
  note(column, BY_COLUMN);
  return next + 1;
}

// The end of the cell from `start` on, where `stop` stands; 0 when its column must read it.
function readCell(column: usize, start: usize, stop: i32, term: i32): usize {
  let end: usize = 0;
  switch (load<i32>(column + OP)) {
    // op.text
    case 1:
      end = readText(column, start, stop, term);
      break;
    // op.code
    case 2:
      end = readCode(column, start, stop);
      break;
    // op.integer, whose mark no byte is, and op.number
    case 3:
    case 4:
      end = readNumber(column, start, stop);
      break;
    // op.person
    case 5:
      if (<i32>load<u8>(start + 11) == stop && isPersonNumber(start, load<usize>(column + DAYS))) end = start + 11;
      break;
    // op.organisation
    case 6:
      if (<i32>load<u8>(start + 9) == stop && isOrganisationNumber(start)) end = start + 9;
      break;
    // op.dateYmd
    case 7: {
      const mark = load<i32>(column + MARK);
      if (<i32>load<u8>(start + 10) != stop || <i32>load<u8>(start + 4) != mark) break;
      if (<i32>load<u8>(start + 7) != mark) break;
      end = readDate(column, start, start + 10, v128.load(column + SHUFFLE));
      break;
    }
    // op.dateDmy
    case 8: {
      const mark = load<i32>(column + MARK);
      if (<i32>load<u8>(start + 10) != stop || <i32>load<u8>(start + 2) != mark) break;
      if (<i32>load<u8>(start + 5) != mark) break;
      end = readDate(column, start, start + 10, v128.load(column + SHUFFLE));
      break;
    }
    // op.dateCompact
    case 9:
      if (<i32>load<u8>(start + 8) == stop) end = readDate(column, start, start + 8, v128.load(column + SHUFFLE));
      break;
    // op.dateAny
    case 10: {
      if (<i32>load<u8>(start + 8) == stop) {
        const shuffle = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 16, 16, 16, 16, 16, 16, 16, 16);
        end = readDate(column, start, start + 8, shuffle);
      } else if (<i32>load<u8>(start + 10) == stop) {
        if (load<u8>(start + 4) == 0x2d && load<u8>(start + 7) == 0x2d) {
          const shuffle = i8x16(0, 1, 2, 3, 5, 6, 8, 9, 16, 16, 16, 16, 16, 16, 16, 16);
          end = readDate(column, start, start + 10, shuffle);
        } else if (load<u8>(start + 2) == 0x2e && load<u8>(start + 5) == 0x2e) {
          const shuffle = i8x16(6, 7, 8, 9, 3, 4, 0, 1, 16, 16, 16, 16, 16, 16, 16, 16);
          end = readDate(column, start, start + 10, shuffle);
        }
      }
      break;
    }
    // op.column, of which nothing is known
    default:
      break;
  }
  if (end == 0) return 0;
  const missingLengths = load<u32>(column + MISSING_LENGTHS);
  if (missingLengths == 0) return end;
  // It may be a missing value: a length says so, or is not known for doubled quotes.
  const mayBe = (missingLengths >> <u32>min<usize>(31, end - start)) & 1;
  if (mayBe == 0 && (load<i32>(column + FLAGS) & DOUBLED) == 0) return end;
  undo(column);
  return 0;
}

// Takes back what an operation left of a cell that its column is to read after all.
function undo(column: usize): void {
  const index = <i32>((column - columns) >> COLUMN_SHIFT);
  if (waiting != 0 && load<i32>(pending + (<usize>(waiting - 1) << 2)) >> 2 == index) waiting -= 1;
  rowInOrder -= load<i32>(column + FLAGS) & HIGH;
}

@inline
function readText(column: usize, start: usize, stop: i32, term: i32): usize {
  if (load<u8>(start) == 0x23 || !findText(start, stop, term)) return 0;
  const chars = foundChars;
  const flags = foundFlags;
  if (flags != 0) {
    store<i32>(column + FLAGS, flags);
    rowFlags |= flags;
    rowInOrder += flags & HIGH;
  }
  if (chars < load<i32>(column + MIN_CHARS) || chars > load<i32>(column + MAX_CHARS)) widens(column, chars);
  return foundEnd;
}

@inline
function readCode(column: usize, start: usize, stop: i32): usize {
  const v = load<u64>(start);
  const x = v ^ (<u64>stop * 0x0101010101010101);
  const zero = (x - 0x0101010101010101) & ~x & 0x8080808080808080;
  let length: usize = 8;
  let key = v;
  if (zero != 0) {
    // The lowest bit is right; those above it may not be, which does no harm.
    const bits = ctz(zero) & ~7;
    length = <usize>(bits >> 3);
    key = v & ((<u64>1 << bits) - 1);
  } else if (<i32>load<u8>(start + 8) != stop) {
    return 0;
  }
  let slot =
    load<usize>(column + TABLE) +
    (<usize>((key * load<u64>(column + FACTOR)) >> load<u32>(column + SHIFT)) << 4);
  // An empty slot ends the search, and every table.
  while (load<u64>(slot) != key && load<i32>(slot + 8) != 0) slot += 16;
  const met = load<i32>(slot + 8);
  if (met == 0 || load<u64>(slot) != key) return 0;
  store<i32>(column + MET, met);
  return start + length;
}

@inline
function readNumber(column: usize, start: usize, stop: i32): usize {
  const negative = load<u8>(start) == 0x2d;
  let to = negative ? start + 1 : start;
  let v = load<u64>(to) ^ 0x3030303030303030;
  let t = nonDigits(v);
  let sum: i32 = 0;
  let power: f64 = 1;
  if (t == 0) {
    // Eight digits or more.
    sum = <i32>digitsOf(v);
    to += 8;
    let b = <i32>load<u8>(to);
    if (b != stop) {
      if (b == load<i32>(column + MARK)) {
        to += 1;
        b = <i32>load<u8>(to);
        power = 10;
      }
      if (!isDigit(b)) return 0;
      sum = sum * 10 + b - 0x30;
      to += 1;
      if (<i32>load<u8>(to) != stop) return 0;
    }
  } else {
    const bits = ctz(t) & ~7;
    if (bits == 0) return 0;
    sum = <i32>digitsOf(v << (64 - bits));
    to += <usize>(bits >> 3);
    const b = <i32>load<u8>(to);
    if (b != stop) {
      if (b != load<i32>(column + MARK)) return 0;
      to += 1;
      v = load<u64>(to) ^ 0x3030303030303030;
      t = nonDigits(v);
      if (t == 0) return 0;
      const decimalBits = ctz(t) & ~7;
      if (decimalBits == 0 || bits + decimalBits > 72) return 0;
      const decimals = <usize>(decimalBits >> 3);
      power = load<f64>(tens + (decimals << 3));
      sum = sum * <i32>power + <i32>digitsOf(v << (64 - decimalBits));
      to += decimals;
      if (<i32>load<u8>(to) != stop) return 0;
    }
  }
  let value = <f64>(negative ? 0 - sum : sum);
  if (power != 1) value /= power;
  setValue(column, value, <i32>(to - start));
  return to;
}

@inline
function readDate(column: usize, start: usize, end: usize, shuffle: v128): usize {
  const day = dateAt(start, shuffle);
  if (day < 0) return 0;
  setValue(column, <f64>day, <i32>(end - start));
  return end;
}

@inline
function setValue(column: usize, value: f64, chars: i32): void {
  store<f64>(column + VALUE, value);
  if (
    value < load<f64>(column + MIN_VALUE) ||
    value > load<f64>(column + MAX_VALUE) ||
    chars < load<i32>(column + MIN_CHARS) ||
    chars > load<i32>(column + MAX_CHARS)
  ) {
    widens(column, chars);
  }
}

function widens(column: usize, chars: i32): void {
  store<i32>(column + CHARS, chars);
  note(column, WIDENS);
}

// Bit 7 of each byte that is no digit, where `digits` are the bytes with those of `0` taken away.
@inline
function nonDigits(digits: u64): u64 {
  return (((digits & 0x7f7f7f7f7f7f7f7f) + 0x7676767676767676) | digits) & 0x8080808080808080;
}

// The row's cells that are missing.
function countMissing(): void {
  for (let entry: i32 = 0; entry < waiting; entry++) {
    const column = columns + (<usize>(load<i32>(pending + (<usize>entry << 2)) >> 2) << COLUMN_SHIFT);
    store<f64>(column + MISSING, load<f64>(column + MISSING) + 1);
  }
}

// The number that eight digits make, the first in the lowest byte.
@inline
function digitsOf(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8);
  return (
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 +
      ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32
  );
}

// Finds the end of a cell of text, counts its characters and judges its encoding. False where the column must read it.
function findText(start: usize, stop: i32, term: i32): bool {
  const inQuotes = stop != term;
  const quotes = i8x16.splat(<i8>quote);
  const delimiters = i8x16.splat(<i8>(inQuotes ? quote : delimiter));
  const controls = i8x16.splat(0x0e);
  const encoding = mode;
  let at = start;
  let flags: i32 = 0;
  let following: i32 = 0;
  let doubled: i32 = 0;
  let expected: u32 = 0;
  for (;;) {
    const v = v128.load(at);
    const stops = i8x16.bitmask(
      v128.or(i8x16.lt_u(v, controls), v128.or(i8x16.eq(v, delimiters), i8x16.eq(v, quotes))),
    );
    const n = stops == 0 ? 16 : ctz(stops);
    const range = (<u32>1 << n) - 1;
    const high = <u32>i8x16.bitmask(v) & range;
    if ((high | expected) != 0) {
      flags = HIGH;
      if (encoding == UTF8) {
        const lead2 = <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(v, i8x16.splat(<i8>0xc2)), i8x16.splat(0x1e))) & range;
        // After E0 and ED not every byte may follow (Unicode 15, table 3-7).
        const lead3 =
          <u32>i8x16.bitmask(
            v128.andnot(
              i8x16.lt_u(i8x16.sub(v, i8x16.splat(<i8>0xe1)), i8x16.splat(0x0f)),
              i8x16.eq(v, i8x16.splat(<i8>0xed)),
            ),
          ) & range;
        const trail =
          <u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(v, i8x16.splat(<i8>0x80)), i8x16.splat(0x40))) & range;
        expected |= ((lead2 | lead3) << 1) | (lead3 << 2);
        if ((lead2 | lead3 | trail) != high || (expected & range) != trail) return false;
        expected = expected >> <u32>n;
        if (n < 16 && expected != 0) return false;
        following += popcnt(trail);
      } else if (encoding == UNDECIDED) {
        return false;
      } else {
        // Bytes without a character, and the one without which no Norwegian letter stands there as UTF-8.
        const odd = v128.or(
          v128.or(i8x16.eq(v, i8x16.splat(<i8>0xc3)), i8x16.eq(v, i8x16.splat(<i8>0x81))),
          v128.or(
            v128.or(i8x16.eq(v, i8x16.splat(<i8>0x8d)), i8x16.eq(v, i8x16.splat(<i8>0x8f))),
            v128.or(i8x16.eq(v, i8x16.splat(<i8>0x90)), i8x16.eq(v, i8x16.splat(<i8>0x9d))),
          ),
        );
        if ((<u32>i8x16.bitmask(odd) & range) != 0) return false;
      }
    }
    at += n;
    if (stops == 0) continue;
    const b = <i32>load<u8>(at);
    if (b != stop) return false;
    if (!inQuotes || <i32>load<u8>(at + 1) != quote) break;
    doubled += 1;
    at += 2;
  }
  const length = <i32>(at - start);
  foundEnd = at;
  foundChars = length - following - doubled;
  foundFlags = doubled > 0 ? flags | DOUBLED : flags;
  if (length >= 11 && mayHoldPersonNumber(start, at)) return false;
  return doubled > 0 || !mayBeOfSpreadsheet(start, at);
}

// A run of eleven digits, or of six and five with one blank, point or hyphen between.
function mayHoldPersonNumber(start: usize, end: usize): bool {
  // Five digits together with another are met by looking at every fifth byte.
  let at = start + 4;
  while (at < end && !isDigit(load<u8>(at))) at += 5;
  if (at >= end) return false;
  let run: i32 = 0;
  for (at = start; at <= end; at++) {
    const b = at < end ? <i32>load<u8>(at) : 0;
    if (isDigit(b)) {
      run += 1;
      continue;
    }
    if (run == 11) return true;
    if (run == 6 && (b == 0x20 || b == 0x2d || b == 0x2e) && at + 5 < end && isDigit(load<u8>(at + 1))) return true;
    run = 0;
  }
  return false;
}

// As spreadsheet-cells.ts has it, up to where text would be made of the cell.
function mayBeOfSpreadsheet(start: usize, end: usize): bool {
  const length = <i32>(end - start);
  if (length < 5 || length > 14) return false;
  if (load<u8>(end - 4) == 0x45 && load<u8>(end - 3) == 0x2b && load<u8>(end - 2) >= 0x31) return true;
  if (length > 11) return false;
  const mark: usize = isMark(load<u8>(start + 1))
    ? 1
    : isMark(load<u8>(start + 2))
      ? 2
      : isMark(load<u8>(start + 3))
        ? 3
        : 0;
  if (mark == 0 || isDigit(load<u8>(start)) != mark < 3) return false;
  const after = <i32>load<u8>(start + mark + 1);
  const letter = (after == 0x20 ? <i32>load<u8>(start + mark + 2) : after) | 0x20;
  return mark == 3 || <u32>(letter - 0x61) < 26;
}

@inline
function isMark(b: i32): bool {
  return b >= 0x2d && b <= 0x2f;
}

// Finds the end of a cell that no operation took; its terminator's place, or 0 when the scanner must read the row.
function findCell(from: usize, term: i32): usize {
  const inQuotes = <i32>load<u8>(from) == quote;
  const start = inQuotes ? from + 1 : from;
  let flags: i32 = inQuotes ? QUOTED : 0;
  let to = start;
  for (; ; to++) {
    const b = <i32>load<u8>(to);
    if (b >= 0x80) {
      flags |= HIGH;
    } else if (b == quote) {
      if (!inQuotes) {
        flags |= STRAY_QUOTE;
        continue;
      }
      if (<i32>load<u8>(to + 1) != quote) break;
      flags |= DOUBLED;
      to += 1;
    } else if (b == LF || b == CR || (!inQuotes && b == delimiter)) {
      break;
    } else if (b == 0) {
      flags |= NUL;
    }
  }
  const next = inQuotes ? to + 1 : to;
  // A line end in quotes, a quote that does not end its cell, a cell too many or too few.
  if ((inQuotes && <i32>load<u8>(to) != quote) || <i32>load<u8>(next) != term) return 0;
  foundEnd = to;
  foundFlags = flags;
  return next;
}

// True for bytes that the encoding takes without any doubt.
function isInOrder(start: usize, end: usize): bool {
  if (mode == UNDECIDED) return false;
  let at = start;
  if (mode == UTF8) {
    while (at < end) {
      const b = <i32>load<u8>(at);
      at += 1;
      if (b < 0x80) continue;
      let size: usize = 0;
      if (b >= 0xc2 && b <= 0xdf) size = 1;
      else if (b >= 0xe1 && b <= 0xef && b != 0xed) size = 2;
      if (size == 0 || at + size > end) return false;
      for (let k: usize = 0; k < size; k++) if ((load<u8>(at + k) & 0xc0) != 0x80) return false;
      at += size;
    }
    return true;
  }
  for (; at < end; at++) {
    const b = <i32>load<u8>(at);
    if (b == 0xc3 || b == 0x81 || b == 0x8d || b == 0x8f || b == 0x90 || b == 0x9d) return false;
  }
  return true;
}

// The codes met in the row; those of cells that are none are not counted.
@inline
function countCodes(): void {
  for (let at = codeColumns; at < codeColumnsEnd; at += 4) {
    const met = <usize>load<i32>(<usize>load<i32>(at) + MET);
    if (met != 0) store<f64>(met, load<f64>(met) + 1);
  }
}

// As row-accidents.ts has it.
function beginsAsTotals(): bool {
  if (count < 3) return false;
  for (let index: usize = 0; index < <usize>count; index++) {
    const column = columns + (index << COLUMN_SHIFT);
    const start = load<i32>(column + START);
    const length = load<i32>(column + END) - start;
    if (length == 0) continue;
    if (length > 16) return false;
    const letter = <i32>load<u8>(start) | 0x20;
    return letter == 0x73 || letter == 0x74 || letter == 0x69 || letter == 0x67;
  }
  return false;
}

// True for eleven digits that are a person's number under the 2032 rule.
function isPersonNumber(at: usize, days: usize): bool {
  const digits = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  if ((i8x16.bitmask(i8x16.gt_u(digits, i8x16.splat(9))) & 0x7ff) != 0) return false;
  const low = i16x8.extend_low_i8x16_u(digits);
  const high = i16x8.extend_high_i8x16_u(digits);
  const pairs = i32x4.dot_i16x8_s(low, i16x8(10, 1, 10, 1, 10, 1, 0, 0));
  const day = <i32>load<u8>(days + <usize>i32x4.extract_lane(pairs, 0));
  const month = <i32>load<u8>(days + 100 + <usize>i32x4.extract_lane(pairs, 1));
  if (day == 0 || month == 0 || day > daysIn(month)) return false;
  // A year 00 may be 2000, which was a leap year.
  if (day == 29 && month == 2 && (i32x4.extract_lane(pairs, 2) & 3) != 0) return false;
  const first = i32x4.add(
    i32x4.dot_i16x8_s(low, i16x8(3, 7, 6, 1, 8, 9, 4, 5)),
    i32x4.dot_i16x8_s(high, i16x8(2, 1, 0, 0, 0, 0, 0, 0)),
  );
  const second = i32x4.add(
    i32x4.dot_i16x8_s(low, i16x8(5, 4, 3, 2, 7, 6, 5, 4)),
    i32x4.dot_i16x8_s(high, i16x8(3, 2, 1, 0, 0, 0, 0, 0)),
  );
  return <u32>sumOf(first) % 11 <= 3 && <u32>sumOf(second) % 11 == 0;
}

// True for nine digits with the control digit of an organisation: it makes the sum a multiple of eleven.
function isOrganisationNumber(at: usize): bool {
  const digits = i8x16.sub(v128.load(at), i8x16.splat(0x30));
  if ((i8x16.bitmask(i8x16.gt_u(digits, i8x16.splat(9))) & 0x1ff) != 0) return false;
  const sums = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(digits), i16x8(3, 2, 7, 6, 5, 4, 3, 2));
  return <u32>(sumOf(sums) + i8x16.extract_lane_u(digits, 8)) % 11 == 0;
}

@inline
function sumOf(lanes: v128): i32 {
  const pairs = i32x4.add(lanes, i32x4.shuffle(lanes, lanes, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

// yyyymmdd of the digits at the places of `shuffle`, or -1.
function dateAt(at: usize, shuffle: v128): i32 {
  const digits = i8x16.sub(i8x16.swizzle(v128.load(at), shuffle), i8x16.splat(0x30));
  if ((i8x16.bitmask(i8x16.gt_u(digits, i8x16.splat(9))) & 0xff) != 0) return -1;
  const pairs = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(digits), i16x8(10, 1, 10, 1, 10, 1, 10, 1));
  const century = i32x4.extract_lane(pairs, 0);
  const year = i32x4.extract_lane(pairs, 1);
  const month = i32x4.extract_lane(pairs, 2);
  const day = i32x4.extract_lane(pairs, 3);
  if (day == 0 || month == 0 || month > 12 || day > daysIn(month)) return -1;
  if (day == 29 && month == 2 && ((year == 0 ? century : year) & 3) != 0) return -1;
  return century * 1000000 + year * 10000 + month * 100 + day;
}

@inline
function daysIn(month: i32): i32 {
  if (month == 2) return 29;
  // 31 in January, March, May, July, August, October and December.
  return 30 + ((month ^ (month >> 3)) & 1);
}
