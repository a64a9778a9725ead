import { expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/platform/errors.ts';
import { type Log, silentLog } from '../../../src/platform/log.ts';
import { createRefusalLog } from '../../../src/sftp/refusal-log.ts';
import { createMemoryTree } from '../../support/memory-tree.ts';
import { request, startSession } from './session-harness.ts';

function heard() {
  const lines: [string, unknown, string][] = [];
  const at = (level: string) => (fields: unknown, message: string) => {
    lines.push([level, fields, message]);
  };
  const log = { ...silentLog, info: at('info'), debug: at('debug') } as unknown as Log;
  return { log, lines };
}

const refusal = (code: ErrorCode) => new AppError(code, { nb: 'Nei.', en: 'No.' });

test('tells refused changes and permissions at info, with request and code, and probing at debug', () => {
  const { log, lines } = heard();
  const refusals = createRefusalLog(log);
  refusals.refused('open', refusal('invalid-name'));
  refusals.refused('opendir', refusal('forbidden'));
  refusals.refused('write', refusal('closed'));
  refusals.refused('stat', refusal('not-found'));
  refusals.refused('mkdir', refusal('already-exists'));
  refusals.refused('unsupported', refusal('unsupported'));
  refusals.refused('read', refusal('closed'));
  refusals.end();
  expect(lines.map(([level, fields]) => [level, fields])).toEqual([
    ['info', { request: 'open', code: 'invalid-name' }],
    ['info', { request: 'opendir', code: 'forbidden' }],
    ['info', { request: 'write', code: 'closed' }],
    ['debug', { request: 'stat', code: 'not-found' }],
    ['debug', { request: 'mkdir', code: 'already-exists' }],
    ['debug', { request: 'unsupported', code: 'unsupported' }],
  ]);
});

test('says five, and at the end how many more there were of each code, once', () => {
  const { log, lines } = heard();
  const refusals = createRefusalLog(log);
  for (let n = 0; n < 1000; n += 1) refusals.refused('open', refusal(n % 2 === 0 ? 'forbidden' : 'conflict'));
  expect(lines).toHaveLength(5);
  refusals.end();
  refusals.end();
  expect(lines.slice(5)).toEqual([
    ['info', { refusals: 995, codes: { forbidden: 497, conflict: 498 } }, 'more SFTP requests were refused'],
  ]);
});

test('what fails behind a failed write, for the same reason, is one refusal', () => {
  const { log, lines } = heard();
  const refusals = createRefusalLog(log);
  const thrown = refusal('too-large');
  for (let n = 0; n < 64; n += 1) refusals.refused('write', thrown);
  refusals.refused('close', thrown);
  refusals.end();
  expect(lines).toHaveLength(1);
});

test('a session of many refused requests leaves five lines, and a count when it is over', async () => {
  const { log, lines } = heard();
  const { send, session } = await startSession(createMemoryTree(), { log });
  const nothing = Buffer.from('no such handle');
  for (let id = 1; id <= 200; id += 1) await send(request.write(id, nothing, 0, Buffer.from('x')));
  expect(lines).toHaveLength(5);
  await session.disconnect();
  await session.disconnect();
  expect(lines.at(-1)).toEqual([
    'info',
    { refusals: 195, codes: { 'invalid-input': 195 } },
    'more SFTP requests were refused',
  ]);
  expect(lines).toHaveLength(6);
});
