/** Where the first cell of a key stands and how it may be shown, cheaply: most keys are digits. */
import type { CheckContext } from './check-context.ts';
import type { Column } from './column.ts';
import type { KeyPlace } from './key-spill.ts';
import type { RowCells } from './row-cells.ts';
import type { RuleId } from './rules.ts';

/** Digits of one length have one shape, which is made once. */
export function placeMaker(
  context: CheckContext,
  column: Column,
  rule: RuleId,
): (cells: RowCells) => KeyPlace {
  const shapes: { shape: string | null; value: string | null }[] = [];
  return (cells) => {
    const { row, line } = context;
    cells.select(column.number - 1);
    const { buf, start, end, byte } = cells;
    const length = end - start;
    const digits = length <= 40 && allDigits(buf, start, end);
    const known = digits ? shapes[length] : undefined;
    if (known !== undefined) return { row, line, byte, ...known };
    const shown = column.show(buf, start, end, rule);
    if (shown.value === null && digits && !context.oddRow) shapes[length] = shown;
    return { row, line, byte, ...shown };
  };
}

function allDigits(buf: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (buf[at]! < 0x30 || buf[at]! > 0x39) return false;
  return true;
}
