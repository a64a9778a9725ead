/** The inbox as files: a drop box for what is sent, with report and receipt beside each file that has been answered. */
import type { Temporal } from 'temporal-polyfill';
import { createGate } from '../../identity/access-watch.ts';
import { languageOf } from '../../identity/people.ts';
import { may } from '../../identity/permissions.ts';
import { openInbound, rereadInbound } from '../../inbound/content.ts';
import {
  type InboundFile,
  inboundReceipt,
  inboundReport,
  listInbound,
  newestInbound,
} from '../../inbound/listing.ts';
import { type Companion, companionOf, companions } from '../../inbound/names.ts';
import { reportText } from '../../inbound/receipts.ts';
import { reportForPeople } from '../../inbound/report-text.ts';
import { openUpload, type Upload, type UploadDeps, unfinishedUpload } from '../../inbound/upload.ts';
import { AppError } from '../../platform/errors.ts';
import type { Attributes, Entry, OpenFile, OpenOptions } from '../file-tree.ts';
import { file, nothingThere, readOnlyFile, textFile } from './attributes.ts';
import { gated } from './gated.ts';
import type { Person, WatchDeps } from './person.ts';

/** For its sender: to write anew. Until it is accepted they may read it too, and staff may at all times. */
const MODE_FILE = 0o620;
const MODE_COMPANION = 0o440;

export interface Inbox {
  list(actor: Person, projectId: string): Promise<Entry[]>;
  stat(actor: Person, projectId: string, name: string): Promise<Attributes>;
  open(actor: Person, projectId: string, name: string, options: OpenOptions): Promise<OpenFile>;
}

export function createInbox(deps: UploadDeps & WatchDeps): Inbox {
  /** Texts of answered files never change, so one session makes each once. */
  const texts = new Map<string, string>();

  async function companionText(actor: Person, answered: InboundFile, companion: Companion): Promise<string> {
    // A person reads one language, and everybody their own.
    const key = `${actor.personId}/${answered.id}/${answered.version}/${companion}`;
    const known = texts.get(key);
    if (known !== undefined) return known;
    const text = await makeText(actor, answered, companion);
    if (texts.size > 2000) texts.clear();
    texts.set(key, text);
    return text;
  }

  async function makeText(actor: Person, answered: InboundFile, companion: Companion): Promise<string> {
    switch (companion) {
      case '.report.txt':
        return reportForPeople(
          await inboundReport(deps, actor, answered.id),
          await languageOf(deps, actor.personId),
        );
      case '.report.json':
        return reportText(await inboundReport(deps, actor, answered.id));
      case '.receipt.jws':
        return `${await inboundReceipt(deps, actor, answered.id)}\n`;
    }
  }

  return {
    async list(actor, projectId) {
      const shown = new Map<string, Attributes>();
      const unfinished: InboundFile[] = [];
      const newest = new Map<string, InboundFile>();
      for (const one of await listInbound(deps, actor, projectId)) {
        if (one.version !== null) newest.set(one.name, one);
        else if (one.uploaderId === actor.personId) unfinished.push(one);
      }
      for (const [name, answered] of newest) {
        shown.set(name, file(answered.bytes ?? 0, receivedAt(answered), MODE_FILE));
        for (const companion of companions) {
          const text = await companionText(actor, answered, companion);
          shown.set(name + companion, file(Buffer.byteLength(text), receivedAt(answered), MODE_COMPANION));
        }
      }
      for (const one of unfinished) {
        const live = await unfinishedUpload(deps, actor.personId, projectId, one.name);
        if (live !== undefined) shown.set(one.name, file(live.bytes, one.startedAt, MODE_FILE));
      }
      return [...shown].map(([name, attributes]) => ({ name, attributes }));
    },

    async stat(actor, projectId, name) {
      const unfinished = await unfinishedUpload(deps, actor.personId, projectId, name);
      if (unfinished !== undefined) {
        const { row, bytes } = unfinished;
        return {
          kind: 'file',
          size: bytes,
          permissions: MODE_FILE,
          modifiedAt: Math.floor(row.startedAt.getTime() / 1000),
        };
      }
      const answered = await newestInbound(deps, actor, projectId, name);
      if (answered !== undefined) return file(answered.bytes ?? 0, receivedAt(answered), MODE_FILE);
      const beside = companionOf(name);
      const of = beside && (await newestInbound(deps, actor, projectId, beside.of));
      if (beside === undefined || of === undefined) return nothingThere();
      const text = await companionText(actor, of, beside.companion);
      return file(Buffer.byteLength(text), receivedAt(of), MODE_COMPANION);
    },

    async open(actor, projectId, name, options) {
      if (!options.write) {
        const beside = companionOf(name);
        const of = beside && (await newestInbound(deps, actor, projectId, beside.of));
        if (beside !== undefined && of !== undefined) {
          return textFile(await companionText(actor, of, beside.companion), receivedAt(of));
        }
        const attributes = await this.stat(actor, projectId, name);
        const newest = await newestInbound(deps, actor, projectId, name);
        const content =
          newest !== undefined && may(actor, 'inbound.read-content', projectId)
            ? await openInbound(deps, actor, newest.id)
            : await rereadInbound(deps, actor, projectId, name);
        const opened = readOnlyFile({ ...attributes, size: content.reader.plaintextBytes }, content.reader);
        return gated(opened, createGate(deps.access, content.standing));
      }
      const [unfinished, newest] = await Promise.all([
        unfinishedUpload(deps, actor.personId, projectId, name),
        newestInbound(deps, actor, projectId, name),
      ]);
      const exists = unfinished !== undefined || newest !== undefined;
      if (!exists && !options.create) return nothingThere();
      if (exists && options.exclusive) {
        throw new AppError('already-exists', {
          nb: 'Det ligger allerede en fil med det navnet i innboksen.',
          en: 'There already is a file of that name in the inbox.',
        });
      }
      const mode = options.truncate ? 'new' : options.append ? 'resume' : 'either';
      const upload = await openUpload(deps, actor, { projectId, name, mode, door: 'sftp' });
      return uploading(upload, deps.clock.now(), options.append);
    },
  };
}

/** An upload as an open file. What a client wants durable before CLOSE is taken in then: there is nothing in between. */
function uploading(upload: Upload, at: Temporal.Instant, append: boolean): OpenFile {
  let finished: Promise<unknown> | undefined;
  const finish = async (): Promise<void> => {
    finished ??= upload.finish();
    await finished;
  };
  return {
    stat: async () => file(upload.size, at, MODE_FILE),
    readPieces: async () => {
      throw new AppError('unsupported', {
        nb: 'En fil som sendes, kan ikke leses samtidig.',
        en: 'A file that is being sent cannot be read at the same time.',
      });
    },
    write: (offset, data) => (append ? upload.append(offset, data) : upload.write(offset, data)),
    truncate: (size) => upload.truncate(size),
    sync: finish,
    close: finish,
    abandon: () => upload.abandon(),
  };
}

function receivedAt(answered: InboundFile): Temporal.Instant {
  return answered.receivedAt ?? answered.startedAt;
}
