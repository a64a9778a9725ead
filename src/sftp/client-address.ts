/** Addresses of clients: what counts as one client, and which addresses are a proxy of ours. */
import { BlockList, isIP } from 'node:net';

/** An IPv6 subscriber has a /64 of addresses, so that is what is counted and banned; of IPv4 the one address. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  if (isIP(plain) !== 6) return plain;
  return `${ipv6Groups(plain).slice(0, 4).join(':')}::/64`;
}

/** The eight groups, without leading zeros; the address is known to be valid. */
function ipv6Groups(address: string): string[] {
  const [left = '', right] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  // A tail in dotted form stands for two groups; they lie beyond the first four.
  const length = head.length + tail.length + (address.includes('.') ? 1 : 0);
  const zeros = right === undefined ? [] : new Array<string>(Math.max(0, 8 - length)).fill('0');
  return [...head, ...zeros, ...tail].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}

/** True for what `createAddressList` takes: an address, or a network such as 10.1.0.0/16. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

export interface AddressList {
  includes(address: string): boolean;
}

/** @param entries addresses and networks, as isAddressOrNetwork takes them; anything else throws. */
export function createAddressList(entries: readonly string[]): AddressList {
  const list = new BlockList();
  for (const entry of entries) {
    if (!isAddressOrNetwork(entry)) throw new Error('not an address or network of a proxy');
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    includes(address) {
      const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
