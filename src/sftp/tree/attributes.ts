/** Attributes of what the tree shows, and files that are only read: a text at hand, or a sealed body. */
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
  return readOnlyFile(file(bytes.length, at, 0o440), {
    readPieces: async (offset, length) =>
      offset < bytes.length ? [bytes.subarray(offset, offset + length)] : [],
    close: async () => undefined,
  });
}

/** A file for reading; its size stands as long as it is open. */
export function readOnlyFile(
  attributes: Attributes,
  reader: Pick<OpenFile, 'readPieces' | 'close'>,
): OpenFile {
  return {
    stat: async () => attributes,
    readPieces: (offset, length) => reader.readPieces(offset, length),
    write: async () => refuseWrite(),
    truncate: async () => refuseWrite(),
    sync: async () => undefined,
    close: () => reader.close(),
    abandon: () => reader.close(),
  };
}

export function refuseWrite(): never {
  throw new AppError('read-only', {
    nb: 'Dette kan ikke endres. Filer sendes til inbox i prosjektets mappe.',
    en: "This cannot be changed. Files are sent to inbox in the project's folder.",
  });
}

/** For STATUS.txt, MANIFEST.json and the like. */
export function refuseServiceFile(): never {
  throw new AppError('read-only', {
    nb: 'Denne filen skrives av tjenesten og kan ikke endres eller slettes.',
    en: 'This file is written by the service and can be neither changed nor deleted.',
  });
}

export function nothingThere(): never {
  throw new AppError('not-found', { nb: 'Det finnes ingenting her.', en: 'There is nothing here.' });
}
