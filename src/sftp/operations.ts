/** Answers one decoded request from the tree and the open handles; ordering and flow are the session's (session.ts). */
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { FileTree, OpenOptions } from './file-tree.ts';
import type { FileHandle, HandleTable } from './handles.ts';
import type { Lane } from './lane.ts';
import { longname } from './longname.ts';
import { canonicalPath } from './paths.ts';
import { limits, openFlag, status } from './protocol-numbers.ts';
import {
  attributesReply,
  dataReply,
  handleReply,
  type NameLine,
  namesReply,
  numbersReply,
  type Reply,
  statusReply,
} from './replies.ts';
import type { Request, RequestedAttributes } from './requests.ts';

export interface OperationDeps {
  tree: FileTree;
  handles: HandleTable;
  /** Orders what changes names (open, close, rename, …) before what looks at them, as the client asked for it. */
  names: Lane;
  clock: Clock;
  /** True when the connection is gone: what is opened after that is abandoned at once. */
  ended(): boolean;
}

/** Entries per READDIR reply; with the longest names still below a packet. */
const pageEntries = 100;
const blockBytes = 4096;
const nameMaxBytes = 255;

/** The extensions of VERSION: only what works. */
export const extensions = [
  ['limits@openssh.com', '1'],
  ['posix-rename@openssh.com', '1'],
  ['statvfs@openssh.com', '2'],
  ['fsync@openssh.com', '1'],
] as const;

function ok(id: number): Reply {
  return statusReply(id, status.ok, 'OK');
}

function endOfFile(id: number): Reply {
  return statusReply(id, status.eof, 'EOF');
}

function checkedOffset(offset: number): number {
  if (Number.isSafeInteger(offset)) return offset;
  throw new AppError('invalid-input', {
    nb: 'Posisjonen ligger utenfor det som kan adresseres.',
    en: 'The offset lies beyond what can be addressed.',
  });
}

function needAccess(allowed: boolean): void {
  if (allowed) return;
  throw new AppError('forbidden', {
    nb: 'Filen er ikke åpnet for dette.',
    en: 'The file is not open for this.',
  });
}

function openOptions(flags: number): OpenOptions {
  const append = (flags & openFlag.append) !== 0;
  const write = append || (flags & openFlag.write) !== 0;
  const create = write && (flags & openFlag.create) !== 0;
  return {
    read: !write || (flags & openFlag.read) !== 0,
    write,
    append,
    create,
    truncate: write && (flags & openFlag.truncate) !== 0,
    exclusive: create && (flags & openFlag.exclusive) !== 0,
  };
}

/** Runs a change of an open file; the first failure is kept, so that CLOSE does not commit what lacks a piece. */
function change(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  needAccess(handle.mayWrite);
  return handle.lane.exclusive(async () => {
    try {
      await work();
    } catch (thrown) {
      handle.failure ??= thrown;
      throw thrown;
    }
  });
}

async function open(deps: OperationDeps, id: number, rawPath: Uint8Array, flags: number): Promise<Reply> {
  const path = canonicalPath(rawPath);
  const options = openOptions(flags);
  deps.handles.reserve();
  try {
    return await deps.names.exclusive(async () => {
      const file = await deps.tree.open(path, options);
      if (deps.ended()) {
        await file.abandon();
        throw new AppError('closed', { nb: 'Forbindelsen er avsluttet.', en: 'The connection has ended.' });
      }
      return handleReply(id, deps.handles.addFile(file, { mayRead: options.read, mayWrite: options.write }));
    });
  } catch (thrown) {
    deps.handles.release();
    throw thrown;
  }
}

/** Closes or, after a failed write or without a connection, abandons: one of them, once. */
export async function settle(
  handles: HandleTable,
  handle: FileHandle,
  how: 'close' | 'abandon',
): Promise<void> {
  if (handle.settled) return;
  handle.settled = true;
  try {
    if (how === 'abandon') await handle.file.abandon();
    else if (handle.failure === undefined) await handle.file.close();
    else {
      await handle.file.abandon();
      throw handle.failure;
    }
  } finally {
    handles.forget(handle);
    handles.release();
  }
}

async function close(deps: OperationDeps, id: number, token: string): Promise<Reply> {
  const handle = deps.handles.take(token);
  if (handle.kind === 'folder') deps.handles.release();
  else {
    await deps.names.exclusive(() => handle.lane.exclusive(() => settle(deps.handles, handle, 'close')));
  }
  return ok(id);
}

async function read(deps: OperationDeps, request: Request & { type: 'read' }): Promise<Reply> {
  const handle = deps.handles.file(request.handle);
  needAccess(handle.mayRead);
  const offset = checkedOffset(request.offset);
  const length = Math.min(request.length, limits.dataBytes);
  if (length === 0) return dataReply(request.id, new Uint8Array(0));
  const data = await handle.lane.shared(() => handle.file.read(offset, length));
  return data.length === 0 ? endOfFile(request.id) : dataReply(request.id, data);
}

async function write(deps: OperationDeps, request: Request & { type: 'write' }): Promise<Reply> {
  const handle = deps.handles.file(request.handle);
  const offset = checkedOffset(request.offset);
  checkedOffset(offset + request.data.length);
  await change(handle, () => handle.file.write(offset, request.data));
  return ok(request.id);
}

/** SETSTAT: a size truncates through an open file of its own; times and mode are accepted and not kept. */
async function setAttributes(
  deps: OperationDeps,
  id: number,
  path: string,
  attributes: RequestedAttributes,
): Promise<Reply> {
  await deps.names.exclusive(async () => {
    const { size } = attributes;
    const before = await deps.tree.stat(path);
    if (size === undefined || (before.kind === 'file' && before.size === size)) return;
    checkedOffset(size);
    const file = await deps.tree.open(path, openOptions(openFlag.write));
    try {
      await file.truncate(size);
    } catch (thrown) {
      await file.abandon();
      throw thrown;
    }
    await file.close();
  });
  return ok(id);
}

async function setOpenAttributes(
  deps: OperationDeps,
  id: number,
  token: string,
  { size }: RequestedAttributes,
): Promise<Reply> {
  const handle = deps.handles.file(token);
  if (size !== undefined) {
    checkedOffset(size);
    await change(handle, () => handle.file.truncate(size));
  }
  return ok(id);
}

async function openFolder(deps: OperationDeps, id: number, path: string): Promise<Reply> {
  deps.handles.reserve();
  try {
    const entries = await deps.names.shared(() => deps.tree.list(path));
    return handleReply(id, deps.handles.addFolder(entries));
  } catch (thrown) {
    deps.handles.release();
    throw thrown;
  }
}

function readFolder(deps: OperationDeps, id: number, token: string): Reply {
  const handle = deps.handles.folder(token);
  const page = handle.entries.slice(handle.position, handle.position + pageEntries);
  if (page.length === 0) return endOfFile(id);
  handle.position += page.length;
  const now = deps.clock.now();
  const lines = page.map(
    ({ name, attributes }): NameLine => ({ name, attributes, longname: longname(name, attributes, now) }),
  );
  return namesReply(id, lines);
}

async function space(deps: OperationDeps, id: number, path: string): Promise<Reply> {
  const { totalBytes, freeBytes } = await deps.names.shared(() => deps.tree.space(path));
  const total = Math.floor(totalBytes / blockBytes);
  const free = Math.floor(freeBytes / blockBytes);
  const noLimitOnFiles = [0, 0, 0];
  return numbersReply(id, [blockBytes, blockBytes, total, free, free, ...noLimitOnFiles, 0, 0, nameMaxBytes]);
}

/** Runs one change of names in its turn, and answers OK. */
async function changeNames(deps: OperationDeps, id: number, work: () => Promise<void>): Promise<Reply> {
  await deps.names.exclusive(work);
  return ok(id);
}

/** What a session can be asked once it is under way. */
export type Operation = Exclude<Request, { type: 'init' | 'malformed' }>;

/**
 * The reply to one request. Everything up to the first wait happens in the call itself, so lanes see requests in the
 * order of the calls.
 * @throws AppError (or anything else, which is a fault of ours) when the request fails.
 */
export async function answer(deps: OperationDeps, request: Operation): Promise<Reply> {
  const { id } = request;
  switch (request.type) {
    case 'open':
      return open(deps, id, request.path, request.flags);
    case 'close':
      return close(deps, id, request.handle);
    case 'read':
      return read(deps, request);
    case 'write':
      return write(deps, request);
    case 'stat': {
      const path = canonicalPath(request.path);
      return attributesReply(id, await deps.names.shared(() => deps.tree.stat(path)));
    }
    case 'fstat': {
      const handle = deps.handles.file(request.handle);
      return attributesReply(id, await handle.lane.shared(() => handle.file.stat()));
    }
    case 'setstat':
      return setAttributes(deps, id, canonicalPath(request.path), request.attributes);
    case 'fsetstat':
      return setOpenAttributes(deps, id, request.handle, request.attributes);
    case 'opendir':
      return openFolder(deps, id, canonicalPath(request.path));
    case 'readdir':
      return readFolder(deps, id, request.handle);
    case 'remove': {
      const path = canonicalPath(request.path);
      return changeNames(deps, id, () => deps.tree.remove(path));
    }
    case 'mkdir': {
      const path = canonicalPath(request.path);
      return changeNames(deps, id, () => deps.tree.makeFolder(path));
    }
    case 'rmdir': {
      const path = canonicalPath(request.path);
      return changeNames(deps, id, () => deps.tree.removeFolder(path));
    }
    case 'rename': {
      const from = canonicalPath(request.from);
      const to = canonicalPath(request.to);
      return changeNames(deps, id, () => deps.tree.rename(from, to, { replace: request.replace }));
    }
    case 'realpath': {
      const path = canonicalPath(request.path);
      return namesReply(id, [{ name: path, longname: path, attributes: undefined }]);
    }
    case 'statvfs':
      return space(deps, id, canonicalPath(request.path));
    case 'fsync': {
      const handle = deps.handles.file(request.handle);
      await handle.lane.exclusive(() => handle.file.sync());
      return ok(id);
    }
    case 'limits':
      return numbersReply(id, [limits.packetBytes, limits.dataBytes, limits.dataBytes, limits.openHandles]);
    case 'unsupported':
      throw new AppError('unsupported', {
        nb: 'Tjenesten har ikke denne operasjonen.',
        en: 'The service does not offer this operation.',
      });
  }
}
