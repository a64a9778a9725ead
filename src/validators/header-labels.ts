/** The labels of a header that may be several rows high: put together column by column. */

import { decode } from './encoding.ts';
import type { Label } from './header.ts';
import type { RecordCells } from './record-cells.ts';
import type { TextState } from './text-state.ts';

/** Of a label; a longer one is no name. */
const limitBytes = 400;

export class HeaderLabels {
  readonly #text: TextState;
  readonly #join: string;
  /** Of the rows read so far. */
  #labels: readonly Label[] = [];

  constructor(text: TextState, join: string) {
    this.#text = text;
    this.#join = join;
  }

  /** Adds the first `count` cells of a header row; the labels so far. */
  add(cells: RecordCells, count: number): readonly Label[] {
    const before = this.#labels;
    const joined: Label[] = [];
    for (let index = 0; index < Math.max(before.length, count); index++) {
      const label = index < count ? this.#labelOf(cells, index) : before[index]!;
      const parts = [before[index]?.text ?? '', index < count ? label.text : ''].filter(
        (part) => part !== '',
      );
      joined.push({ text: parts.join(this.#join), byte: label.byte });
    }
    this.#labels = joined;
    return joined;
  }

  #labelOf(cells: RecordCells, index: number): Label {
    cells.select(index);
    const end = Math.min(cells.end, cells.start + limitBytes);
    return { text: decode(cells.buf, cells.start, end, this.#text.encoding), byte: cells.byte };
  }
}
