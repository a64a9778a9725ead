import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createCrowd } from '../../../src/sftp/crowd.ts';

const options = { maxConnections: 3, maxConnectionsPerAddress: 2, maxConnectionsPerPerson: 1 };

test('admits so many from one address, and one more when one has gone', async () => {
  const crowd = createCrowd(options);
  const first = new Socket();
  expect(crowd.admit(first, 'a')).toBe(true);
  expect(crowd.admit(new Socket(), 'a')).toBe(true);
  expect(crowd.admit(new Socket(), 'a')).toBe(false);
  expect(crowd.admit(new Socket(), 'b')).toBe(true);
  first.destroy();
  await new Promise((resolve) => first.on('close', resolve));
  expect(crowd.size()).toBe(2);
  expect(crowd.admit(new Socket(), 'a')).toBe(true);
});

test('when the house is full, the oldest stranger gives way, and nobody who has signed in', () => {
  const crowd = createCrowd({ ...options, maxConnectionsPerPerson: 3 });
  const [known, older, newer] = [new Socket(), new Socket(), new Socket()];
  for (const [at, socket] of [known, older, newer].entries()) crowd.admit(socket, `address ${at}`);
  crowd.signedIn(known, 'kari');
  const another = new Socket();
  expect(crowd.admit(another, 'x')).toBe(true);
  expect([known.destroyed, older.destroyed, newer.destroyed]).toEqual([false, true, false]);
  expect(crowd.size()).toBe(3);
  for (const socket of [newer, another]) crowd.signedIn(socket, 'ola');
  expect(crowd.admit(new Socket(), 'y')).toBe(false);
});

test('counts the connections of a person, from wherever they come', async () => {
  const crowd = createCrowd(options);
  const [one, two] = [new Socket(), new Socket()];
  crowd.admit(one, 'a');
  crowd.admit(two, 'b');
  expect(crowd.signedIn(one, 'kari')).toBe(true);
  expect(crowd.signedIn(two, 'kari')).toBe(false);
  one.destroy();
  await new Promise((resolve) => one.on('close', resolve));
  expect(crowd.signedIn(two, 'kari')).toBe(true);
});
