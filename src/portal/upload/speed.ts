/** How fast bytes go, from the last seconds of them, and how long the rest takes. Pure. */

/** Long enough to smooth a burst, short enough to notice a change. */
const windowMs = 8_000;
/** Before that a speed is a guess. */
const shortestMs = 1_000;

export interface Speedometer {
  /** `bytes` is how far it is in all. */
  note(bytes: number, nowMs: number): void;
  /** Bytes a second; null while too little is known. */
  speed(nowMs: number): number | null;
}

export function createSpeedometer(): Speedometer {
  let noted: { bytes: number; atMs: number }[] = [];
  return {
    note(bytes, nowMs) {
      const last = noted.at(-1);
      // It went back: what was on its way was lost. Counting begins anew.
      if (last !== undefined && bytes < last.bytes) noted = [];
      noted.push({ bytes, atMs: nowMs });
      while (noted.length > 2 && (noted[1]?.atMs ?? nowMs) < nowMs - windowMs) noted.shift();
    },
    speed(nowMs) {
      const [first] = noted;
      const last = noted.at(-1);
      if (first === undefined || last === undefined || nowMs - first.atMs < shortestMs) return null;
      return ((last.bytes - first.bytes) * 1000) / (nowMs - first.atMs);
    },
  };
}

/** Milliseconds for `bytes` more; null at a standstill. */
export function timeLeftMs(bytes: number, speed: number | null): number | null {
  return speed === null || speed < 1 ? null : (bytes / speed) * 1000;
}
