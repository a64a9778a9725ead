import { expect, test } from 'vitest';
import { addressKey, createAddressList, isAddressOrNetwork } from '../../../src/sftp/client-address.ts';

test('counts an IPv4 address as itself, in whichever form it comes', () => {
  expect(addressKey('192.0.2.1')).toBe('192.0.2.1');
  expect(addressKey('::ffff:192.0.2.1')).toBe('192.0.2.1');
});

test('counts the addresses of one IPv6 subscriber together', () => {
  const key = '2001:db8:0:1::/64';
  for (const address of [
    '2001:db8:0:1::7',
    '2001:0db8:0000:0001:ffff:0:0:1',
    '2001:DB8:0:1:1:2:3:4',
    '2001:db8::1:1:2:192.0.2.1',
  ])
    expect(addressKey(address)).toBe(key);
  expect(addressKey('2001:db8:0:2::7')).toBe('2001:db8:0:2::/64');
  expect(addressKey('::1')).toBe('0:0:0:0::/64');
  expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
});

test('a list holds addresses and networks of both kinds', () => {
  const list = createAddressList(['192.0.2.7', '10.1.0.0/16', '2001:db8::/32']);
  for (const inside of ['192.0.2.7', '::ffff:192.0.2.7', '10.1.255.255', '2001:db8:ffff::1'])
    expect(list.includes(inside)).toBe(true);
  for (const outside of ['192.0.2.8', '10.2.0.1', '2001:db9::1', '', 'localhost'])
    expect(list.includes(outside)).toBe(false);
  expect(createAddressList([]).includes('127.0.0.1')).toBe(false);
});

test('knows an address or network from what is none', () => {
  for (const good of ['::1', '10.0.0.0/8', '::/0', '127.0.0.1/32'])
    expect(isAddressOrNetwork(good)).toBe(true);
  for (const bad of ['', 'proxy.example', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '1.2.3'])
    expect(isAddressOrNetwork(bad)).toBe(false);
  expect(() => createAddressList(['proxy.example'])).toThrow(/address/);
});
