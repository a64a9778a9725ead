/** Sizes for people, in powers of ten as disks are sold: `12,3 MB` and `12.3 MB`. */
import type { Language } from './errors.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export function byteWords(bytes: number, language: Language): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? String(bytes) : value.toFixed(1);
  return `${language === 'nb' ? digits.replace('.', ',') : digits} ${units[unit]}`;
}

/** Bytes from `500 GB`, `1.5TB` or a plain number; undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)\s*([kMGTP]?B)?$/i.exec(text.trim()) ?? [];
  if (digits === '') return undefined;
  const power = Math.max(
    0,
    units.findIndex((one) => one.toLowerCase() === unit.toLowerCase()),
  );
  const bytes = Math.round(Number(digits) * 1000 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
