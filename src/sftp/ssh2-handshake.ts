/**
 * What ssh2 1.17.0 has no setting for before somebody has signed in: an offer that depends on the client, and a client
 * that asks for the authentication service again before each method. The private fields stand here;
 * test/unit/sftp/ssh2-handshake.test.ts fails when they are gone. Without them the library does as it likes.
 */
import type { Connection } from 'ssh2';
import { macsFor } from './algorithms.ts';

interface Entry {
  array: string[];
}

interface Offer {
  lists: {
    kex: Entry;
    serverHostKey: Entry;
    cs: { cipher: Entry; mac: Entry; compress: Entry };
  };
}

type OfferConstructor = new (lists: object) => Offer;

interface Protocol {
  _offer: Offer;
  /** Our KEXINIT, once it is sent: then it is too late. */
  _kexinit: Buffer | undefined;
}

function protocolOf(connection: Connection): Protocol | undefined {
  const { _protocol } = connection as unknown as { _protocol?: Partial<Protocol> };
  const lists = _protocol?._offer?.lists as Partial<Offer['lists']> | undefined;
  const known =
    Array.isArray(lists?.kex?.array) &&
    Array.isArray(lists?.serverHostKey?.array) &&
    Array.isArray(lists?.cs?.mac?.array) &&
    Array.isArray(lists?.cs?.cipher?.array) &&
    Array.isArray(lists?.cs?.compress?.array) &&
    _protocol?._kexinit === undefined;
  return known ? (_protocol as Protocol) : undefined;
}

/** Call in 'connection', where ssh2 knows the client's version and has not sent its own offer. False when it cannot be done. */
export function tailorOffer(
  connection: Connection,
  clientVersion: string,
  moreExchanges: readonly string[] = [],
): boolean {
  const protocol = protocolOf(connection);
  if (protocol === undefined) return false;
  const { kex, serverHostKey, cs } = protocol._offer.lists;
  const directions = {
    cipher: cs.cipher.array,
    mac: [...macsFor(clientVersion)],
    compress: cs.compress.array,
    lang: [],
  };
  const Offer = protocol._offer.constructor as OfferConstructor;
  protocol._offer = new Offer({
    kex: [...moreExchanges, ...kex.array],
    serverHostKey: serverHostKey.array,
    cs: directions,
    sc: directions,
  });
  return true;
}

interface ServiceProtocol {
  serviceAccept(service: string): void;
}

interface Handlers {
  SERVICE_REQUEST(protocol: ServiceProtocol, service: string): void;
}

/** As often as anybody has methods to try. */
const serviceRequests = 20;

/**
 * paramiko asks for the service again when it goes from key to code; ssh2 would end the connection. RFC 4252 section 4
 * lets a client ask as often as it likes. False when it cannot be done.
 */
export function takeRepeatedServiceRequests(connection: Connection): boolean {
  const fields = connection as unknown as {
    _protocol?: { _handlers?: Partial<Handlers> };
    authenticated?: boolean;
  };
  const handlers = fields._protocol?._handlers;
  const first = handlers?.SERVICE_REQUEST;
  if (handlers === undefined || typeof first !== 'function') return false;
  let seen = 0;
  handlers.SERVICE_REQUEST = (protocol, service) => {
    seen += 1;
    const again =
      seen > 1 && seen <= serviceRequests && service === 'ssh-userauth' && fields.authenticated === false;
    if (again) protocol.serviceAccept(service);
    else first(protocol, service);
  };
  return true;
}
