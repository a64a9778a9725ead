import { expect, test } from 'vitest';
import { defaultSftpOptions, keepalives } from '../../../src/sftp/server.ts';

test.each([
  ['by default', {}],
  ['when a transfer may rest for a day', { stallTimeoutMs: 24 * 60 * 60_000 }],
  ['when idling is allowed for longer than a stall', { idleTimeoutMs: 3 * 60 * 60_000 }],
  ['when a sign of life is asked for more often', { keepaliveMs: 7_000 }],
])('a client that answers no sign of life may rest as long as the limits say, %s', (_when, given) => {
  const options = { ...defaultSftpOptions, ...given };
  const { keepaliveInterval, keepaliveCountMax } = keepalives(options);
  expect(keepaliveInterval).toBe(options.keepaliveMs);
  expect(keepaliveInterval * keepaliveCountMax).toBeGreaterThan(
    Math.max(options.idleTimeoutMs, options.stallTimeoutMs),
  );
});
