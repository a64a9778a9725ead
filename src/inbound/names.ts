/** What a file in an inbox may be called, and which endings mean that a client has not finished. */
import { isStatusName } from '../cases/reserved-names.ts';
import { AppError } from '../platform/errors.ts';
import { hintFor } from '../validators/messages.ts';
import { fileNameFaults, mayHoldPersonNumber } from '../validators/names.ts';
import type { RuleId } from '../validators/rules.ts';

const LIMIT_BYTES = 200;

/** What the row of a partial upload has as `concat`: nobody is shown it as a file. */
export const partialConcat = 'partial';

/** What a partial upload is called in its row: no file can be, for no door takes a name with a slash. */
export function partialName(id: string): string {
  return `partial/${id}`;
}

/** What the service itself shows beside a file. */
export const companions = ['.report.txt', '.report.json', '.receipt.jws'] as const;
export type Companion = (typeof companions)[number];

/**
 * Refuses a name that cannot be kept, or that breaks the agency's rule: better before the transfer than in the report
 * after it. Of a transfer under way the final name counts. Errors: `invalid-name`, `read-only`.
 */
export function checkInboxName(name: string): void {
  const printable = !/[\p{Cc}\p{Cf}\p{Cs}/\\]/u.test(name) && name !== '' && !name.startsWith('.');
  if (!printable || Buffer.byteLength(name) > LIMIT_BYTES) {
    throw new AppError('invalid-name', {
      nb: 'Filnavnet kan ikke brukes. Bruk bokstavene A–Z og a–z, siffer og understrek.',
      en: 'The file name cannot be used. Use the letters A-Z and a-z, digits and underscore.',
    });
  }
  if (mayHoldPersonNumber(name)) {
    throw new AppError('invalid-name', {
      nb: 'Filnavnet har så mange siffer på rad at det kan røpe et fødselsnummer. Gi filen et annet navn.',
      en: 'The file name has so many digits in a row that it may give away an identity number. Rename the file.',
    });
  }
  const meant = finalName(name) ?? name;
  if (isStatusName(meant) || companionOf(meant) !== undefined) {
    throw new AppError('read-only', {
      nb: 'STATUS.txt, kontrollrapporter og kvitteringer skrives av tjenesten og kan ikke endres. Gi filen et annet navn.',
      en: 'STATUS.txt, reports and receipts are written by the service and cannot be changed. Rename the file.',
    });
  }
  const faults = fileNameFaults(meant);
  if (faults.length > 0) {
    throw new AppError('invalid-name', { nb: explained(faults, 'nb'), en: explained(faults, 'en') });
  }
}

/** Every fault with its remedy, in the words of the report. */
function explained(faults: readonly RuleId[], language: 'nb' | 'en'): string {
  return faults.map((rule) => hintFor(rule, 'error', language, [])).join(' ');
}

/** The file that a companion stands beside, or undefined when the name is no companion's. */
export function companionOf(name: string): { of: string; companion: Companion } | undefined {
  for (const companion of companions) {
    if (name.endsWith(companion) && name.length > companion.length) {
      return { of: name.slice(0, -companion.length), companion };
    }
  }
  return undefined;
}

/**
 * The name a client means to give in the end, when `name` is that of a transfer under way: `x.csv.filepart` (WinSCP),
 * `x.csv.partial`, `x.csv.1a2b3c4d.partial` (rclone), `x.csv.part`. Such a file is taken in at the rename.
 */
export function finalName(name: string): string | undefined {
  return /^(.+?)(?:\.[0-9a-f]{8})?\.(?:filepart|partial|part)$/.exec(name)?.[1];
}
