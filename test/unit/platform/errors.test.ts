import { expect, test } from 'vitest';
import { AppError, hasCode, toAppError } from '../../../src/platform/errors.ts';
import { describeError } from '../../../src/platform/log.ts';

test('an unknown error shows nothing of itself', () => {
  const shown = toAppError(new Error('row 3: 01018412345'));
  expect(shown.code).toBe('internal');
  expect(JSON.stringify(shown.detail)).not.toContain('0101');
});

test('an AppError passes through unchanged', () => {
  const error = new AppError('closed', { nb: 'Stengt.', en: 'Closed.' });
  expect(toAppError(error)).toBe(error);
  expect(hasCode(error, 'closed')).toBe(true);
  expect(hasCode(error, 'forbidden')).toBe(false);
});

test('the log keeps the stack of a foreign error but not its message', () => {
  const described = JSON.stringify(
    describeError(new Error('secret 01018412345', { cause: new TypeError('x 999') })),
  );
  expect(described).not.toContain('01018412345');
  expect(described).not.toContain('999');
  expect(described).toContain('errors.test.ts');
});
