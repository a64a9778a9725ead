/** Durations as ISO 8601 writes them (`P1Y2M`, `P3W`, `PT4H30M`). */
import type { CellType } from './cell-type.ts';

const day = 86_400;
/** The mean year and month of the Gregorian calendar, in seconds: what puts P1M and P30D in order. */
const year = 365.2425 * day;
const month = year / 12;

interface Unit {
  readonly letter: number;
  readonly seconds: number;
  readonly time: boolean;
}

const units: readonly Unit[] = (
  [
    ['Y', year, false],
    ['M', month, false],
    ['W', 7 * day, false],
    ['D', day, false],
    ['H', 3600, true],
    ['M', 60, true],
    ['S', 1, true],
  ] as const
).map(([letter, seconds, time]) => ({ letter: letter.charCodeAt(0), seconds, time }));

export function durationType(): CellType {
  const type: CellType = {
    kind: 'duration',
    value: Number.NaN,
    expected: 'P1Y2M3D | PT4H30M',
    show,
    read: (buf, start, end) => {
      type.value = readDuration(buf, start, end);
      return Number.isNaN(type.value) ? 'type-error/duration' : null;
    },
  };
  return type;
}

/** Seconds, with mean months and years; NaN when it is no duration. A fraction may stand in the last part only. */
function readDuration(buf: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = buf[at] === 0x2d;
  if (at < end && (negative || buf[at] === 0x2b)) at += 1;
  if (at >= end || buf[at] !== 0x50) return Number.NaN;
  at += 1;
  let value = 0;
  let unit = 0;
  let time = false;
  let whole = true;
  while (at < end) {
    if (buf[at] === 0x54) {
      if (time) return Number.NaN;
      time = true;
      at += 1;
    }
    const first = at;
    let count = 0;
    for (; at < end && isDigit(buf[at]!); at++) count = count * 10 + buf[at]! - 0x30;
    if (at === first || !whole) return Number.NaN;
    if (at < end && (buf[at] === 0x2e || buf[at] === 0x2c)) {
      const mark = at;
      let unitOfDigit = 1;
      for (at += 1; at < end && isDigit(buf[at]!); at++) {
        unitOfDigit /= 10;
        count += (buf[at]! - 0x30) * unitOfDigit;
      }
      if (at === mark + 1) return Number.NaN;
      whole = false;
    }
    if (at >= end) return Number.NaN;
    while (unit < units.length && (units[unit]!.letter !== buf[at] || units[unit]!.time !== time)) unit += 1;
    if (unit === units.length) return Number.NaN;
    value += count * units[unit]!.seconds;
    unit += 1;
    at += 1;
  }
  if (unit === 0 || buf[end - 1] === 0x54) return Number.NaN;
  return negative ? -value : value;
}

function isDigit(b: number): boolean {
  return b >= 0x30 && b <= 0x39;
}

/** In the largest unit of which there are two or more, rounded down: as much as a bound has to say. */
function show(value: number): string {
  const size = Math.abs(value);
  const unit = units.find(({ seconds, letter }) => letter !== 0x57 && size >= 2 * seconds) ?? units.at(-1)!;
  const count = Math.floor(size / unit.seconds);
  return `${value < 0 ? '-' : ''}P${unit.time ? 'T' : ''}${count}${String.fromCharCode(unit.letter)}`;
}
