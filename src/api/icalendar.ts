/** Writes a calendar of deadlines (iCalendar, RFC 5545). */
import type { Temporal } from 'temporal-polyfill';

export interface CalendarEvent {
  /** The same for the same deadline, so that a calendar replaces it when it moves. */
  uid: string;
  /** A whole day, or an instant. */
  at: Temporal.PlainDate | Temporal.Instant;
  summary: string;
  description: string;
}

/** Section 3.1: a content line has at most 75 octets. */
const lineOctets = 75;

export function writeCalendar(
  events: readonly CalendarEvent[],
  options: { name: string; stamp: Temporal.Instant },
): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Datasluse//Deadlines//NO',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escapeText(options.name)}`,
    ...events.flatMap((event) => eventLines(event, options.stamp)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function eventLines(event: CalendarEvent, stamp: Temporal.Instant): string[] {
  const { at } = event;
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(event.uid)}`,
    `DTSTAMP:${utc(stamp)}`,
    // A whole day without an end lasts that day (section 3.6.1).
    'epochMilliseconds' in at
      ? `DTSTART:${utc(at)}`
      : `DTSTART;VALUE=DATE:${at.toString().replaceAll('-', '')}`,
    `SUMMARY:${escapeText(event.summary)}`,
    `DESCRIPTION:${escapeText(event.description)}`,
    // Nobody is busy because of a deadline.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

function utc(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}

/** Section 3.3.11. Other control characters cannot be written at all. */
export function escapeText(text: string): string {
  return (
    text
      .replaceAll('\\', '\\\\')
      .replaceAll(';', '\\;')
      .replaceAll(',', '\\,')
      .replaceAll(/\r\n|\r|\n/g, '\\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
  );
}

/** Breaks a line into such of at most 75 octets, never within a character; each further one begins with a blank. */
export function fold(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > lineOctets) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += length;
  }
  return [...parts, part].join('\r\n');
}
