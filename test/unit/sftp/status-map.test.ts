import { expect, test } from 'vitest';
import { AppError, errorCodes } from '../../../src/platform/errors.ts';
import { status } from '../../../src/sftp/protocol-numbers.ts';
import { failureReply } from '../../../src/sftp/status-map.ts';
import { showReply } from './session-harness.ts';

const shown = (thrown: unknown) => showReply(failureReply(9, thrown)[0]!.subarray(4));

test('answers every code with a failure and the sentence in both languages', () => {
  for (const code of errorCodes) {
    const reply = shown(new AppError(code, { nb: 'Nei.', en: 'No.' }));
    expect(reply).toMatchObject({ id: 9, message: 'Nei. / No.' });
    expect([status.ok, status.eof]).not.toContain(reply.code);
  }
});

test('tells a missing file, a closed door and an unknown operation apart', () => {
  const sentence = { nb: 'Nei.', en: 'No.' };
  expect(shown(new AppError('not-found', sentence)).code).toBe(status.noSuchFile);
  expect(shown(new AppError('forbidden', sentence)).code).toBe(status.permissionDenied);
  expect(shown(new AppError('unsupported', sentence)).code).toBe(status.opUnsupported);
});

test('shows nothing of an unknown error', () => {
  const reply = shown(new Error('row 7: 01018412345'));
  expect(reply.code).toBe(status.failure);
  expect(reply.message).not.toContain('0101');
});
