/**
 * One rule of uniqueness, exact however many keys: the first are kept with their rows, further ones in few bytes with their
 * rows outside memory; only what could not be told while reading is searched for at the end.
 */
import { CompactKeys, halfBits } from './compact-keys.ts';
import type { FindingField, Findings } from './findings.ts';
import type { KeyRoom } from './key-room.ts';
import type { KeyPlace } from './key-spill.ts';
import { KeySpill } from './key-spill.ts';
import type { Evidence, Sample } from './report.ts';
import { RowKey } from './row-key.ts';
import type { RuleId } from './rules.ts';
import { SeenKeys, scatter } from './seen-keys.ts';
import type { SpillStore } from './spill-store.ts';

/** Numbers of 44 bits have no more than this above their low 32. */
const limitHigh = 1 << 12;
const lowMask = (1 << halfBits) - 1;
type AnyCompactKeys = Pick<CompactKeys, 'add' | 'size'>;
const noKeys: AnyCompactKeys = { size: 0, add: () => -1 };

interface Repetition {
  readonly place: KeyPlace;
  readonly firstRow: number;
}

export class UniqueRows {
  readonly key: RowKey;
  /** The property of the description, with its fields. */
  readonly property: string;
  readonly rule: RuleId;
  readonly field: FindingField | null;
  /** The column that samples show; null for whole rows. */
  readonly #column: number | null;
  readonly #findings: Findings;
  readonly #room: KeyRoom;
  #narrow: SeenKeys | null;
  #wide: SeenKeys | null;
  /** By kind of number, and 0 for fingerprints of other keys: what is seen beyond those two. */
  readonly #compact = new Map<number, AnyCompactKeys>();
  /** The rows of the numbers among them. */
  #rows: KeySpill | null = null;
  /** Keys that are not known to be new. */
  #spill: KeySpill | null = null;
  #fault: 'uniqueness/memory' | 'uniqueness/storage' | null = null;
  #seen = 0;
  #repeated = 0;
  /** The first places in order of rows, each with the row that had the key before. */
  readonly #samples: Repetition[] = [];
  #held = 0;

  constructor(
    findings: Findings,
    room: KeyRoom,
    rule: RuleId,
    property: string,
    field: FindingField | null,
    column: number | null,
  ) {
    this.#findings = findings;
    this.#room = room;
    this.rule = rule;
    this.property = property;
    this.field = field;
    this.#column = column;
    this.key = new RowKey(room.hashKey);
    this.#narrow = new SeenKeys(2, room.hashKey[0], room.budget);
    this.#wide = new SeenKeys(4, room.hashKey[1], room.budget);
    this.#narrow.limitBytes = room.rowsBytes;
    this.#wide.limitBytes = room.rowsBytes;
  }

  /** The key built last stood in `row`. `place` is asked for only when it may become a sample. */
  see(row: number, place: () => KeyPlace): void {
    this.#seen += 1;
    const { key } = this;
    const remembered = key.narrow ? this.#narrow! : this.#wide!;
    let first = remembered.seenIn(key.words, row);
    if (first === 0) return;
    const wanted = this.#samples.length < this.#findings.maxSamples;
    if (first > 0) {
      this.#repeat(row, first, wanted ? place : null);
      return;
    }
    if (this.#fault !== null) return;
    try {
      if (this.#room.storeOrNull() === null && remembered.limitBytes < Number.POSITIVE_INFINITY) {
        // Without a place for rows, all of memory is for keys with their rows.
        remembered.limitBytes = Number.POSITIVE_INFINITY;
        remembered.closed = false;
        first = remembered.seenIn(key.words, row);
        if (first >= 0) return;
      }
      const store = this.#room.store();
      if (store === null) {
        this.#fault = 'uniqueness/memory';
        this.#held = this.#heldNow();
        return;
      }
      if (key.narrow) this.#seeNumber(store, row, wanted ? place : null);
      else this.#seeWide(store, row, wanted ? place : null);
    } catch {
      this.#lose();
    }
  }

  #repeat(row: number, first: number, place: (() => KeyPlace) | null): void {
    this.#repeated += 1;
    this.#findings.count(this.rule, this.field, row);
    if (place !== null) this.#samples.push({ place: place(), firstRow: first });
  }

  /** A number beyond those kept with their rows: known exactly, and its first row is looked up outside memory when a sample shows it. */
  #seeNumber(store: SpillStore, row: number, place: (() => KeyPlace) | null): void {
    const { words } = this.key;
    const kind = words[1]! >>> 24;
    const high = words[1]! & 0xff_ffff;
    const known =
      high >= limitHigh
        ? -1
        : this.#compactOf(kind).add((high << 10) | (words[0]! >>> 22), words[0]! & lowMask);
    if (known < 0) {
      this.#spilled(store).add(words, true, row, place?.() ?? null, false);
    } else if (place === null) {
      // Rows are kept only as long as samples are wanted.
      if (known === 1) this.#repeat(row, 0, null);
    } else {
      this.#rows ??= new KeySpill(store, this.#room.hashKey[2]);
      if (known === 0) this.#rows.add(words, true, row, null, true);
      else this.#repeat(row, this.#rows.firstRow(words, true), place);
    }
  }

  /** Any other key: one whose fingerprint is new is new; what is left in doubt is searched for at the end. */
  #seeWide(store: SpillStore, row: number, place: (() => KeyPlace) | null): void {
    const { words } = this.key;
    const { hashKey } = this.#room;
    const known = this.#compactOf(0).add(
      scatter(words, 4, hashKey[2] ^ 0x2545f491) >>> 10,
      scatter(words, 4, hashKey[3]) >>> 10,
    );
    const spill = this.#spilled(store);
    const isNew =
      known === 0 || (known === 1 && !spill.isDoubtful(words, false) && spill.firstRow(words, false) === 0);
    spill.add(words, false, row, place?.() ?? null, isNew);
  }

  #spilled(store: SpillStore): KeySpill {
    this.#spill ??= new KeySpill(store, this.#room.hashKey[2]);
    return this.#spill;
  }

  /** Keys of one kind in few bytes; one without room knows none. */
  #compactOf(kind: number): AnyCompactKeys {
    let compact = this.#compact.get(kind);
    if (compact === undefined) {
      const [k0, k1, k2] = this.#room.hashKey;
      compact = CompactKeys.create([k0 ^ kind, k1, k2], this.#room.budget) ?? noKeys;
      this.#compact.set(kind, compact);
    }
    return compact;
  }

  #heldNow(): number {
    let held = this.#narrow!.size + this.#wide!.size;
    for (const compact of this.#compact.values()) held += compact.size;
    return held;
  }

  /** Finds what lies outside memory. The samples are not in the findings yet: see `samples`. */
  finish(): void {
    const held = this.#heldNow();
    this.#narrow = null;
    this.#wide = null;
    this.#rows = null;
    this.#compact.clear();
    const spill = this.#spill;
    this.#spill = null;
    if (spill === null || this.#fault !== null) return;
    let count = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = 0;
    const late: Repetition[] = [];
    const { maxSamples } = this.#findings;
    try {
      spill.repeated(this.#room.limitEntries, (row, firstRow, placeOf) => {
        count += 1;
        lowest = Math.min(lowest, row);
        highest = Math.max(highest, row);
        if (late.length === maxSamples && row > (late.at(-1)?.place.row ?? -1)) return;
        const place = placeOf();
        if (place === null) return;
        const before = late.findLastIndex((one) => one.place.row < row);
        late.splice(before + 1, 0, { place, firstRow });
        if (late.length > maxSamples) late.pop();
      });
    } catch {
      this.#lose();
      this.#held = held;
      return;
    }
    this.#repeated += count;
    if (count > 0) this.#findings.countLate(this.rule, this.field, { count, lowest, highest });
    this.#samples.push(...late);
    this.#samples.sort((a, b) => a.place.row - b.place.row);
    this.#samples.length = Math.min(this.#samples.length, maxSamples);
  }

  /** The first repetitions, in order of rows. */
  samples(): Sample[] {
    return this.#samples.map(({ place, firstRow }) => ({
      ...place,
      column: this.#column,
      expected: `= ${firstRow}`,
    }));
  }

  /** Why the rule was not followed to the end, and the keys that it was followed for; null when it was. */
  get fault(): { readonly rule: RuleId; readonly expected: string } | null {
    if (this.#fault === null) return null;
    return { rule: this.#fault, expected: `${this.property} (> ${this.#held})` };
  }

  /** Rows seen, and of them those that repeat another; known to the end after `finish`. */
  get seen(): number {
    return this.#seen;
  }
  get repeated(): number {
    return this.#repeated;
  }

  evidence(): Evidence {
    const how =
      this.#fault !== null
        ? 'not complete'
        : this.key.exact
          ? 'exact'
          : 'exact, but for a chance of less than 2^-60';
    return {
      subject: 'uniqueness',
      source: 'declared',
      value: `${this.property}: ${how}`,
      agreeing: this.#seen - this.#repeated,
      seen: this.#seen,
    };
  }

  #lose(): void {
    this.#fault = 'uniqueness/storage';
    this.#spill = null;
    this.#rows = null;
    if (this.#narrow !== null) this.#held = this.#heldNow();
  }
}
