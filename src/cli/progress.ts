/** A progress bar on a terminal's standard error, for what takes longer than a second. */
import { monotonicMs } from '../platform/clock.ts';

const SILENT_MS = 700;
const EVERY_MS = 100;

export interface Progress {
  advance(bytes: number): void;
  done(): void;
}

/** `totalBytes` is undefined for a stream of unknown length. Draws nothing where there is no terminal. */
export function progressBar(
  to: { isTTY?: boolean; columns?: number; write(text: string): unknown },
  label: string,
  totalBytes: number | undefined,
  unit: 'bytes' | 'keys' = 'bytes',
): Progress {
  const startedMs = monotonicMs();
  let drawnMs = 0;
  let bytes = 0;
  let drawn = false;

  function draw(nowMs: number): void {
    drawnMs = nowMs;
    drawn = true;
    const perS = bytes / Math.max(0.001, (nowMs - startedMs) / 1000);
    const speed = unit === 'keys' ? `${perS.toFixed(0)} keys/s` : `${(perS / 1e6).toFixed(0)} MB/s`;
    const leftS = totalBytes === undefined || perS === 0 ? undefined : Math.max(0, totalBytes - bytes) / perS;
    const rate = leftS === undefined ? speed : `${speed}  ${timeLeft(leftS)}`;
    if (totalBytes === undefined || totalBytes === 0) {
      to.write(`\r\x1b[2K${label}  ${(bytes / 1e6).toFixed(1)} MB  ${rate}`);
      return;
    }
    const share = Math.min(1, bytes / totalBytes);
    const width = Math.max(10, Math.min(40, (to.columns ?? 80) - label.length - 34));
    const filled = Math.round(share * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    to.write(`\r\x1b[2K${label}  ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${rate}`);
  }

  return {
    advance(more) {
      bytes += more;
      if (to.isTTY !== true) return;
      const nowMs = monotonicMs();
      if (nowMs - startedMs > SILENT_MS && nowMs - drawnMs > EVERY_MS) draw(nowMs);
    },
    done() {
      if (drawn) to.write('\r\x1b[2K');
    },
  };
}

/** `4:07`, or `2:03:11` from an hour on. */
function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
