import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasCode } from '../../../src/platform/errors.ts';
import { canonicalPath } from '../../../src/sftp/paths.ts';

const of = (path: string) => canonicalPath(Buffer.from(path));

test('gives one form to every way of writing a path', () => {
  for (const [given, wanted] of [
    ['', '/'],
    ['.', '/'],
    ['/', '/'],
    ['a', '/a'],
    ['./a/', '/a'],
    ['/a//b/./c', '/a/b/c'],
    ['/a/../b', '/b'],
    ['../../../etc/passwd', '/etc/passwd'],
    ['/P24-0187/inbox/..', '/P24-0187'],
    ['/...', '/...'],
    ['/a b/ ', '/a b/ '],
    ['/bl\u0061\u030a', '/blå'],
  ] as const) {
    expect(of(given)).toBe(wanted);
  }
});

test('refuses NUL, other control characters, bad UTF-8 and endless paths', () => {
  const bad = [
    Buffer.from('/a\0b'),
    Buffer.from('/a\x1b[2J'),
    Buffer.from('/a\nb'),
    Buffer.from([0x2f, 0xe5]),
    Buffer.from([0x2f, 0xc0, 0xae]),
    Buffer.from([0x2f, 0xed, 0xa0, 0x80]),
    Buffer.alloc(4097, 0x61),
  ];
  for (const raw of bad) {
    let thrown: unknown;
    try {
      canonicalPath(raw);
    } catch (error) {
      thrown = error;
    }
    expect(hasCode(thrown, 'invalid-name')).toBe(true);
  }
});

test('is absolute, stable and without dots whatever comes in', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '.', '', 'a', 'ø', '…', 'b c')), (parts) => {
      const path = of(parts.join('/'));
      expect(path.startsWith('/')).toBe(true);
      expect(of(path)).toBe(path);
      if (path !== '/') {
        for (const part of path.slice(1).split('/')) expect(['', '.', '..']).not.toContain(part);
      }
    }),
  );
});
