/** The keys of other files that foreign keys point at, read before the file itself. */
import { type ForeignKey, keyFields, type Resource } from './description.ts';
import { comparedByValue } from './key-cells.ts';
import { KeyJoin } from './key-join.ts';
import type { KeyRoom } from './key-room.ts';
import { maskFileName } from './masking.ts';
import type { ReferencedFile } from './referenced-files.ts';
import type { ReferencedKey, WantedKey } from './referenced-key.ts';
import { TableKeys } from './table-keys.ts';

export class ReferencedKeys {
  readonly #files: readonly ReferencedFile[];
  readonly #tables: readonly TableKeys[];
  readonly #wanted = new Map<ForeignKey, WantedKey>();

  constructor(resource: Resource | undefined, files: readonly ReferencedFile[], room: KeyRoom) {
    this.#files = files;
    const byResource = new Map<string, WantedKey[]>();
    for (const foreign of resource?.schema?.foreignKeys ?? []) {
      const other = files.find((file) => file.resource.name === foreign.reference.resource)?.resource;
      if (other === undefined || other.name === resource!.name) continue;
      const names = keyFields(foreign.reference.fields);
      const own = keyFields(foreign.fields);
      const byValue = names.map((name, index) =>
        comparedByValue(fieldOf(resource!, own[index]!), fieldOf(other, name)),
      );
      const key = { names, byValue, join: new KeyJoin(room) };
      this.#wanted.set(foreign, key);
      byResource.set(other.name, [...(byResource.get(other.name) ?? []), key]);
    }
    this.#tables = files.map(
      (file) => new TableKeys(file.resource, byResource.get(file.resource.name) ?? [], room),
    );
  }

  push(index: number, chunk: Uint8Array): void {
    this.#tables[index]?.push(chunk);
  }

  end(index: number): void {
    this.#tables[index]?.end();
  }

  of(foreign: ForeignKey): ReferencedKey {
    const name = foreign.reference.resource ?? '';
    const key = this.#wanted.get(foreign);
    if (key === undefined) return { state: 'missing', files: [name] };
    const own = this.#files.flatMap((file, index) => (file.resource.name === name ? [{ file, index }] : []));
    const named = (some: typeof own) => some.map(({ file }) => maskFileName(file.fileName));
    const missing = own.filter(({ file }) => !file.present);
    if (missing.length > 0) return { state: 'missing', files: named(missing) };
    const unread = own.filter(({ index }) => !this.#tables[index]!.holds(key));
    if (unread.length > 0) return { state: 'unread', files: named(unread) };
    key.join.seal();
    return { state: 'known', key };
  }
}

function fieldOf(resource: Resource, name: string) {
  return resource.schema?.fields.find((field) => field.name === name) ?? null;
}
