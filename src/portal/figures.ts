/** Numbers, sizes and times as people in Norway read them, wherever the reader is. Pure. */
import type { Language } from './catalogue.ts';
import type { ShellTexts } from './texts/shell.ts';

/** Months are called the same in nynorsk, which browsers often do not carry. */
const locales: Readonly<Record<Language, string>> = { nb: 'nb-NO', nn: 'nb-NO', en: 'en-GB' };

/** Between the groups of a number: narrow, and never at the end of a line. */
const thinSpace = '\u202f';
const hardSpace = '\u00a0';

/** 1234567.5 → `1 234 567,5`. */
export function numberText(value: number, language: Language, decimals = 0): string {
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  return fraction === undefined ? grouped : `${grouped}${language === 'en' ? '.' : ','}${fraction}`;
}

const units = ['byte', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in the largest unit that leaves a figure before the comma; three figures, as many as people compare. */
export function sizeText(bytes: number, language: Language): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const name = unit === 0 && language === 'en' && bytes !== 1 ? 'bytes' : units[unit];
  const decimals = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${numberText(value, language, decimals)}${hardSpace}${name}`;
}

export function percentText(share: number, language: Language): string {
  // Everything but the last byte is not all of it.
  const percent = Math.floor(share * 100);
  return language === 'en' ? `${percent}%` : `${percent}${hardSpace}%`;
}

type Form = 'day' | 'moment' | 'full' | 'clock';

const forms: Readonly<Record<Form, Intl.DateTimeFormatOptions>> = {
  day: { day: 'numeric', month: 'long', year: 'numeric' },
  moment: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  full: { dateStyle: 'long', timeStyle: 'medium' },
  clock: { timeStyle: 'medium' },
};

/** An instant (ISO 8601) as calendars and clocks in Norway show it. */
export function timeText(instant: string, language: Language, form: Form): string {
  return new Intl.DateTimeFormat(locales[language], { timeZone: 'Europe/Oslo', ...forms[form] }).format(
    new Date(instant),
  );
}

/** A calendar day, `2026-12-07` → `7. desember 2026`. */
export function dayText(day: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { timeZone: 'UTC', ...forms.day }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

const dayMs = 86_400_000;

/** The day it is in Oslo, ISO. */
export function osloDay(nowMs: number): string {
  // The Swedish locale writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' }).format(new Date(nowMs));
}

/** From today to a day, in days of the calendar; negative when it has passed. */
export function daysUntil(day: string, nowMs: number): number {
  return Math.round((Date.parse(day) - Date.parse(osloDay(nowMs))) / dayMs);
}

type Spans = ShellTexts['spans'];

/** `om 3 dager`, `i morgen`, `for 2 dager siden`. */
export function nearness(days: number, spans: Spans): string {
  if (days === 0) return spans.today;
  if (days === 1) return spans.tomorrow;
  if (days === -1) return spans.yesterday;
  return days > 0 ? spans.inDays(days) : spans.daysAgo(-days);
}

/** A length of time in its two largest units, rounded down: nobody is promised more than there is. */
export function spanText(ms: number, spans: Spans): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return hours > 0 ? spans.and(spans.days(days), spans.hours(hours)) : spans.days(days);
  if (hours > 0)
    return minutes > 0 ? spans.and(spans.hours(hours), spans.minutes(minutes)) : spans.hours(hours);
  return minutes > 0 ? spans.minutes(minutes) : spans.seconds(seconds);
}

/** Until something closes: `13 dager og 4 timer igjen`, or that it is over. */
export function countdownText(closesAt: string, nowMs: number, spans: Spans): string {
  const leftMs = Date.parse(closesAt) - nowMs;
  return leftMs <= 0 ? spans.over : spans.left(spanText(leftMs, spans));
}
