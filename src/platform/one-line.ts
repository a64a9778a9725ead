/** Names and titles stand in one line wherever they are shown: what breaks a line or is not seen is refused, and shown as something else where it is held already. */
import { AppError, type Sentence } from './errors.ts';

/** Line breaks and other controls, and what is not seen but turns text around (Unicode categories Cc and Cf). */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Errors: `invalid-input`. `what` begins the sentence: «Navnet», "The name". */
export function demandOneLine(text: string, what: Sentence): void {
  if (!unseen.test(text)) return;
  throw new AppError('invalid-input', {
    nb: `${what.nb} har linjeskift eller tegn som ikke vises. Skriv det på nytt, på én linje.`,
    en: `${what.en} has a line break or characters that are not shown. Type it anew, in one line.`,
  });
}

/** The same text in one line: line breaks and tabulators as blanks, what else is not seen as question marks. */
export function inOneLine(text: string): string {
  return text.replaceAll(/[\t-\r\u0085\u2028\u2029]+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}]/gu, '?');
}
