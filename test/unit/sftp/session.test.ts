import { describe, expect, test } from 'vitest';
import { limits, openFlag, packetType, replyType, status } from '../../../src/sftp/protocol-numbers.ts';
import { createMemoryTree, failure } from '../../support/memory-tree.ts';
import { namesOf, packet, request, settle, startSession, text, uint32 } from './session-harness.ts';

const { read, write, append, create, truncate, exclusive } = openFlag;
const putFlags = write | create | truncate;

/** A promise and its key. */
function gate() {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open: () => open() };
}

describe('greeting', () => {
  test('answers version 6 with 3 and offers only what works', async () => {
    const { session, replies } = await startSession(createMemoryTree(), { greet: false });
    session.receive(request.init(6));
    await settle();
    expect(replies[0]).toMatchObject({ type: replyType.version, id: 3 });
    const offered = replies[0]!.body.toString('latin1');
    for (const name of ['limits@', 'posix-rename@', 'statvfs@', 'fsync@']) expect(offered).toContain(name);
    for (const name of ['hardlink', 'copy-data', 'check-file', 'fstatvfs'])
      expect(offered).not.toContain(name);
  });

  test('ends a session that does not begin with INIT, or says it twice', async () => {
    const early = await startSession(createMemoryTree(), { greet: false });
    await early.send(request.path(packetType.stat, 1, '/'));
    expect(early.replies).toMatchObject([{ id: 1, code: status.badMessage }]);
    expect(early.exits).toEqual([1]);
    const twice = await startSession(createMemoryTree());
    await twice.send(request.init());
    expect(twice.exits).toEqual([1]);
  });

  test('tells the limits', async () => {
    const { ask } = await startSession(createMemoryTree());
    const reply = await ask(request.extended(1, 'limits@openssh.com'));
    expect(reply.type).toBe(replyType.extendedReply);
    const numbers = [0, 8, 16, 24].map((at) => Number(reply.body.readBigUInt64BE(at)));
    expect(numbers).toEqual([262_144, 261_120, 261_120, 100]);
  });
});

describe('files', () => {
  test('writes, reads back at any offset, and tells the size after CLOSE', async () => {
    const tree = createMemoryTree();
    const { ask, openFile } = await startSession(tree);
    const handle = await openFile('a.txt', putFlags);
    expect(await ask(request.write(1, handle, 6, Buffer.from('world')))).toMatchObject({ code: status.ok });
    expect(await ask(request.write(2, handle, 0, Buffer.from('hello ')))).toMatchObject({ code: status.ok });
    expect(await ask(request.close(3, handle))).toMatchObject({ id: 3, code: status.ok });
    const attributes = await ask(request.path(packetType.stat, 4, '/a.txt'));
    expect(attributes.body.readBigUInt64BE(4)).toBe(11n);
    const again = await openFile('/./x/../a.txt', read);
    expect((await ask(request.read(5, again, 4, 5))).bytes.toString()).toBe('o wor');
    expect((await ask(request.read(6, again, 9, 100))).bytes.toString()).toBe('ld');
    expect(await ask(request.read(7, again, 11, 100))).toMatchObject({ code: status.eof });
  });

  test('replies leave in request order when the tree answers out of order', async () => {
    const gates = new Map<number, ReturnType<typeof gate>>();
    const tree = createMemoryTree({
      beforeRead(offset) {
        const wait = gate();
        gates.set(offset, wait);
        return wait.promise;
      },
    });
    tree.files.set('/a', Buffer.from('0123456789'));
    const { send, openFile, replies } = await startSession(tree);
    const handle = await openFile('/a', read);
    replies.length = 0;
    await send(...[0, 1, 2, 3].map((at) => request.read(at, handle, at, 1)));
    expect([...gates.keys()]).toEqual([0, 1, 2, 3]); // all at once in the tree
    for (const at of [3, 1, 2]) gates.get(at)!.open();
    await settle();
    expect(replies).toEqual([]);
    gates.get(0)!.open();
    await settle();
    expect(replies.map((reply) => reply.id)).toEqual([0, 1, 2, 3]);
    expect(replies.map((reply) => reply.bytes.toString())).toEqual(['0', '1', '2', '3']);
  });

  test('writes of one handle reach the tree one at a time and in order', async () => {
    let inside = 0;
    let most = 0;
    const tree = createMemoryTree({
      async beforeWrite() {
        inside += 1;
        most = Math.max(most, inside);
        await settle();
        inside -= 1;
      },
    });
    const { send, openFile, replies } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    replies.length = 0;
    await send(
      ...[5, 3, 9, 1].map((at) => request.write(at, handle, at, Buffer.from('x'))),
      request.fstat(10, handle),
      request.close(11, handle),
    );
    await expect.poll(() => replies.length).toBe(6);
    expect(most).toBe(1);
    expect(tree.calls.slice(1)).toEqual([5, 3, 9, 1].map((at) => `write /a ${at}+1`).concat('close /a'));
    expect(replies[4]!.body.readBigUInt64BE(4)).toBe(10n); // FSTAT saw the writes before it
  });

  test('clamps a giant READ and refuses offsets beyond 2^53', async () => {
    const tree = createMemoryTree();
    tree.files.set('/a', Buffer.alloc(300_000));
    const { ask, openFile } = await startSession(tree);
    const handle = await openFile('/a', read);
    expect((await ask(request.read(1, handle, 0, 0xffff_ffff))).bytes).toHaveLength(limits.dataBytes);
    expect(await ask(request.read(2, handle, 2n ** 64n - 1n, 10))).toMatchObject({ code: status.failure });
    expect(await ask(request.read(3, handle, 0, 10))).toMatchObject({ type: replyType.data });
  });

  test('APPEND goes to the end whatever the offset says', async () => {
    const tree = createMemoryTree();
    tree.files.set('/a', Buffer.from('abc'));
    const { send, openFile } = await startSession(tree);
    const handle = await openFile('/a', write | append);
    await send(request.write(1, handle, 0, Buffer.from('de')), request.write(2, handle, 0, Buffer.from('f')));
    expect(tree.files.get('/a')!.toString()).toBe('abcdef');
  });

  test('scp of a short file over a long one leaves no tail', async () => {
    const tree = createMemoryTree();
    tree.files.set('/a', Buffer.from('a long file'));
    const { send, openFile } = await startSession(tree);
    const handle = await openFile('a', write | create);
    await send(
      request.write(1, handle, 0, Buffer.from('short')),
      request.setSize(packetType.fsetstat, 2, handle, 5),
      request.close(3, handle),
    );
    expect(tree.files.get('/a')!.toString()).toBe('short');
  });

  test('SETSTAT of a size truncates, of times and mode changes nothing, of a missing file fails', async () => {
    const tree = createMemoryTree();
    tree.files.set('/a', Buffer.from('abcdef'));
    const { ask } = await startSession(tree);
    expect(await ask(request.setSize(packetType.setstat, 1, '/a', 2))).toMatchObject({ code: status.ok });
    expect(tree.files.get('/a')!.toString()).toBe('ab');
    const calls = tree.calls.length;
    const times = packet(packetType.setstat, uint32(2), text('/a'), uint32(8), uint32(1), uint32(1));
    expect(await ask(times)).toMatchObject({ code: status.ok });
    expect(tree.calls).toHaveLength(calls);
    const missing = packet(packetType.setstat, uint32(3), text('/b'), uint32(4), uint32(0o644));
    expect(await ask(missing)).toMatchObject({ code: status.noSuchFile });
  });

  test('OPEN honours EXCL, and a handle does only what it was opened for', async () => {
    const tree = createMemoryTree();
    tree.files.set('/a', Buffer.from('x'));
    const { ask, openFile } = await startSession(tree);
    const again = request.open(1, '/a', write | create | exclusive);
    expect(await ask(again)).toMatchObject({ code: status.failure });
    const reader = await openFile('/a', read);
    const denied = await ask(request.write(2, reader, 0, Buffer.from('y')));
    expect(denied).toMatchObject({ code: status.permissionDenied });
    expect(await ask(request.close(3, reader))).toMatchObject({ code: status.ok });
    const writer = await openFile('/a', write);
    expect(await ask(request.read(4, writer, 0, 1))).toMatchObject({ code: status.permissionDenied });
  });

  test('reports a failure of CLOSE, and the handle is gone then', async () => {
    const tree = createMemoryTree({ closeFails: () => failure('storage-failed') });
    const { ask, openFile } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    const reply = await ask(request.close(1, handle));
    expect(reply).toMatchObject({
      code: status.failure,
      message: 'Feil storage-failed. / Failure storage-failed.',
    });
    expect(await ask(request.close(2, handle))).toMatchObject({ code: status.failure });
    expect(tree.calls.filter((call) => call.startsWith('close'))).toHaveLength(1);
  });

  test('after a failed write every later one and CLOSE fail for the same reason, and the file is abandoned', async () => {
    let writes = 0;
    const tree = createMemoryTree({
      async beforeWrite() {
        writes += 1;
        if (writes === 2) throw failure('too-large');
      },
    });
    const { send, openFile, replies } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    replies.length = 0;
    await send(
      ...[1, 2, 3].map((at) => request.write(at, handle, at, Buffer.from('x'))),
      request.close(4, handle),
    );
    expect(replies.map((reply) => reply.code)).toEqual([
      status.ok,
      status.failure,
      status.failure,
      status.failure,
    ]);
    for (const reply of replies.slice(1)) expect(reply.message).toContain('too-large');
    expect(tree.calls.slice(-1)).toEqual(['abandon /a']);
  });

  test('survives an internal error and shows nothing of it', async () => {
    let first = true;
    const tree = createMemoryTree({
      async beforeRead() {
        if (!first) return;
        first = false;
        throw new TypeError('secret 01018412345');
      },
    });
    tree.files.set('/a', Buffer.from('abc'));
    const { ask, openFile } = await startSession(tree);
    const handle = await openFile('/a', read);
    const reply = await ask(request.read(1, handle, 0, 3));
    expect(reply.code).toBe(status.failure);
    expect(reply.message).not.toContain('secret');
    expect((await ask(request.read(2, handle, 0, 3))).bytes.toString()).toBe('abc');
  });
});

describe('names', () => {
  test('REALPATH and STAT take relative, empty and climbing paths', async () => {
    const tree = createMemoryTree();
    tree.folders.add('/P1');
    const { ask } = await startSession(tree);
    for (const [path, wanted] of [
      ['', '/'],
      ['.', '/'],
      ['P1/..', '/'],
      ['../P1/', '/P1'],
    ] as const) {
      const reply = await ask(request.path(packetType.realpath, 1, path));
      expect(namesOf(reply).map(({ name }) => name)).toEqual([wanted]);
      expect((await ask(request.path(packetType.lstat, 2, path))).type).toBe(replyType.attrs);
    }
  });

  test('refuses NUL and bad UTF-8 in words and goes on', async () => {
    const { ask } = await startSession(createMemoryTree());
    for (const bad of [Buffer.from('/a\0'), Buffer.from([0x2f, 0xff])]) {
      expect(await ask(request.open(1, bad, putFlags))).toMatchObject({ code: status.failure });
    }
    expect((await ask(request.path(packetType.stat, 2, '/'))).type).toBe(replyType.attrs);
  });

  test('RENAME fails on an existing target, posix-rename replaces it', async () => {
    const tree = createMemoryTree();
    tree.files.set('/a', Buffer.from('A'));
    tree.files.set('/b', Buffer.from('B'));
    const { ask } = await startSession(tree);
    expect(await ask(request.rename(1, '/a', '/b'))).toMatchObject({ code: status.failure });
    const posix = request.extended(2, 'posix-rename@openssh.com', text('/a'), text('b'));
    expect(await ask(posix)).toMatchObject({ code: status.ok });
    expect([...tree.files.keys()]).toEqual(['/b']);
  });

  test('READDIR comes in pages, and EOF as often as asked', async () => {
    const tree = createMemoryTree();
    tree.folders.add('/sub');
    for (let at = 0; at < 250; at++) tree.files.set(`/file-${at}`, Buffer.alloc(at));
    const { ask, send, replies } = await startSession(tree);
    const { bytes: handle } = await ask(request.path(packetType.opendir, 1, '/'));
    replies.length = 0;
    await send(...[2, 3, 4, 5, 6].map((id) => request.readdir(id, handle)));
    expect(replies.map((reply) => reply.type === replyType.name)).toEqual([true, true, true, false, false]);
    expect(replies.slice(3)).toMatchObject([{ code: status.eof }, { code: status.eof }]);
    const names = replies.slice(0, 3).flatMap(namesOf);
    expect(new Set(names.map(({ name }) => name)).size).toBe(251);
    for (const { name, longname } of names) {
      expect(longname).toMatch(name === 'sub' ? /^drwxr-x--- / : /^-rw-r----- /);
      expect(longname.endsWith(` ${name}`)).toBe(true);
    }
  });

  test('symbolic links, hard links and unknown extensions are unsupported', async () => {
    const { ask } = await startSession(createMemoryTree());
    for (const bytes of [
      request.path(packetType.readlink, 1, '/a'),
      packet(packetType.symlink, uint32(1), text('/a'), text('/b')),
      request.extended(1, 'hardlink@openssh.com', text('/a'), text('/b')),
      request.extended(1, 'check-file'),
      packet(99, uint32(1)),
    ]) {
      expect(await ask(bytes)).toMatchObject({ id: 1, code: status.opUnsupported });
    }
  });

  test('what is asked after CLOSE sees the closed file, also when sent in one go', async () => {
    const tree = createMemoryTree({ beforeWrite: settle });
    const { send, openFile, replies } = await startSession(tree);
    const handle = await openFile('/a.part', putFlags);
    replies.length = 0;
    await send(
      request.write(1, handle, 0, Buffer.from('abc')),
      request.close(2, handle),
      request.rename(3, '/a.part', '/a'),
      request.path(packetType.stat, 4, '/a'),
    );
    await expect.poll(() => replies.length).toBe(4);
    expect(replies[3]!.type).toBe(replyType.attrs);
    expect(tree.calls.slice(-1)).toEqual(['close /a.part']);
  });

  test('tells the space that is left', async () => {
    const { ask } = await startSession(createMemoryTree());
    const reply = await ask(request.extended(1, 'statvfs@openssh.com', text('/')));
    const [size, , total, free] = [0, 8, 16, 24].map((at) => Number(reply.body.readBigUInt64BE(at)));
    expect([size! * total!, size! * free!]).toEqual([10 * 2 ** 30, 4 * 2 ** 30]);
  });
});

describe('limits', () => {
  test('stops reading at 64 requests and goes on when they are answered', async () => {
    const wait = gate();
    const tree = createMemoryTree({ beforeRead: () => wait.promise });
    tree.files.set('/a', Buffer.alloc(200));
    const { send, openFile, replies, paused } = await startSession(tree);
    const handle = await openFile('/a', read);
    replies.length = 0;
    await send(Buffer.concat([...Array(200).keys()].map((id) => request.read(id, handle, id, 1))));
    expect(paused()).toBe(true);
    wait.open();
    await settle();
    expect(replies.map((reply) => reply.id)).toEqual([...Array(200).keys()]);
    expect(paused()).toBe(false);
  });

  test('holds no more bytes than the cap while the client does not read', async () => {
    let reads = 0;
    const tree = createMemoryTree({
      sink: true,
      async beforeRead() {
        reads += 1;
      },
    });
    tree.setSinkSize('/a', 2 ** 40);
    const { send, openFile, block, unblock, replies, paused } = await startSession(tree);
    const handle = await openFile('/a', read);
    replies.length = 0;
    block();
    await send(Buffer.concat([...Array(500).keys()].map((id) => request.read(id, handle, id, 261_120))));
    expect(paused()).toBe(true);
    expect(reads).toBeLessThanOrEqual(17);
    unblock();
    await expect.poll(() => replies.length).toBe(500);
    expect(paused()).toBe(false);
  });

  test('holds no more written bytes than the cap while the tree is slow', async () => {
    const wait = gate();
    const tree = createMemoryTree({ sink: true, beforeWrite: () => wait.promise });
    const { session, send, openFile, paused } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    const one = request.write(1, handle, 0, Buffer.alloc(200_000));
    let sent = 0;
    while (!paused() && sent < 100) {
      session.receive(one);
      sent += 1;
    }
    expect(sent * 200_000).toBeLessThan(4.5 * 2 ** 20);
    wait.open();
    await send();
    await expect.poll(() => tree.writtenBytes()).toBe(sent * 200_000);
    expect(paused()).toBe(false);
  });

  test('cuts out what comes while there is no room, tells how much that is, and takes it in order', async () => {
    const wait = gate();
    const tree = createMemoryTree({ beforeWrite: () => wait.promise });
    const { session, openFile, paused, held } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    const bytes = 100_000;
    let sent = 0;
    // In pieces, as SSH brings them: no packet lies in one chunk.
    while (held() < 5 * bytes) {
      const packet = request.write(sent, handle, sent * bytes, Buffer.alloc(bytes, sent));
      for (let at = 0; at < packet.length; at += 30_000) session.receive(packet.subarray(at, at + 30_000));
      sent += 1;
      expect(sent).toBeLessThan(30);
    }
    expect(paused()).toBe(false);
    wait.open();
    await expect.poll(() => tree.files.get('/a')?.length).toBe(sent * bytes);
    const written = tree.files.get('/a')!;
    for (let n = 0; n < sent; n++) {
      expect(written.subarray(n * bytes, (n + 1) * bytes).every((byte) => byte === n)).toBe(true);
    }
    expect(held()).toBe(0);
  });

  test('caps open handles, and CLOSE gives the place back', async () => {
    const { ask, openFile } = await startSession(createMemoryTree(), { options: { openHandles: 3 } });
    const handles = [];
    for (const name of ['a', 'b', 'c']) handles.push(await openFile(name, putFlags));
    expect(await ask(request.open(1, 'd', putFlags))).toMatchObject({ code: status.failure });
    expect(await ask(request.path(packetType.opendir, 2, '/'))).toMatchObject({ code: status.failure });
    expect(await ask(request.open(3, '/no/such/place', putFlags))).toMatchObject({ code: status.failure });
    await ask(request.close(4, handles[0]!));
    expect(await ask(request.open(5, '/no/such/place', putFlags))).toMatchObject({ code: status.noSuchFile });
    expect((await ask(request.path(packetType.opendir, 6, '/'))).type).toBe(replyType.handle);
  });

  test('a handle is worth nothing in another session, nor changed by one bit', async () => {
    const tree = createMemoryTree();
    const one = await startSession(tree);
    const two = await startSession(tree);
    const handle = await one.openFile('/a', putFlags);
    await two.openFile('/b', putFlags);
    expect(await two.ask(request.close(1, handle))).toMatchObject({ code: status.failure });
    for (let at = 0; at < handle.length; at++) {
      const forged = Buffer.from(handle);
      forged[at]! ^= 1;
      expect(await one.ask(request.fstat(2, forged))).toMatchObject({ code: status.failure });
    }
    expect((await one.ask(request.fstat(3, handle))).type).toBe(replyType.attrs);
  });
});

describe('the end', () => {
  test('on EOF everything is answered, then the exit status is 0', async () => {
    const wait = gate();
    const tree = createMemoryTree({ beforeWrite: () => wait.promise });
    const { session, send, openFile, replies, exits } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    replies.length = 0;
    await send(request.write(1, handle, 0, Buffer.from('abc')), request.close(2, handle));
    session.endOfInput();
    await settle();
    expect(exits).toEqual([]);
    wait.open();
    await settle();
    expect(replies.map((reply) => reply.code)).toEqual([status.ok, status.ok]);
    expect(exits).toEqual([0]);
    expect(tree.calls.slice(-1)).toEqual(['close /a']);
  });

  test('a file that was never closed is abandoned at EOF', async () => {
    const tree = createMemoryTree();
    const { session, openFile, exits } = await startSession(tree);
    await openFile('/a', putFlags);
    session.endOfInput();
    await settle();
    expect(exits).toEqual([0]);
    expect(tree.calls).toEqual(['open /a', 'abandon /a']);
    expect(tree.openFiles()).toBe(0);
  });

  test('on disconnect every open file is abandoned once, after what was under way', async () => {
    const wait = gate();
    const tree = createMemoryTree({ beforeWrite: () => wait.promise });
    const { session, send, openFile, replies, exits } = await startSession(tree);
    const one = await openFile('/a', putFlags);
    await openFile('/b', putFlags);
    replies.length = 0;
    await send(...[0, 1, 2].map((at) => request.write(at, one, at, Buffer.from('x'))), request.close(3, one));
    const gone = session.disconnect();
    void session.disconnect();
    await settle();
    expect(tree.calls).not.toContain('abandon /a');
    wait.open();
    await gone;
    await settle();
    expect(tree.calls.filter((call) => call.startsWith('write'))).toEqual(['write /a 0+1']);
    expect(tree.calls.filter((call) => !call.startsWith('write')).sort()).toEqual([
      'abandon /a',
      'abandon /b',
      'open /a',
      'open /b',
    ]);
    expect(replies).toEqual([]);
    expect(exits).toEqual([]);
    expect(tree.openFiles()).toBe(0);
  });

  test('a file that opens after the connection went is abandoned at once', async () => {
    const wait = gate();
    const tree = createMemoryTree();
    const open = tree.open.bind(tree);
    tree.open = async (path, options) => {
      await wait.promise;
      return open(path, options);
    };
    const { session, send } = await startSession(tree);
    await send(request.open(1, '/a', putFlags));
    const gone = session.disconnect();
    wait.open();
    await gone;
    expect(tree.calls).toEqual(['open /a', 'abandon /a']);
  });

  test('a malformed packet gets BAD_MESSAGE after the replies before it, and exit status 1', async () => {
    const tree = createMemoryTree();
    const { send, openFile, replies, exits } = await startSession(tree);
    const handle = await openFile('/a', putFlags);
    replies.length = 0;
    await send(
      request.write(1, handle, 0, Buffer.from('x')),
      packet(packetType.read, uint32(2), text(handle), uint32(1)),
      request.close(3, handle),
    );
    expect(replies).toMatchObject([
      { id: 1, code: status.ok },
      { id: 2, code: status.badMessage },
    ]);
    expect(exits).toEqual([1]);
    expect(tree.calls.slice(-1)).toEqual(['abandon /a']);
  });

  test('an oversize packet ends the session with exit status 1', async () => {
    const { send, exits } = await startSession(createMemoryTree());
    await send(uint32(limits.packetBytes + 1));
    expect(exits).toEqual([1]);
  });
});
