/** The columns of one file as a table to type in; on narrow screens one card for each. */
import { Button } from '@digdir/designsystemet-react';
import type { KeyboardEvent } from 'react';
import { useTexts } from '../language.tsx';
import { Empty } from '../page-states.tsx';
import { cellId, type SaidFaults } from './column-cells.ts';
import { ColumnRow, tableCells } from './column-row.tsx';
import type { RowFaults } from './description-faults.ts';
import { type CellName, emptyCells, type FileTable, type Row } from './description-table.ts';
import type { FaultFinder } from './fault-finder.ts';
import { descriptionTexts } from './texts/description.ts';
import { newKey } from './use-description.ts';

interface ColumnTableProps {
  readonly file: FileTable;
  /** Undefined until something is changed. */
  readonly finder: FaultFinder | undefined;
  readonly onRows: (change: (rows: readonly Row[]) => readonly Row[]) => void;
  /** What the service said of one cell. */
  readonly refused: { readonly row: number; readonly cell: CellName; readonly said: string } | undefined;
}

export function ColumnTable({ file, finder, onRows, refused }: ColumnTableProps) {
  const texts = useTexts(descriptionTexts);
  const faults = finder?.fileFaults(file);
  const add = () => {
    const key = newKey();
    onRows((rows) => [...rows, { key, base: undefined, cells: emptyCells }]);
    // Once it is drawn.
    setTimeout(() => document.getElementById(cellId(key, 'name'))?.focus());
  };
  const change = (key: string, cells: Partial<Row['cells']>) =>
    onRows((rows) =>
      rows.map((row) => (row.key === key ? { ...row, cells: { ...row.cells, ...cells } } : row)),
    );
  const move = (at: number, by: 1 | -1) =>
    onRows((rows) => {
      const next = [...rows];
      const [row] = next.splice(at, 1);
      if (row !== undefined) next.splice(at + by, 0, row);
      return next;
    });
  const remove = (at: number) => {
    onRows((rows) => rows.filter((_row, index) => index !== at));
    const neighbour = file.rows[at + 1] ?? file.rows[at - 1];
    if (neighbour !== undefined) document.getElementById(cellId(neighbour.key, 'name'))?.focus();
  };
  return (
    <>
      {file.rows.length === 0 ? (
        <Empty title={texts.noColumns} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keyboard too.
        <section className="sheet" tabIndex={0} aria-label={texts.scroll}>
          <table onKeyDown={(event) => step(event, file.rows)}>
            <thead>
              <tr>
                {tableCells.map((cell) => (
                  <th key={cell} scope="col" className={`sheet-${cell}`}>
                    {texts.cells[cell]}
                  </th>
                ))}
                <th scope="col" className="sheet-more">
                  <span className="ds-sr-only">{texts.more}</span>
                </th>
              </tr>
            </thead>
            {file.rows.map((row, index) => (
              <ColumnRow
                key={row.key}
                row={row}
                index={index}
                last={index === file.rows.length - 1}
                faults={withRefused(faults?.get(row.key) ?? {}, refused?.row === index ? refused : undefined)}
                onChange={(cells) => change(row.key, cells)}
                onMove={(by) => move(index, by)}
                onRemove={() => remove(index)}
              />
            ))}
          </table>
        </section>
      )}
      <div className="actions sheet-actions">
        <Button variant="secondary" data-size="sm" onClick={add}>
          {texts.add}
        </Button>
        <span className="quiet sheet-keyboard">{texts.keyboard}</span>
      </div>
    </>
  );
}

function withRefused(
  faults: RowFaults,
  refused: { readonly cell: CellName; readonly said: string } | undefined,
): SaidFaults {
  return refused === undefined ? faults : { ...faults, [refused.cell]: { said: refused.said } };
}

/** Enter goes down the column, with Shift up. */
function step(event: KeyboardEvent, rows: readonly Row[]): void {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
  const [key = '', cell = ''] = event.target.id.split('-');
  const at = rows.findIndex((row) => row.key === key);
  const next = rows[at + (event.shiftKey ? -1 : 1)];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  document.getElementById(cellId(next.key, cell as CellName))?.focus();
}
