/** Requests as an attacker sends them: any header field, any path, nothing mended and nothing followed. */
import { request } from 'node:http';
import { connect } from 'node:net';

export interface BareAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** An answer that does not end by itself is left after its header fields. */
export function bareAsk(
  port: number,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<BareAnswer> {
  return new Promise((resolve, reject) => {
    const { headers = {}, body } = options;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false },
      (answer) => {
        const fields = new Headers();
        for (const [name, values] of Object.entries(answer.headersDistinct))
          for (const value of values ?? []) fields.append(name, value);
        const done = (text: string) => resolve({ status: answer.statusCode ?? 0, headers: fields, text });
        if (fields.get('content-type')?.startsWith('text/event-stream') === true) {
          sent.destroy();
          done('');
          return;
        }
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => done(Buffer.concat(parts).toString('utf8')));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends the bytes, and gives all that comes back until the server ends the connection. */
export function bareBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (part) => {
      text += part.toString('latin1');
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(text) : reject(error),
    );
  });
}
