/** Everybody who is connected: how many in all, from one address, of one person, and who must go when the house is full. */
import type { Socket } from 'node:net';

export interface CrowdOptions {
  maxConnections: number;
  maxConnectionsPerAddress: number;
  maxConnectionsPerPerson: number;
}

export interface Crowd {
  /**
   * Room for one more from this address? When the house is full, the oldest connection that has not signed in gives way:
   * strangers who hold the door cannot keep out those who have a key.
   */
  admit(socket: Socket, key: string): boolean;
  /** Signed in: no longer among those that give way. False when the person has all the connections they may have. */
  signedIn(socket: Socket, personId: string): boolean;
  size(): number;
  sockets(): Iterable<Socket>;
}

interface Member {
  key: string;
  personId: string | undefined;
}

function countUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countDown(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}

export function createCrowd(options: CrowdOptions): Crowd {
  const members = new Map<Socket, Member>();
  /** In the order of their arrival. */
  const strangers = new Set<Socket>();
  const perAddress = new Map<string, number>();
  const perPerson = new Map<string, number>();

  function leave(socket: Socket): void {
    const member = members.get(socket);
    if (member === undefined) return;
    members.delete(socket);
    strangers.delete(socket);
    countDown(perAddress, member.key);
    if (member.personId !== undefined) countDown(perPerson, member.personId);
  }

  function makeRoom(): boolean {
    if (members.size < options.maxConnections) return true;
    const oldest = strangers.values().next();
    if (oldest.done) return false;
    leave(oldest.value);
    oldest.value.destroy();
    return true;
  }

  return {
    admit(socket, key) {
      if ((perAddress.get(key) ?? 0) >= options.maxConnectionsPerAddress || !makeRoom()) return false;
      members.set(socket, { key, personId: undefined });
      strangers.add(socket);
      countUp(perAddress, key);
      socket.once('close', () => leave(socket));
      return true;
    },
    signedIn(socket, personId) {
      const member = members.get(socket);
      if (member === undefined) return false;
      strangers.delete(socket);
      if ((perPerson.get(personId) ?? 0) >= options.maxConnectionsPerPerson) return false;
      member.personId = personId;
      countUp(perPerson, personId);
      return true;
    },
    size: () => members.size,
    sockets: () => members.keys(),
  };
}
