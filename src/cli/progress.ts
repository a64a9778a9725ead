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
): Progress {
  const startedMs = monotonicMs();
  let drawnMs = 0;
  let bytes = 0;
  let drawn = false;

  function draw(nowMs: number): void {
    drawnMs = nowMs;
    drawn = true;
    const rate = `${(bytes / 1e6 / Math.max(0.001, (nowMs - startedMs) / 1000)).toFixed(0)} MB/s`;
    if (totalBytes === undefined || totalBytes === 0) {
      to.write(`\r\x1b[2K${label}  ${(bytes / 1e6).toFixed(1)} MB  ${rate}`);
      return;
    }
    const share = Math.min(1, bytes / totalBytes);
    const width = Math.max(10, Math.min(40, (to.columns ?? 80) - label.length - 24));
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
