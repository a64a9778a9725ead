/**
 * Loaded into the server under measurement: writes the delay of its event loop, and what its garbage collector did on the
 * main thread, to a file on SIGUSR2, and begins anew.
 */
import { appendFileSync } from 'node:fs';
import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const resolutionMs = 1;
const kinds = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
};

if (isMainThread && process.argv[2] === 'serve') {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let collected = {};
  new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries()) {
      const kind = kinds[detail.kind] ?? 'other';
      collected[kind] ??= { count: 0, ms: 0 };
      collected[kind].count += 1;
      collected[kind].ms += duration;
    }
  }).observe({ entryTypes: ['gc'] });
  process.on('SIGUSR2', () => {
    const ms = (ns) => Math.max(0, ns / 1e6 - resolutionMs);
    const seen = {
      pid: process.pid,
      p50: ms(delay.percentile(50)),
      p99: ms(delay.percentile(99)),
      max: ms(delay.max),
      collected,
    };
    appendFileSync(process.env.DATASLUSE_LOOP_PROBE, `${JSON.stringify(seen)}\n`);
    delay.reset();
    collected = {};
  });
}
