/** The fields of the table of columns: where each is found on the page, and what may be wrong with it. Pure. */
import type { CellFault } from './description-faults.ts';
import type { CellName } from './description-table.ts';

export function cellId(key: string, cell: CellName): string {
  return `${key}-${cell}`;
}

/** A fault of our own, or what the service said in its own words. */
export type SaidFaults = Partial<Readonly<Record<CellName, CellFault | { readonly said: string }>>>;
