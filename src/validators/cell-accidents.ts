/** What a spreadsheet did to a cell, told from the form of a cell that is wrong. */
import { ByteTable } from './byte-table.ts';
import { isScientific } from './number-cells.ts';
import type { RuleId } from './rules.ts';
import { isDateLike, isDateSerial } from './spreadsheet-cells.ts';

/** What a spreadsheet leaves where a formula failed, in English and Norwegian. */
const formulaErrors = new ByteTable([
  ...[
    '#REF!',
    '#N/A',
    '#VALUE!',
    '#DIV/0!',
    '#NAME?',
    '#NUM!',
    '#NULL!',
    '#SPILL!',
    '#CALC!',
    '#GETTING_DATA',
  ],
  ...['#VERDI!', '#I/T', '#NAVN?', '#TALL!', '#NULL?', '#OVERFLYT!'],
]);

export function isFormulaError(buf: Uint8Array, start: number, end: number): boolean {
  return formulaErrors.indexOf(buf, start, end) >= 0;
}

/** What a spreadsheet did, where the form of the cell tells; else the fault itself. */
export function accidentBehind(fault: RuleId, buf: Uint8Array, start: number, end: number): RuleId {
  switch (fault) {
    case 'type-error/date':
    case 'type-error/datetime':
      return isDateSerial(buf, start, end) ? 'spreadsheet/date-serial' : fault;
    case 'constraint-error/enum':
    case 'code-list/unknown':
      if (isScientific(buf, start, end)) return 'spreadsheet/scientific';
      return isDateLike(buf, start, end) ? 'spreadsheet/date-like' : fault;
    case 'type-error/integer':
    case 'type-error/number':
      return isDateLike(buf, start, end) ? 'spreadsheet/date-like' : fault;
    default:
      return fault;
  }
}

/** Compared one by one: a look into the text of the code would cost as much as the finding. */
export function isAccident(fault: RuleId): boolean {
  return (
    fault === 'spreadsheet/date-serial' ||
    fault === 'spreadsheet/scientific' ||
    fault === 'spreadsheet/formula-error' ||
    fault === 'spreadsheet/date-like'
  );
}
