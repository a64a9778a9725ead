/** Reads the key columns of another file of the package: the same readers as a check has, and no findings. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import { DelimitedCheck } from './delimited-check.ts';
import type { Field, Resource } from './description.ts';
import { resolveDialect, unsupportedDialect } from './dialect.ts';
import { encodingNamed } from './encoding.ts';
import { FileHead } from './file-head.ts';
import { Findings } from './findings.ts';
import { FixedWidthCheck, isFixedWidth } from './fixed-width-check.ts';
import { addJoinedCell } from './key-cells.ts';
import type { KeyRoom } from './key-room.ts';
import type { WantedKey } from './referenced-key.ts';
import type { RowCells } from './row-cells.ts';
import type { RowChecks, TableOptions } from './row-checks.ts';
import { formatOfBytes, hasUtf8Bom, looksLikeUtf16 } from './sniff.ts';
import { TextState } from './text-state.ts';

export class TableKeys {
  readonly #resource: Resource;
  readonly #wanted: readonly WantedKey[];
  readonly #room: KeyRoom;
  readonly #found = new Set<WantedKey>();
  readonly #head = new FileHead();
  #reader: DelimitedCheck | FixedWidthCheck | null = null;
  #ended = false;

  constructor(resource: Resource, wanted: readonly WantedKey[], room: KeyRoom) {
    this.#resource = keysOnly(resource, new Set(wanted.flatMap(({ names }) => names)));
    this.#wanted = wanted;
    this.#room = room;
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.#head.gathers) {
      const after = this.#head.add(chunk);
      if (after === null) return;
      this.#begin();
      rest = after;
    }
    this.#reader?.push(rest);
  }

  end(): void {
    if (this.#head.gathers) this.#begin();
    this.#reader?.finish();
    this.#ended = true;
  }

  /** True when the file was given to its end, could be read as a table, and has the columns of the key. */
  holds(key: WantedKey): boolean {
    return this.#ended && this.#reader?.complete === true && this.#found.has(key);
  }

  #begin(): void {
    const head = this.#head.take();
    const resource = this.#resource;
    const { encoding } = resource;
    const declared = encoding === undefined ? undefined : encodingNamed(encoding);
    const readable =
      head.length > 0 &&
      formatOfBytes(head) === undefined &&
      !looksLikeUtf16(head) &&
      (encoding === undefined || declared !== undefined) &&
      unsupportedDialect(resource.dialect).length === 0;
    if (!readable) return;
    const bom = hasUtf8Bom(head);
    const context: CheckContext = {
      findings: new Findings(0),
      text: new TextState(declared, bom),
      described: true,
      outgoing: false,
      refuseSynthetic: false,
      codeLists: [],
      room: this.#room,
      referenced: () => ({ state: 'missing', files: [] }),
      today: 0,
      row: 0,
      line: 1,
      oddRow: false,
    };
    const first = bom ? 3 : 0;
    const options: TableOptions = {
      maxSamples: 0,
      path: 'fast',
      makeRowChecks: (own, _resource, columns) => this.#collect(own, columns),
    };
    this.#reader = isFixedWidth(resource.schema)
      ? new FixedWidthCheck(context, resource, first, options)
      : new DelimitedCheck(context, resource, resolveDialect(resource, head), first, options);
    this.#reader.push(bom ? head.subarray(3) : head);
  }

  /** Offers the keys of every row whose cells could be read. */
  #collect(context: CheckContext, columns: readonly Column[]): RowChecks {
    const keys = this.#wanted.flatMap((key) => {
      const parts = key.names.map((name) => columns.find((column) => nameOf(column) === name));
      if (!parts.every((part) => part !== undefined)) return [];
      this.#found.add(key);
      return [{ ...key, parts: parts as Column[] }];
    });
    return {
      needed: keys.length > 0,
      check: (cells: RowCells) => {
        for (const { join, parts, byValue } of keys) {
          // A part that is missing makes it a key that nothing can point at.
          if (parts.some((part) => part.missing)) continue;
          join.key.begin();
          for (let index = 0; index < parts.length; index++) {
            addJoinedCell(join.key, parts[index]!, byValue[index]!, cells, context.text.encoding);
          }
          join.key.end();
          join.offer();
        }
      },
      finish: () => undefined,
      evidence: () => [],
    };
  }
}

function nameOf({ field, name }: Column): string | null {
  return field?.name ?? name;
}

/** The description as far as it says how the keys are read: rules are the other file's own check's. */
function keysOnly(resource: Resource, names: ReadonlySet<string>): Resource {
  const { name, path, encoding, dialect, schema } = resource;
  if (schema === undefined) return { name, path, encoding, dialect };
  const { fieldsMatch, missingValues } = schema;
  return {
    name,
    path,
    encoding,
    dialect,
    schema: { fieldsMatch, missingValues, fields: schema.fields.map((field) => bare(field, names)) },
  };
}

function bare(field: Field, names: ReadonlySet<string>): Field {
  const place = field['no:start'] === undefined ? {} : { 'no:start': field['no:start'] };
  const width = field['no:width'] === undefined ? {} : { 'no:width': field['no:width'] };
  if (!names.has(field.name)) return { name: field.name, ...place, ...width };
  const { constraints: _constraints, categories: _categories, 'no:klass': _klass, ...kept } = field;
  return kept;
}
