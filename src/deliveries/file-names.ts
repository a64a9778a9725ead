/** What a file of a delivery may be called. */
import { isStatusName } from '../cases/reserved-names.ts';
import { AppError } from '../platform/errors.ts';
import { mayHoldPersonNumber } from '../validators/names.ts';

export const manifestName = 'MANIFEST.json';
/** What the encrypted form of a file is called besides. */
export const encryptedSuffix = '.c4gh';

/** All names that the delivery shows. */
export function deliveredNames(names: readonly string[], endToEnd: boolean): readonly string[] {
  return endToEnd ? names.flatMap((name) => [name, name + encryptedSuffix]) : names;
}

/** Refuses names that cannot be kept, that the service uses itself, or that occur twice. Errors: `invalid-name`. */
export function checkFileNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    // The name goes to the manifest, the audit log and the tables; the message must not bear it either.
    if (mayHoldPersonNumber(name)) {
      throw new AppError('invalid-name', {
        nb: 'Et filnavn har så mange siffer på rad at det kan røpe et fødselsnummer. Gi filen et annet navn.',
        en: 'A file name has so many digits in a row that it may give away an identity number. Rename the file.',
      });
    }
    const sound =
      /^[^\p{Cc}\p{Cf}\p{Cs}/\\]{1,200}$/u.test(name) &&
      !name.startsWith('.') &&
      name.toLowerCase() !== manifestName.toLowerCase() &&
      !isStatusName(name);
    if (!sound || seen.has(name.toLowerCase())) {
      throw new AppError('invalid-name', {
        nb: `Filnavnet «${name.slice(0, 200)}» kan ikke brukes i en leveranse, eller det forekommer to ganger.`,
        en: `The file name "${name.slice(0, 200)}" cannot be used in a delivery, or it occurs twice.`,
      });
    }
    seen.add(name.toLowerCase());
  }
}
