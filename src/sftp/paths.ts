/** Turns the bytes of a path as a client sent them into the one canonical form, once, at the edge. */
import { AppError } from '../platform/errors.ts';

/** As Linux has it (PATH_MAX), so that no ordinary client meets it first here. */
const limitBytes = 4096;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function invalidName(nb: string, en: string): AppError {
  return new AppError('invalid-name', { nb, en });
}

function decode(raw: Uint8Array): string {
  if (raw.length > limitBytes) {
    throw invalidName('Stien er for lang.', 'The path is too long.');
  }
  try {
    return decoder.decode(raw);
  } catch {
    throw invalidName(
      'Filnavnet er ikke gyldig UTF-8. Sett tegnsettet til UTF-8 i klienten.',
      'The file name is not valid UTF-8. Set the character set of your client to UTF-8.',
    );
  }
}

/** C0 controls and DEL, NUL among them: nothing a file name needs, and all a terminal or a log can be fooled with. */
function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

/**
 * The canonical absolute path: relative paths start at '/', empty and '.' parts vanish, '..' never climbs above '/',
 * and letters such as å have one form (NFC, macOS sends another).
 * @throws AppError 'invalid-name' for bad UTF-8, control characters or more than 4096 bytes.
 */
export function canonicalPath(raw: Uint8Array): string {
  const text = decode(raw);
  if (hasControl(text)) {
    throw invalidName('Filnavnet har styretegn.', 'The file name has control characters.');
  }
  const parts: string[] = [];
  for (const part of text.normalize('NFC').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}
