/** Live progress of a project's uploads, by server-sent events: bytes and rule counts while they run, then the verdict. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineRoute, type Person, type Route } from '../http/route.ts';
import type { AccessWatch } from '../identity/access-watch.ts';
import { seenInbound } from '../inbound/listing.ts';
import type { UploadDeps } from '../inbound/upload.ts';
import { type UploadUnderWay, watchUploads } from '../inbound/upload-progress.ts';
import { monotonicMs } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import { closing } from './byte-source.ts';
import { inboundLinks } from './inbound-links.ts';

export interface ProgressDeps extends Pick<UploadDeps, 'db' | 'clock' | 'uploads'> {
  access: AccessWatch;
  /** How often it is looked; default 500 ms. */
  lookEveryMs?: number;
}

/** More often than proxies give up on a silent answer, and than the listener does. */
const HEARTBEAT_MS = 15_000;
/** Of one person at a time: several pages, several devices. */
const LIMIT_STREAMS = 8;

export function progressRoute(deps: ProgressDeps): Route {
  const streams = new Map<string, number>();

  function enter({ personId }: Person): () => Promise<void> {
    const open = streams.get(personId) ?? 0;
    if (open >= LIMIT_STREAMS) {
      throw new AppError('too-many-requests', {
        nb: 'Du følger allerede med i så mange vinduer som vi tillater. Lukk ett av dem.',
        en: 'You are already following in as many windows as we allow. Close one of them.',
      });
    }
    streams.set(personId, open + 1);
    return async () => {
      const left = (streams.get(personId) ?? 1) - 1;
      if (left === 0) streams.delete(personId);
      else streams.set(personId, left);
    };
  }

  return defineRoute({
    method: 'get',
    path: '/api/v1/projects/{projectId}/inbox/progress',
    summary:
      'Server-sent events: `uploads` (those under way), `received` (one with its verdict), `stopped` (one that was broken off), `end` (your access has ended)',
    permission: 'signed-in',
    request: { params: z.object({ projectId: z.string() }) },
    responses: { 200: { description: 'The events', contentType: 'text/event-stream' } },
    problems: ['closed', 'not-found', 'too-many-requests'],
    handler: async ({ params }, { actor, signal }) => {
      const look = watchUploads(deps, actor, params.projectId);
      await look();
      const leave = enter(actor);
      const next = eventsOf(deps, actor, look, signal);
      return {
        status: 200,
        // nginx would gather the events otherwise.
        headers: { 'x-accel-buffering': 'no' },
        body: closing(async () => encoded(await next()), leave),
      };
    },
  });
}

function encoded(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}

/** Gives the next events whenever there are some; undefined when the client is gone or has lost access. */
function eventsOf(
  deps: ProgressDeps,
  actor: Person,
  look: () => Promise<readonly UploadUnderWay[]>,
  signal: AbortSignal,
): () => Promise<string | undefined> {
  let told: string | undefined;
  let running: readonly string[] = [];
  let toldAtMs = 0;
  let over = false;

  async function news(): Promise<string> {
    const uploads = await look();
    const shown = uploads.map(({ id, name, uploaderId, bytes, announcedBytes, counts }) => {
      return { id, name, uploader: uploaderId, bytes, announcedBytes, counts };
    });
    const ids = uploads.flatMap(({ id }) => (id === null ? [] : [id]));
    const gone = running.filter((id) => !ids.includes(id));
    const endings = await Promise.all(gone.map((id) => endingOf(deps, actor, id)));
    running = ids;
    const state = JSON.stringify({ uploads: shown });
    const changed = state === told ? '' : `event: uploads\ndata: ${state}\n\n`;
    told = state;
    return changed + endings.join('');
  }

  return async () => {
    while (!signal.aborted && !over) {
      let text: string;
      try {
        text = await news();
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        over = true;
        return event('end', { code: thrown.code });
      }
      if (text === '' && monotonicMs() - toldAtMs > HEARTBEAT_MS) text = ': still here\n\n';
      if (text !== '') {
        toldAtMs = monotonicMs();
        return text;
      }
      await wait(deps.lookEveryMs ?? 500, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  };
}

/** What became of an upload that is no longer under way. */
async function endingOf(deps: ProgressDeps, actor: Person, id: string): Promise<string> {
  try {
    const { projectId, name, version, state } = await seenInbound(deps, actor, id);
    return event('received', { id, name, version, verdict: state, links: inboundLinks(projectId, id) });
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return event('stopped', { id });
  }
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
