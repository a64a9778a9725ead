import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Environment, readConfig } from '../../src/config.ts';

test('the example of settings has every one of them', () => {
  const example = readFileSync(join(import.meta.dirname, '../../config/datasluse.env.example'), 'utf8');
  const missing = Object.keys(Environment.shape).filter((name) => !example.includes(`${name}=`));
  expect(missing).toEqual([]);
});

test('anybody may sign in as anybody only on the machine itself, and where nothing else is set up', () => {
  const development = (env: Record<string, string>) => readConfig(env).config.signIn.development;
  expect(development({})).toBe(true);
  for (const env of [
    { NODE_ENV: 'production' },
    { DATASLUSE_HTTP: '0.0.0.0:8080' },
    { DATASLUSE_STAFF_HTTP: '10.0.0.1:8081' },
    { DATASLUSE_PUBLIC_URL: 'https://sluse.example.no' },
    { DATASLUSE_STAFF_PUBLIC_URL: 'https://intern.example.no' },
    { DATASLUSE_SIGN_IN: 'sign-in.json' },
    { DATABASE_URL: 'postgres://db/datasluse' },
    { DATASLUSE_PROCESSES: '2' },
    { DATASLUSE_DEVELOPMENT_SIGN_IN: 'off' },
  ]) {
    expect([env, development(env as Record<string, string>)]).toEqual([env, false]);
  }
  const on = { DATASLUSE_DEVELOPMENT_SIGN_IN: 'on' };
  expect(development({ ...on, DATASLUSE_HTTP: '0.0.0.0:8080' })).toBe(true);
  expect(() => development({ ...on, NODE_ENV: 'production' })).toThrow(/anybody sign in as anybody/);
  expect(() => development({ ...on, DATASLUSE_PROCESSES: '2' })).toThrow(/within one process/);
});
