/** The cookies of the service: two handles, which scripts cannot read and other sites cannot send along with a change. */
import type { IncomingHttpHeaders } from 'node:http';

export type CookieName = 'session' | 'signIn';

export interface Cookies {
  /** The value that the browser sent. Undefined when it sent two of that name: then one is somebody else's. */
  read(headers: IncomingHttpHeaders, name: CookieName): string | undefined;
  /** The value of a `Set-Cookie` field. Without `maxAgeS` the browser forgets it when it ends. */
  set(name: CookieName, value: string, maxAgeS?: number): string;
  clear(name: CookieName): string;
}

const names: Readonly<Record<CookieName, string>> = {
  session: 'datasluse',
  signIn: 'datasluse-sign-in',
};

/**
 * `secure`: the service is reached by https. The names then begin with `__Host-` (RFC 6265bis, section 4.1.3.2), so that
 * no other host and no plain connection can set them. By http, on the machine itself, browsers refuse such names.
 */
export function createCookies(secure: () => boolean): Cookies {
  const nameOf = (name: CookieName): string => (secure() ? '__Host-' : '') + names[name];
  const attributes = (): string => `Path=/; HttpOnly; SameSite=Lax${secure() ? '; Secure' : ''}`;
  return {
    read(headers, name) {
      const found = (headers.cookie ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${nameOf(name)}=`));
      return found.length === 1 ? found[0]?.slice(nameOf(name).length + 1) : undefined;
    },
    set(name, value, maxAgeS) {
      if (!/^[A-Za-z0-9_-]*$/.test(value)) throw new Error('not a handle');
      const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;
      return `${nameOf(name)}=${value}; ${attributes()}${age}`;
    },
    clear: (name) => `${nameOf(name)}=; ${attributes()}; Max-Age=0`,
  };
}
