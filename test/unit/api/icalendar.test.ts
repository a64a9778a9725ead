import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { escapeText, fold, writeCalendar } from '../../../src/api/icalendar.ts';

const stamp = Temporal.Instant.from('2026-11-23T07:00:00.123Z');

/** RFC 5545, section 3.1, backwards. */
const unfold = (text: string) => text.replaceAll(/\r\n[ \t]/g, '');

test('writes days as days and instants in UTC, each line ended by CR LF', () => {
  const text = writeCalendar(
    [
      { uid: 'a@x', at: Temporal.PlainDate.from('2027-12-31'), summary: 'Slett', description: 'Alt' },
      { uid: 'b@x', at: Temporal.Instant.from('2026-12-07T07:00:00Z'), summary: 'Hent', description: 'Nå' },
    ],
    { name: 'Frister', stamp },
  );
  expect(text.split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Datasluse//Deadlines//NO',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'X-WR-CALNAME:Frister',
    'BEGIN:VEVENT',
    'UID:a@x',
    'DTSTAMP:20261123T070000Z',
    'DTSTART;VALUE=DATE:20271231',
    'SUMMARY:Slett',
    'DESCRIPTION:Alt',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'UID:b@x',
    'DTSTAMP:20261123T070000Z',
    'DTSTART:20261207T070000Z',
    'SUMMARY:Hent',
    'DESCRIPTION:Nå',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]);
});

test('escapes what would end a value or begin a line of its own', () => {
  expect(escapeText('a,b;c\\d\r\ne\nf\rg\u0000\u0007')).toBe('a\\,b\\;c\\\\d\\ne\\nf\\ng');
  const hostile = 'x\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M';
  const text = writeCalendar([{ uid: 'u', at: stamp, summary: hostile, description: hostile }], {
    name: hostile,
    stamp,
  });
  expect(
    unfold(text)
      .split('\r\n')
      .filter((line) => /^(BEGIN|TRIGGER)/.test(line)),
  ).toEqual(['BEGIN:VCALENDAR', 'BEGIN:VEVENT']);
});

test('folds at 75 octets, never within a character, and unfolds to the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const line = `SUMMARY:${escapeText(text)}`;
      const folded = fold(line);
      for (const part of folded.split('\r\n')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75);
      expect(unfold(folded)).toBe(line);
      // Half a character would have become a replacement mark.
      expect(Buffer.from(folded).toString('utf8')).toBe(folded);
    }),
  );
  expect(fold('x'.repeat(75))).toBe('x'.repeat(75));
  expect(fold('x'.repeat(76))).toBe(`${'x'.repeat(75)}\r\n x`);
  expect(fold('ø'.repeat(38))).toBe(`${'ø'.repeat(37)}\r\n ø`);
});
