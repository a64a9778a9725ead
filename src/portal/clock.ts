/** The browser's clock: the portal's only reader of the time. */

/** Milliseconds since 1970. */
export function browserNowMs(): number {
  return Date.now();
}
