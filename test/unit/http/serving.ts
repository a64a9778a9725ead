/** A real application on a real port, for tests of the HTTP plumbing. */
import type { RequestListener } from 'node:http';
import { type AppDeps, createApp } from '../../../src/http/app.ts';
import { startHttpListener } from '../../../src/http/listener.ts';
import type { Log } from '../../../src/platform/log.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/random.ts';

interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

export async function serveListener(app: RequestListener): Promise<Serving> {
  const listener = await startHttpListener(app, { host: '127.0.0.1', port: 0 });
  const { port } = listener.address;
  return { url: `http://127.0.0.1:${port}`, port, [Symbol.asyncDispose]: () => listener.close() };
}

export function serve(deps: Pick<AppDeps, 'routes'> & Partial<AppDeps>): Promise<Serving> {
  return serveListener(createApp({ log: silentLog, random: systemRandom, ...deps }));
}

/** A log that keeps what it was told at error level. */
export function keepingLog(): { log: Log; errors: unknown[] } {
  const errors: unknown[] = [];
  const log = {
    ...silentLog,
    child: () => log,
    error: (...told: unknown[]) => errors.push(told),
  } as unknown as Log;
  return { log, errors };
}
