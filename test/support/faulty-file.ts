/** A file with the common accidents, and where each of them begins: counted here, to compare a report with. */
import { header, soundRows } from './microdata.ts';

interface Place {
  row: number | null;
  line: number;
  byte: number | null;
  column: number | null;
}

/**
 * Leading zeros are lost, dates and codes that are none stand in some rows, the last column is missing, and cells with
 * line breaks keep rows and lines apart. `expected` has for each rule its count and its first place.
 */
export function faultyFile() {
  const rows = soundRows(30_000);
  const identityNumbers = rows.map((cells) => cells[0]!);
  const places = new Map<string, { count: number; firstRow: number; first: Place }>();
  let content = `${header.slice(0, -1).join(';')}\r\n`;
  let [line, byte] = [2, Buffer.byteLength(content)];
  rows.forEach((whole, index) => {
    const cells = whole.slice(0, -1);
    const faults: number[] = [];
    const damage = (column: number, cell: string) => {
      cells[column] = cell;
      faults.push(column);
    };
    if (cells[0]!.startsWith('0') && index % 7 === 3) damage(0, cells[0]!.slice(1));
    if (index % 150 === 77) damage(1, '9998');
    if (index % 100 === 41) damage(2, '2023-02-30');
    // A line break within quotes: rows and lines are no longer the same.
    if (index % 31 === 5) cells[4] = '"frisør\r\nog kokk"';
    for (const column of faults) {
      const place = places.get(header[column]!) ?? {
        count: 0,
        firstRow: index + 1,
        first: {
          row: index + 1,
          line,
          byte: byte + Buffer.byteLength(cells.slice(0, column).join(';')) + Math.min(column, 1),
          column: column + 1,
        },
      };
      places.set(header[column]!, { ...place, count: place.count + 1 });
    }
    const record = `${cells.join(';')}\r\n`;
    content += record;
    byte += Buffer.byteLength(record);
    line += record.split('\n').length - 1;
  });
  const expected = [
    { rule: ['identifier', 'lost-leading-zero', 'fnr', 'error'], ...places.get('fnr')! },
    { rule: ['constraint-error', 'enum', 'kommune', 'error'], ...places.get('kommune')! },
    { rule: ['type-error', 'date', 'dato', 'error'], ...places.get('dato')! },
    {
      rule: ['missing-label', null, 'merknad', 'error'],
      count: 1,
      firstRow: null,
      first: { row: null, line: 1, byte: null, column: null },
    },
  ];
  return { content, rows: rows.length, identityNumbers, expected };
}
