/** A line with a round trip: forwards TCP on this machine, each byte later by half of it. Bandwidth is not limited. */
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What may be on the line in one direction before it pushes back; far above any SSH window. */
const lineBytes = 64 * 1024 * 1024;

function forward(from: Socket, to: Socket, delayMs: number): void {
  const line: { due: number; chunk: Buffer | undefined }[] = [];
  let held = 0;
  let waits = false;

  function deliver(): void {
    waits = false;
    const now = performance.now();
    to.cork();
    while (line[0] !== undefined && line[0].due <= now) {
      const { chunk } = line.shift()!;
      if (chunk === undefined) to.end();
      else {
        held -= chunk.length;
        to.write(chunk);
      }
    }
    to.uncork();
    if (held < lineBytes) from.resume();
    if (line[0] !== undefined) deliverIn(Math.max(0, line[0].due - now));
  }
  function put(chunk: Buffer | undefined): void {
    line.push({ due: performance.now() + delayMs, chunk });
    if (!waits) deliverIn(delayMs);
  }
  function deliverIn(ms: number): void {
    waits = true;
    setTimeout(deliver, ms);
  }
  from.on('data', (chunk: Buffer) => {
    held += chunk.length;
    if (held >= lineBytes) from.pause();
    put(chunk);
  });
  from.on('end', () => put(undefined));
  from.on('error', () => to.destroy());
  from.on('close', () => from.readableEnded || to.destroy());
}

/** Listens on a port of its own and forwards to `port`. */
export async function startDelayProxy(
  port: number,
  roundTripMs: number,
): Promise<{ port: number; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    near.setNoDelay(true);
    far.setNoDelay(true);
    forward(near, far, roundTripMs / 2);
    forward(far, near, roundTripMs / 2);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return { port: (server.address() as { port: number }).port, server };
}
