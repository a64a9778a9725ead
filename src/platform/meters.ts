/** Measurements for Prometheus: the process's own, HTTP requests, and whatever a part of the service has to show. */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Plain data, of one process. */
export type MeterValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

export interface Meters {
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  /** The same as plain data, for `sumOfMeters` in another process. */
  values(): Promise<MeterValues>;
  onRequest(info: { route: string; method: string; status: number; seconds: number }): void;
  /** A value that is read when it is asked for. Names begin with `datasluse_`; no label ever holds a name or an id. */
  show(name: string, help: string, read: () => number): void;
}

export function createMeters(): Meters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'datasluse_http_request_seconds',
    help: 'HTTP requests by route, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
  const answered = new Counter({
    name: 'datasluse_http_requests_total',
    help: 'HTTP requests answered',
    registers: [registry],
  });
  return {
    text: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
    onRequest({ route, method, status, seconds }) {
      requests.observe({ route, method, status: String(status) }, seconds);
      answered.inc();
    },
    show(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
  };
}

/** The measurements of several processes in one text: sums, but for means where a sum says nothing (prom-client's rules). */
export function sumOfMeters(ofProcesses: readonly MeterValues[]): Promise<string> {
  return AggregatorRegistry.aggregate([...ofProcesses]).metrics();
}
