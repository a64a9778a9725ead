/** One rule of uniqueness: in memory as long as its budget lasts, then in runs outside it; the count is exact either way. */
import type { FindingField, Findings } from './findings.ts';
import type { KeyRoom } from './key-room.ts';
import type { KeyPlace } from './key-spill.ts';
import { KeySpill } from './key-spill.ts';
import type { Evidence, Sample } from './report.ts';
import { RowKey } from './row-key.ts';
import type { RuleId } from './rules.ts';
import { SeenKeys } from './seen-keys.ts';

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
  }

  /** The key built last stood in `row`. `place` is asked for only when it may become a sample. */
  see(row: number, place: () => KeyPlace): void {
    this.#seen += 1;
    const { key } = this;
    const set = key.narrow ? this.#narrow! : this.#wide!;
    const first = set.seenIn(key.words, row);
    if (first === 0) return;
    const wanted = this.#samples.length < this.#findings.maxSamples;
    if (first > 0) {
      this.#repeated += 1;
      this.#findings.count(this.rule, this.field, row);
      if (wanted) this.#samples.push({ place: place(), firstRow: first });
      return;
    }
    if (this.#fault !== null) return;
    try {
      const store = this.#room.store();
      if (store === null) {
        this.#fault = 'uniqueness/memory';
        this.#held = this.#narrow!.size + this.#wide!.size;
        return;
      }
      this.#spill ??= new KeySpill(store, this.#room.hashKey[2]);
      this.#spill.add(key.words, key.narrow, row, wanted ? place() : null);
    } catch {
      this.#lose();
    }
  }

  /** Finds what lies outside memory. The samples are not in the findings yet: see `samples`. */
  finish(): void {
    const held = this.#narrow!.size + this.#wide!.size;
    this.#narrow = null;
    this.#wide = null;
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
    if (this.#narrow !== null) this.#held = this.#narrow.size + this.#wide!.size;
  }
}
