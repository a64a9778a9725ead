/** Looks for identity numbers in text where none is declared. */
import { isPersonNumber } from './identity-numbers.ts';

const eleven = new Uint8Array(11);

/** True when a run of eleven digits, or six and five with one blank, point or hyphen between, is a person's number. */
export function findPersonNumber(buf: Uint8Array, start: number, end: number): boolean {
  let run = 0;
  for (let at = start; at <= end; at++) {
    const b = at < end ? buf[at]! : 0;
    if (b >= 0x30 && b <= 0x39) {
      run += 1;
      continue;
    }
    if (run === 11 && isPersonNumber(buf, at - 11)) return true;
    if (run === 6 && (b === 0x20 || b === 0x2d || b === 0x2e) && digitsFrom(buf, at + 1, end) === 5) {
      eleven.set(buf.subarray(at - 6, at), 0);
      eleven.set(buf.subarray(at + 1, at + 6), 6);
      if (isPersonNumber(eleven, 0)) return true;
    }
    run = 0;
  }
  return false;
}

/** Digits from `at` on, counted up to six. */
function digitsFrom(buf: Uint8Array, at: number, end: number): number {
  let count = 0;
  while (count < 6 && at + count < end && buf[at + count]! >= 0x30 && buf[at + count]! <= 0x39) count += 1;
  return count;
}
