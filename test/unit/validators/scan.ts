/** The records that the scanner finds, for the tests. */
import { RecordScanner } from '../../../src/validators/record-scanner.ts';
import { cellFlag, type ScanLimits } from '../../../src/validators/records.ts';

const utf8 = new TextDecoder();

export interface Scanned {
  readonly rows: string[][];
  /** `line@byte+cells` of each record, and what was passed over. */
  readonly events: string[];
  readonly lineEnds: { readonly lf: number; readonly crlf: number; readonly cr: number };
}

export function scan(
  chunks: Iterable<Uint8Array>,
  limits: ScanLimits = { maxRecordBytes: 1 << 20, maxCells: 100 },
  signs: { readonly delimiter: string; readonly quote: string } = { delimiter: ';', quote: '"' },
): Scanned {
  const rows: string[][] = [];
  const events: string[] = [];
  const scanner: RecordScanner = new RecordScanner(
    { delimiter: signs.delimiter.charCodeAt(0), quote: signs.quote.charCodeAt(0), doubleQuote: true },
    {
      record: (buf) => {
        const row: string[] = [];
        for (let index = 0; index < Math.min(scanner.cellCount, limits.maxCells); index++) {
          const text = utf8.decode(buf.slice(scanner.starts[index]!, scanner.ends[index]!));
          row.push(
            scanner.flags[index]! & cellFlag.doubled
              ? text.replaceAll(signs.quote + signs.quote, signs.quote)
              : text,
          );
        }
        rows.push(row);
        events.push(`${scanner.line}@${scanner.base + scanner.recordStart}+${scanner.cellCount}`);
      },
      brokenQuote: (byte, cell) => events.push(`quote ${byte} ${cell}`),
      tooLong: (byte) => events.push(`long ${byte}`),
    },
    limits,
  );
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  return { rows, events, lineEnds: scanner.lineEnds };
}
