/** Lists in one cell: items of one type with a delimiter between them. */
import type { CellType } from './cell-type.ts';
import { encode } from './encoding.ts';
import type { ReadText } from './json-cells.ts';

/** `item` reads one item; undefined for text of any kind. `delimiter` is not empty. */
export function listType(text: ReadText, delimiter: string, item: CellType | undefined): CellType {
  // ASCII is the same in every encoding that is read; another sign is looked for as UTF-8 and as windows-1252.
  const marks = [encode(delimiter, 'utf-8'), encode(delimiter, 'windows-1252')].filter(
    (mark) => mark !== undefined,
  );
  let last: readonly [buf: Uint8Array, start: number, end: number] = [new Uint8Array(0), 0, 0];
  const markAt = (buf: Uint8Array, at: number, end: number) =>
    marks.find((mark) => at + mark.length <= end && mark.every((byte, index) => buf[at + index] === byte));
  const type: CellType = {
    kind: 'text',
    value: Number.NaN,
    expected: item === undefined ? `a${delimiter}b` : `(${item.expected})${delimiter} …`,
    size: 0,
    canonical: () => text(...last),
    read: (buf, start, end) => {
      last = [buf, start, end];
      let size = 0;
      let from = start;
      let at = start;
      for (;;) {
        const mark = at < end ? markAt(buf, at, end) : undefined;
        if (at < end && mark === undefined) {
          at += 1;
          continue;
        }
        size += 1;
        if (item !== undefined && item.read(buf, from, at) !== null) return 'type-error/list';
        if (mark === undefined) break;
        at += mark.length;
        from = at;
      }
      type.size = size;
      return null;
    },
  };
  return type;
}
