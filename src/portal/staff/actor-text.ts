/** Who did something, as the audit log names them, for people to read. Pure. */

/** `person:kari` → `kari`; the rest stands as it is. */
export function actorText(actor: string): string {
  return actor.replace(/^person:/, '');
}
