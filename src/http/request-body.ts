/** Bodies of requests: read at the handler's pace when a route takes files, and let go of when they do not come or nobody wants them. */
import type { Request, Response } from 'express';

export interface BodyLimits {
  /** From the headers to the last byte of a body that is no file. */
  readonly wholeMs: number;
  /** Without a byte of a file. */
  readonly stallMs: number;
  /** How long a client may go on sending after it has been answered: time to see that it was refused. */
  readonly lingerMs: number;
}

export const defaultBodyLimits: BodyLimits = { wholeMs: 60_000, stallMs: 120_000, lingerMs: 5_000 };

const files = new WeakSet<Request>();

/** Cuts the connection when a body takes too long, or goes on long after the answer. */
export function limitBody(req: Request, res: Response, limits: BodyLimits): void {
  if (!hasBody(req)) return;
  const { socket } = req;
  let timer = setTimeout(() => {
    if (!req.complete && !files.has(req)) socket.destroy();
  }, limits.wholeMs);
  res.once('finish', () => {
    clearTimeout(timer);
    if (!req.complete) timer = setTimeout(() => socket.destroy(), limits.lingerMs);
  });
  const over = (): void => {
    clearTimeout(timer);
    // A connection that is kept alive lives on with the next request.
    socket.off('close', over);
  };
  req.once('end', over);
  socket.once('close', over);
}

/** RFC 9112, section 6.3: a request has a body when one of these fields says so. */
export function hasBody(req: Pick<Request, 'headers'>): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

/** Tells a client that asked first (`Expect: 100-continue`) to send its body now. */
export function bidContinue(req: Request, res: Response): void {
  if (/^100-continue$/i.test(req.headers.expect ?? '') && !res.headersSent) res.writeContinue();
}

/**
 * The body as it comes; the next bytes are taken from the connection when the last have been dealt with. The client is
 * bidden to send when the first are asked for, so a refusal costs it nothing. Whoever stops reading may still answer.
 * Rejects when the client is gone, or has sent nothing for `stallMs`: then it is cut off.
 */
export async function* streamBody(
  req: Request,
  res: Response,
  { stallMs }: Pick<BodyLimits, 'stallMs'>,
): AsyncGenerator<Uint8Array, undefined> {
  if (!hasBody(req)) return;
  files.add(req);
  // What is done with a file's last byte may take longer than an idle connection gets.
  req.socket.setTimeout(0);
  bidContinue(req, res);
  const chunks = req.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const stalled = setTimeout(() => req.destroy(new Error('The client has stopped sending.')), stallMs);
      const next = await chunks.next().finally(() => clearTimeout(stalled));
      if (next.done === true) return;
      yield next.value as Uint8Array;
    }
  } finally {
    await chunks.return?.();
  }
}
