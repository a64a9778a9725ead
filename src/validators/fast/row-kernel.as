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
const SHUFFLE: usize = 96; // of dates: where the digits of yyyymmdd stand

// What `run` answers.
const WINDOW_READ: i32 = 0; // all rows that begin before the limit
const LEFT: i32 = 1; // the row at STATE_AT is the scanner's
const SETTLE: i32 = 2; // the row shown is sound; its list of work waits
const RECORD: i32 = 3; // the row shown is the generic path's

// Work left for a cell.
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
let starts: usize = 0;
let ends: usize = 0;
let flagsOf: usize = 0;
let pending: usize = 0;
let delimiter: i32 = 0;
let quote: i32 = 0;
let headerLength: i32 = 0;
let headerFirst: i32 = 0;
let hasMissingWords: bool = false;
let hasCodes: bool = false;
let tens: usize = 0; // powers of ten, 64-bit floats
let mode: i32 = 0;

// Of the cell found last.
let foundEnd: usize = 0;
let foundChars: i32 = 0;
let foundFlags: i32 = 0;
let foundDoubtful: bool = false;

export function prepare(
  countOf: i32,
  columnsAt: usize,
  startsAt: usize,
  endsAt: usize,
  flagsAt: usize,
  pendingAt: usize,
  tensAt: usize,
  delimiterByte: i32,
  quoteByte: i32,
  headerBytes: i32,
  headerByte: i32,
  missingWords: bool,
  codes: bool,
): void {
  count = countOf;
  columns = columnsAt;
  starts = startsAt;
  ends = endsAt;
  flagsOf = flagsAt;
  pending = pendingAt;
  tens = tensAt;
  delimiter = delimiterByte;
  quote = quoteByte;
  headerLength = headerBytes;
  headerFirst = headerByte;
  hasMissingWords = missingWords;
  hasCodes = codes;
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
  const last = count - 1;
  let rows: i32 = 0;
  let inOrder: i32 = 0;
  let at = from;
  let rowStart = from;
  let answer = WINDOW_READ;
  while (at < limit) {
    let waiting: i32 = 0;
    let hasWork = false;
    let rowFlags: i32 = 0;
    let rowInOrder: i32 = 0;
    let doubtful = false;
    let left = false;
    for (let index: i32 = 0; index < count; index++) {
      const column = columns + (<usize>index << COLUMN_SHIFT);
      const term = index == last ? lineEnd : delimiter;
      let start = at;
      let first = <i32>load<u8>(at);
      if (first == term) {
        store<i32>(starts + (<usize>index << 2), <i32>at);
        store<i32>(ends + (<usize>index << 2), <i32>at);
        store<i32>(flagsOf + (<usize>index << 2), 0);
        store<i32>(column + MET, 0);
        const left = load<i32>(column + EMPTY);
        store<i32>(pending + (<usize>waiting << 2), (index << 2) | left);
        waiting += 1;
        hasWork = hasWork || left == BY_COLUMN;
        at += 1;
        continue;
      }
      let stop = term;
      if (first == quote) {
        stop = quote;
        start += 1;
        first = <i32>load<u8>(start);
      }
      let end: usize = 0;
      let chars: i32 = 0;
      let cellFlags: i32 = 0;
      let note = false;
      let isDate = false;
      let shuffle = i8x16.splat(0);
      const op = load<i32>(column + OP);
      switch (op) {
        // op.column
        case 0:
          break;
        // op.text
        case 1: {
          if (first == stop || first == 0x23 || !findText(start, stop, term)) break;
          end = foundEnd;
          chars = foundChars;
          cellFlags = foundFlags;
          note = chars < load<i32>(column + MIN_CHARS) || chars > load<i32>(column + MAX_CHARS);
          break;
        }
        // op.code
        case 2: {
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
            break;
          }
          let slot =
            load<usize>(column + TABLE) +
            (<usize>((key * load<u64>(column + FACTOR)) >> load<u32>(column + SHIFT)) << 4);
          // An empty slot ends the search, and every table.
          while (load<u64>(slot) != key && load<i32>(slot + 8) != 0) slot += 16;
          const met = load<i32>(slot + 8);
          if (met == 0 || load<u64>(slot) != key) break;
          store<i32>(column + MET, met);
          end = start + length;
          break;
        }
        // op.integer, whose mark no byte is, and op.number
        case 3:
        case 4: {
          let to = start;
          const negative = first == 0x2d;
          if (negative) to += 1;
          let v = load<u64>(to) ^ 0x3030303030303030;
          let t = (((v & 0x7f7f7f7f7f7f7f7f) + 0x7676767676767676) | v) & 0x8080808080808080;
          if (t == 0) {
            // Eight digits or more.
            const eight = <i32>digitsOf(v);
            const d = <i32>load<u8>(to + 8) - 0x30;
            if (<u32>d <= 9) {
              if (<i32>load<u8>(to + 9) != stop) break;
              to += 9;
              end = to;
              setValue(column, <f64>(negative ? 0 - (eight * 10 + d) : eight * 10 + d));
            } else {
              to += 8;
              if (<i32>load<u8>(to) == stop) {
                end = to;
                setValue(column, <f64>(negative ? 0 - eight : eight));
              } else {
                if (<i32>load<u8>(to) != load<i32>(column + MARK)) break;
                const e = <i32>load<u8>(to + 1) - 0x30;
                if (<u32>e > 9 || <i32>load<u8>(to + 2) != stop) break;
                to += 2;
                end = to;
                const sum = eight * 10 + e;
                setValue(column, <f64>(negative ? 0 - sum : sum) / 10);
              }
            }
          } else {
            const bits = ctz(t) & ~7;
            if (bits == 0) break;
            const whole = <i32>(bits >> 3);
            let sum = <i32>digitsOf(v << (64 - bits));
            to += <usize>whole;
            const b = <i32>load<u8>(to);
            if (b == stop) {
              end = to;
              setValue(column, <f64>(negative ? 0 - sum : sum));
            } else {
              if (b != load<i32>(column + MARK)) break;
              to += 1;
              v = load<u64>(to) ^ 0x3030303030303030;
              t = (((v & 0x7f7f7f7f7f7f7f7f) + 0x7676767676767676) | v) & 0x8080808080808080;
              if (t == 0) break;
              const decimalBits = ctz(t) & ~7;
              const decimals = <i32>(decimalBits >> 3);
              if (decimals == 0 || whole + decimals > 9 || <i32>load<u8>(to + <usize>decimals) != stop) break;
              const power = load<f64>(tens + (<usize>decimals << 3));
              sum = sum * <i32>power + <i32>digitsOf(v << (64 - decimalBits));
              to += <usize>decimals;
              end = to;
              setValue(column, <f64>(negative ? 0 - sum : sum) / power);
            }
          }
          chars = <i32>(to - start);
          const value = load<f64>(column + VALUE);
          note =
            value < load<f64>(column + MIN_VALUE) ||
            value > load<f64>(column + MAX_VALUE) ||
            chars < load<i32>(column + MIN_CHARS) ||
            chars > load<i32>(column + MAX_CHARS);
          break;
        }
        // op.person
        case 5: {
          if (<i32>load<u8>(start + 11) != stop) break;
          if (isPersonNumber(start, load<usize>(column + DAYS))) end = start + 11;
          break;
        }
        // op.organisation
        case 6: {
          if (<i32>load<u8>(start + 9) != stop) break;
          if (isOrganisationNumber(start)) end = start + 9;
          break;
        }
        // op.dateYmd
        case 7: {
          const mark = load<i32>(column + MARK);
          if (<i32>load<u8>(start + 10) != stop || <i32>load<u8>(start + 4) != mark) break;
          if (<i32>load<u8>(start + 7) != mark) break;
          shuffle = v128.load(column + SHUFFLE);
          isDate = true;
          end = start + 10;
          break;
        }
        // op.dateDmy
        case 8: {
          const mark = load<i32>(column + MARK);
          if (<i32>load<u8>(start + 10) != stop || <i32>load<u8>(start + 2) != mark) break;
          if (<i32>load<u8>(start + 5) != mark) break;
          shuffle = v128.load(column + SHUFFLE);
          isDate = true;
          end = start + 10;
          break;
        }
        // op.dateCompact
        case 9: {
          if (<i32>load<u8>(start + 8) != stop) break;
          shuffle = v128.load(column + SHUFFLE);
          isDate = true;
          end = start + 8;
          break;
        }
        // op.dateAny
        case 10: {
          if (<i32>load<u8>(start + 8) == stop) {
            shuffle = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 16, 16, 16, 16, 16, 16, 16, 16);
            end = start + 8;
          } else if (<i32>load<u8>(start + 10) == stop) {
            if (load<u8>(start + 4) == 0x2d && load<u8>(start + 7) == 0x2d) {
              shuffle = i8x16(0, 1, 2, 3, 5, 6, 8, 9, 16, 16, 16, 16, 16, 16, 16, 16);
            } else if (load<u8>(start + 2) == 0x2e && load<u8>(start + 5) == 0x2e) {
              shuffle = i8x16(6, 7, 8, 9, 3, 4, 0, 1, 16, 16, 16, 16, 16, 16, 16, 16);
            } else {
              break;
            }
            end = start + 10;
          } else {
            break;
          }
          isDate = true;
          break;
        }
      }
      if (isDate) {
        const day = dateAt(start, shuffle);
        if (day < 0) {
          end = 0;
        } else {
          chars = <i32>(end - start);
          const value = <f64>day;
          store<f64>(column + VALUE, value);
          note =
            value < load<f64>(column + MIN_VALUE) ||
            value > load<f64>(column + MAX_VALUE) ||
            chars < load<i32>(column + MIN_CHARS) ||
            chars > load<i32>(column + MAX_CHARS);
        }
      }
      if (end != 0 && stop != term) {
        // A quote that does not end the cell, or a doubled one.
        if (<i32>load<u8>(end + 1) != term) end = 0;
        else cellFlags |= QUOTED;
      }
      if (end == 0) {
        const next = findCell(at, term);
        if (next == 0) {
          left = true;
          break;
        }
        store<i32>(starts + (<usize>index << 2), <i32>start);
        store<i32>(ends + (<usize>index << 2), <i32>foundEnd);
        store<i32>(flagsOf + (<usize>index << 2), foundFlags);
        rowFlags |= foundFlags;
        if (foundFlags & HIGH) rowInOrder += 1;
        doubtful = doubtful || foundDoubtful;
        store<f64>(column + VALUE, NaN);
        store<i32>(column + MET, 0);
        store<i32>(pending + (<usize>waiting << 2), (index << 2) | BY_COLUMN);
        waiting += 1;
        hasWork = true;
        at = next + 1;
        continue;
      }
      store<i32>(starts + (<usize>index << 2), <i32>start);
      store<i32>(ends + (<usize>index << 2), <i32>end);
      store<i32>(flagsOf + (<usize>index << 2), cellFlags);
      rowFlags |= cellFlags;
      rowInOrder += cellFlags & HIGH;
      at = stop == term ? end + 1 : end + 2;
      if (hasMissingWords && ((load<u32>(column + MISSING_LENGTHS) >> <u32>min<usize>(31, end - start)) & 1 || cellFlags & DOUBLED)) {
        store<i32>(column + MET, 0);
        store<i32>(pending + (<usize>waiting << 2), (index << 2) | BY_COLUMN);
        waiting += 1;
        hasWork = true;
      } else if (note) {
        store<i32>(column + CHARS, chars);
        store<i32>(pending + (<usize>waiting << 2), (index << 2) | WIDENS);
        waiting += 1;
        hasWork = true;
      }
    }
    if (left) {
      answer = LEFT;
      break;
    }

    // At the byte after the row's line end, or after the first of its two bytes.
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
    const rowFirst = <i32>load<u8>(rowStart);
    if (
      awaited ||
      doubtful ||
      length == last ||
      (rowFlags & (NUL | STRAY_QUOTE)) != 0 ||
      rowFirst == 0xef ||
      (length == headerLength && rowFirst == headerFirst) ||
      // Half of a line of totals is empty, and an empty cell is always noted.
      (waiting * 2 >= last && beginsAsTotals())
    ) {
      answer = RECORD;
    } else {
      inOrder += rowInOrder;
      if (hasCodes) countCodes();
      if (hasWork || rulesNeeded) {
        answer = SETTLE;
      } else {
        for (let entry: i32 = 0; entry < waiting; entry++) {
          const column = columns + (<usize>(load<i32>(pending + (<usize>entry << 2)) >> 2) << COLUMN_SHIFT);
          store<f64>(column + MISSING, load<f64>(column + MISSING) + 1);
        }
        rows += 1;
        rowStart = at;
        continue;
      }
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

@inline
function setValue(column: usize, value: f64): void {
  store<f64>(column + VALUE, value);
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
  foundDoubtful = (flags & HIGH) != 0 && !isInOrder(start, to);
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

// The codes met in the row; those of cells that are none are counted at a place that is nobody's.
function countCodes(): void {
  for (let index: i32 = 0; index < count; index++) {
    const column = columns + (<usize>index << COLUMN_SHIFT);
    if (load<i32>(column + OP) != 2) continue;
    const met = <usize>load<i32>(column + MET);
    if (met != 0) store<f64>(met, load<f64>(met) + 1);
  }
}

// As row-accidents.ts has it.
function beginsAsTotals(): bool {
  if (count < 3) return false;
  for (let index: usize = 0; index < <usize>count; index++) {
    const start = load<i32>(starts + (index << 2));
    const length = load<i32>(ends + (index << 2)) - start;
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
