/** Names and titles: what is refused as several lines or unseen, and what becomes of it where it is held already. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demandOneLine, inOneLine } from '../../../src/platform/one-line.ts';

const what = { nb: 'Navnet', en: 'The name' };

test.each([
  'a\nb',
  'a\r\nBcc: x@example.no',
  'a\tb',
  'a\u0000',
  'a\u001b[2J',
  'a\u2028b',
  'a\u202eb',
  'a\u200bb',
])('refuses %j with a sentence in both languages', (text) => {
  expect(() => demandOneLine(text, what)).toThrow(
    expect.objectContaining({
      code: 'invalid-input',
      detail: {
        nb: 'Navnet har linjeskift eller tegn som ikke vises. Skriv det på nytt, på én linje.',
        en: 'The name has a line break or characters that are not shown. Type it anew, in one line.',
      },
    }),
  );
});

test.each(['Kari Nordmann', 'Åse-Marie Ø. D’Angelo', 'Søren «Sjø» Šešelj', '李小龙', 'Ні́на'])(
  'takes %j',
  (text) => {
    expect(() => demandOneLine(text, what)).not.toThrow();
    expect(inOneLine(text)).toBe(text);
  },
);

test('what is in one line can be demanded to be, whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(() => demandOneLine(inOneLine(text), what)).not.toThrow();
    }),
  );
  expect(inOneLine('Hei\r\nBcc: x@example.no\u202e')).toBe('Hei Bcc: x@example.no?');
});
