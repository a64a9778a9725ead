/** Attributes of what the tree shows, and a small file made of text. */
import type { Temporal } from 'temporal-polyfill';
import { AppError } from '../../platform/errors.ts';
import type { Attributes, OpenFile } from '../file-tree.ts';

export function folder(at: Temporal.Instant, writable = false): Attributes {
  return { kind: 'folder', size: 0, permissions: writable ? 0o770 : 0o550, modifiedAt: seconds(at) };
}

export function file(size: number, at: Temporal.Instant, permissions: number): Attributes {
  return { kind: 'file', size, permissions, modifiedAt: seconds(at) };
}

function seconds(at: Temporal.Instant): number {
  return Math.floor(at.epochMilliseconds / 1000);
}

/** A file for reading whose whole content is at hand. */
export function textFile(text: string, at: Temporal.Instant): OpenFile {
  const bytes = Buffer.from(text, 'utf8');
  return {
    stat: async () => file(bytes.length, at, 0o440),
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    write: async () => refuseWrite(),
    truncate: async () => refuseWrite(),
    sync: async () => undefined,
    close: async () => undefined,
    abandon: async () => undefined,
  };
}

export function refuseWrite(): never {
  throw new AppError('read-only', {
    nb: 'Dette kan ikke endres. Filer sendes til inbox i prosjektets mappe.',
    en: "This cannot be changed. Files are sent to inbox in the project's folder.",
  });
}

export function nothingThere(): never {
  throw new AppError('not-found', { nb: 'Det finnes ingenting her.', en: 'There is nothing here.' });
}
