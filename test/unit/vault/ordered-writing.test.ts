import { expect, test } from 'vitest';
import type { NamedLocks } from '../../../src/db/named-locks.ts';
import { AppError } from '../../../src/platform/errors.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import type { SealedWriter } from '../../../src/storage/gathering-writer.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { OrderedWriting } from '../../../src/vault/ordered-writing.ts';
import type { Growing, WritingKind } from '../../../src/vault/writing-kind.ts';

const said = (sentence: string) => new AppError('conflict', { nb: sentence, en: sentence });

interface Given {
  /** Bytes that are kept of an earlier transfer. */
  kept?: number;
  /** A file of the name is there in full. */
  there?: boolean;
  /** What sealing does instead of working. */
  fails?: Error;
  /** Another took the right to write unseen. */
  overtaken?: boolean;
}

/** A writing into memory that notes what is asked of its kind. */
function writing(given: Given = {}) {
  const asked: string[] = [];
  let bytes = Buffer.alloc(given.kept ?? 0, 'k');
  let writers = 0;
  function grow(from: number): Growing {
    bytes = bytes.subarray(0, from);
    writers += 1;
    const body = `body ${writers}`;
    const writer = {
      name: body,
      append: async (data: Uint8Array) => {
        bytes = Buffer.concat([bytes, data]);
      },
      suspend: async () => ({ durableBytes: bytes.length }),
      abort: async () => void asked.push(`abort ${body}`),
      letGo: async () => void asked.push(`let go of ${body}`),
    } as unknown as SealedWriter;
    return { id: 'row', writer, room: { demand: () => undefined } };
  }
  const kind: WritingKind<string, Growing> = {
    lockName: 'name',
    kept: async () => (given.kept === undefined ? undefined : { row: 'row', bytes: given.kept }),
    isThere: async () => given.there ?? false,
    find: async () => 'row',
    begin: async () => {
      asked.push('begin');
      return grow(0);
    },
    resume: async (_row, offset) => {
      asked.push(`resume at ${offset}`);
      return grow(offset);
    },
    resumed: async () => undefined,
    isWriter: async () => given.overtaken !== true,
    unclaim: async () => void asked.push('unclaim'),
    drop: async () => void asked.push('drop'),
    left: () => void asked.push('left'),
    gone: () => said('gone'),
    incomplete: () => said('incomplete'),
  };
  const lock = { standing: () => undefined, release: () => void asked.push('release') };
  const locks: NamedLocks = { take: async () => lock, close: async () => undefined };
  const store = { remove: async (name: string) => void asked.push(`remove ${name}`) };
  const subject = new OrderedWriting(
    { locks, store: store as unknown as ObjectStore, random: systemRandom, log: silentLog },
    kind,
  );
  const finish = () =>
    subject.finish(async () => {
      if (given.fails !== undefined) throw given.fails;
      return bytes.toString();
    });
  return { subject, asked, finish };
}

const ab = (text: string) => Buffer.from(text);

test('puts writes in order, and gives the right to write back at the end', async () => {
  const { subject, asked, finish } = writing();
  await subject.start('new');
  await Promise.all([subject.write(2, ab('cd')), subject.write(4, ab('ef')), subject.write(0, ab('ab'))]);
  expect(await finish()).toBe('abcdef');
  expect(asked).toEqual(['begin', 'release', 'left']);
  await expect(subject.write(6, ab('x'))).rejects.toThrow(/gone/);
});

test('refuses what was written already, and a place before which something is missing at the end', async () => {
  const { subject, asked, finish } = writing();
  await subject.start('new');
  await subject.write(0, ab('ab'));
  await expect(subject.write(1, ab('b'))).rejects.toMatchObject({ code: 'unsupported' });
  await subject.write(3, ab('d'));
  await expect(finish()).rejects.toThrow(/incomplete/);
  expect(asked.slice(1, 2)).toEqual(['unclaim']);
});

test('takes back what is discarded, but leaves it to who has taken over, and what is finished', async () => {
  const { subject, asked } = writing();
  await subject.start('new');
  await subject.write(0, ab('ab'));
  await subject.discard();
  await subject.discard();
  const [begun, ...after] = asked;
  expect(begun).toBe('begin');
  expect(after.map((one) => one.split(' ')[0])).toEqual(['abort', 'remove', 'drop', 'release', 'left']);
  await expect(subject.write(2, ab('x'))).rejects.toThrow(/gone/);

  const lost = writing({ overtaken: true });
  await lost.subject.start('new');
  await lost.subject.write(0, ab('ab'));
  await lost.subject.discard();
  expect(lost.asked).not.toContain('drop');

  const done = writing();
  await done.subject.start('new');
  expect(await done.finish()).toBe('');
  await done.subject.discard();
  expect(done.asked).toEqual(['begin', 'release', 'left']);
});

test('the first write decides where an undecided writing goes on', async () => {
  const begun = writing({ kept: 4 });
  await begun.subject.start('either');
  expect(begun.subject.size).toBe(4);
  await begun.subject.write(0, ab('x'));
  expect(await begun.finish()).toBe('x');

  const resumed = writing({ kept: 4 });
  await resumed.subject.start('either');
  await resumed.subject.write(3, ab('x'));
  expect(await resumed.finish()).toBe('kkkx');
  expect(resumed.asked[0]).toBe('resume at 3');

  const beyond = writing({ kept: 4 });
  await beyond.subject.start('either');
  await expect(beyond.subject.write(5, ab('x'))).rejects.toMatchObject({ code: 'not-resumable' });
});

test('nobody goes on with a file that is there in full', async () => {
  await expect(writing({ there: true }).subject.start('resume')).rejects.toThrow(/not-resumable/);
  const { subject } = writing({ there: true });
  await subject.start('either');
  await expect(subject.write(3, ab('x'))).rejects.toThrow(/not-resumable/);
});

test('opened and closed without a write it leaves what is kept, and what is there', async () => {
  for (const given of [{ kept: 4 }, { there: true }]) {
    const { subject, asked, finish } = writing(given);
    await subject.start('either');
    expect(await finish()).toBeUndefined();
    expect(asked).toEqual(['release', 'left']);
  }
  const { subject, finish } = writing();
  await subject.start('either');
  expect(await finish()).toBe('');
});

test('is held to a size that was announced, also when nothing is written', async () => {
  const { subject, finish } = writing();
  await subject.start('new');
  await subject.truncate(3);
  expect(subject.announcedBytes).toBe(3);
  await subject.write(0, ab('ab'));
  await expect(finish()).rejects.toThrow(/incomplete/);
  const unwritten = writing({ kept: 4 });
  await unwritten.subject.start('either');
  await unwritten.subject.truncate(9);
  await expect(unwritten.finish()).rejects.toThrow(/incomplete/);
});

test('cut to nothing it begins anew, cut to less it goes on from there', async () => {
  const { subject, asked, finish } = writing();
  await subject.start('new');
  await subject.write(0, ab('abcd'));
  await subject.truncate(2);
  await subject.write(2, ab('x'));
  expect(subject.size).toBe(3);
  await subject.truncate(0);
  await subject.write(0, ab('y'));
  expect(await finish()).toBe('y');
  expect(asked.slice(0, 3)).toEqual(['begin', 'resume at 2', 'begin']);
  const undecided = writing({ there: true });
  await undecided.subject.start('either');
  await undecided.subject.truncate(0);
  expect(await undecided.finish()).toBe('');
});

test('an append that begins elsewhere than at the end is refused; one that counts from nothing is taken', async () => {
  const { subject, finish } = writing({ kept: 4 });
  await subject.start('resume');
  await expect(subject.append(3, ab('x'))).rejects.toMatchObject({ code: 'not-resumable' });
  await subject.append(0, ab('ab'));
  await subject.append(2, ab('cd'));
  expect(await finish()).toBe('kkkkabcd');
});

test('what cannot be taken in is removed, but not when the disk is full, nor when another has it', async () => {
  const failed = writing({ fails: said('no') });
  await failed.subject.start('new');
  await expect(failed.finish()).rejects.toThrow(/no/);
  expect(failed.asked.slice(1, 4)).toEqual(['abort body 1', 'remove body 1', 'drop']);

  const full = writing({ fails: new AppError('storage-failed', { nb: 'full', en: 'full' }) });
  await full.subject.start('new');
  await full.subject.write(0, ab('ab'));
  await expect(full.finish()).rejects.toThrow(/full/);
  expect(full.asked).toContain('unclaim');
  expect(full.asked).not.toContain('drop');

  const lost = writing({ fails: said('no'), overtaken: true });
  await lost.subject.start('new');
  await expect(lost.finish()).rejects.toThrow(/no/);
  expect(lost.asked.slice(1, 2)).toEqual(['let go of body 1']);
});

test('stays in the list until it is abandoned in full', async () => {
  const { subject, asked } = writing();
  await subject.start('new');
  await subject.write(0, ab('ab'));
  const abandoned = subject.abandon();
  expect(asked).toEqual(['begin']);
  await abandoned;
  await subject.abandon();
  expect(asked).toEqual(['begin', 'unclaim', 'release', 'left']);
});
