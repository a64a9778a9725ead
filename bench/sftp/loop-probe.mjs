/** Loaded into the server under measurement: writes the delay of its event loop to a file on SIGUSR2, and begins anew. */
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
process.on('SIGUSR2', () => {
  const ms = (ns) => Math.max(0, ns / 1e6 - resolutionMs);
  const seen = {
    pid: process.pid,
    p50: ms(delay.percentile(50)),
    p99: ms(delay.percentile(99)),
    max: ms(delay.max),
  };
  appendFileSync(process.env.DATASLUSE_LOOP_PROBE, `${JSON.stringify(seen)}\n`);
  delay.reset();
});
