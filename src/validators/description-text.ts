/** A data description from its text, as files and requests bring it. */
import { AppError } from '../platform/errors.ts';
import { type DataPackage, parseDataPackage } from './description.ts';

/** A byte order mark before it is let pass. Errors: `invalid-input` when it is not JSON, and as `parseDataPackage`. */
export function parseDataPackageText(text: string): DataPackage {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      { nb: 'Filbeskrivelsen er ikke gyldig JSON.', en: 'The data description is not valid JSON.' },
      { cause },
    );
  }
  return parseDataPackage(json);
}
