/** Answers one decoded request from the tree and the open handles; ordering and flow are the session's (session.ts). */
import { AppError } from '../platform/errors.ts';
import {
  checkedOffset,
  closeHandle,
  endOfFile,
  type OperationDeps,
  ok,
  openFile,
  openOptions,
  readFile,
  setOpenAttributes,
  writeFile,
} from './file-operations.ts';
import { longname } from './longname.ts';
import { canonicalPath } from './paths.ts';
import { limits, openFlag } from './protocol-numbers.ts';
import {
  attributesReply,
  handleReply,
  type NameLine,
  namesReply,
  numbersReply,
  type Reply,
} from './replies.ts';
import type { Request, RequestedAttributes } from './requests.ts';

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
      return openFile(deps, id, request.path, request.flags);
    case 'close':
      return closeHandle(deps, id, request.handle);
    case 'read':
      return readFile(deps, request);
    case 'write':
      return writeFile(deps, request);
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
