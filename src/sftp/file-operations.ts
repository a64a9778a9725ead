/** Answers the requests about one open file: OPEN, READ, WRITE, FSETSTAT, CLOSE, and what becomes of a file without CLOSE. */
import type { Clock } from '../platform/clock.ts';
import { AppError } from '../platform/errors.ts';
import type { FileTree, OpenOptions } from './file-tree.ts';
import type { FileHandle, HandleTable } from './handles.ts';
import type { Lane } from './lane.ts';
import { canonicalPath } from './paths.ts';
import { limits, openFlag, status } from './protocol-numbers.ts';
import { dataReply, handleReply, type Reply, statusReply } from './replies.ts';
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

export function ok(id: number): Reply {
  return statusReply(id, status.ok, 'OK');
}

export function endOfFile(id: number): Reply {
  return statusReply(id, status.eof, 'EOF');
}

export function checkedOffset(offset: number): number {
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

export function openOptions(flags: number): OpenOptions {
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
    // What a client has in flight behind it fails for the same reason: it shows its user the last one.
    if (handle.failure !== undefined) throw handle.failure;
    try {
      await work();
    } catch (thrown) {
      handle.failure ??= thrown;
      throw thrown;
    }
  });
}

export async function openFile(
  deps: OperationDeps,
  id: number,
  rawPath: Uint8Array,
  flags: number,
): Promise<Reply> {
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

export async function closeHandle(deps: OperationDeps, id: number, token: string): Promise<Reply> {
  const handle = deps.handles.take(token);
  if (handle.kind === 'folder') deps.handles.release();
  else {
    await deps.names.exclusive(() => handle.lane.exclusive(() => settle(deps.handles, handle, 'close')));
  }
  return ok(id);
}

export async function readFile(deps: OperationDeps, request: Request & { type: 'read' }): Promise<Reply> {
  const handle = deps.handles.file(request.handle);
  needAccess(handle.mayRead);
  const offset = checkedOffset(request.offset);
  const length = Math.min(request.length, limits.dataBytes);
  if (length === 0) return dataReply(request.id, []);
  const pieces = await handle.lane.shared(() => handle.file.readPieces(offset, length));
  return pieces.length === 0 ? endOfFile(request.id) : dataReply(request.id, pieces);
}

export async function writeFile(deps: OperationDeps, request: Request & { type: 'write' }): Promise<Reply> {
  const handle = deps.handles.file(request.handle);
  const offset = checkedOffset(request.offset);
  checkedOffset(offset + request.data.length);
  await change(handle, () => handle.file.write(offset, request.data));
  return ok(request.id);
}

export async function setOpenAttributes(
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
