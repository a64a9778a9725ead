/** The transfer routes on a real listener, for people who say who they are in a header. */
import { createHash } from 'node:crypto';
import { createOpenUploads } from '../../../src/api/open-uploads.ts';
import { transferRoutes } from '../../../src/api/transfers.ts';
import { actorFor } from '../../../src/identity/people.ts';
import type { TestCore } from '../../support/core.ts';
import { serve } from '../http/serving.ts';

export async function serveTransfers(core: TestCore, options: { idleMs?: number } = {}) {
  const openUploads = createOpenUploads(options);
  const server = await serve({
    routes: transferRoutes({ ...core, openUploads }),
    identify: async (req) => {
      const name = req.headers['x-person'];
      return typeof name === 'string' ? actorFor(core, name) : undefined;
    },
  });
  return {
    url: server.url,
    port: server.port,
    openUploads,
    async [Symbol.asyncDispose]() {
      await openUploads.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Rows that are accepted, of about so many bytes; the same each time. */
export function rows(bytes: number): Buffer {
  const lines = ['kode;tekst\n'];
  for (let size = 0, n = 0; size < bytes; n += 1) {
    const line = `${n % 10};${createHash('sha256').update(String(n)).digest('hex').replace(/[0-9]/g, 'x')}\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join(''));
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const digest = (bytes: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
