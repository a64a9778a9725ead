/** Who could see a file, said once: several rights to the same thing, and a lesser one beside a greater, are one line. Pure. */
import type { FileAccess } from '../../api/api-types.ts';

type Could = FileAccess['could'][number];

const ms = (at: string) => Date.parse(at);

/** True when the line says nothing that `other` does not. */
function isWithin(one: Could, other: Could): boolean {
  return (
    one.personId === other.personId &&
    one.role === other.role &&
    (one.what === other.what || other.what === 'content') &&
    ms(other.from) <= ms(one.from) &&
    ms(one.until) <= ms(other.until)
  );
}

export function saidOnce(could: readonly Could[]): readonly Could[] {
  return could.filter(
    (one, at) =>
      !could.some(
        (other, place) => place !== at && isWithin(one, other) && (!isWithin(other, one) || place < at),
      ),
  );
}
