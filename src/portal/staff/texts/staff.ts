/** Texts of the staff's work list. */
import { catalogue } from '../../catalogue.ts';

export const staffTexts = catalogue({
  nb: {
    heading: 'Saksbehandling',
    work: 'Dette venter',
    nothing: 'Ingenting venter på deg nå.',
    kinds: {
      'deletion-overdue': 'Slettefristen er passert',
      'delivery-closing': 'Leveranse lukkes snart, og er ikke hentet av alle',
      'downloads-stopped': 'Nedlasting er stanset',
      'file-rejected': 'Fil er avvist',
      'file-not-checked': 'Fil er ikke kontrollert',
      'deletion-soon': 'Slettefristen nærmer seg',
    },
  },
  nn: {
    heading: 'Saksbehandling',
    work: 'Dette ventar',
    nothing: 'Ingenting ventar på deg no.',
    kinds: {
      'deletion-overdue': 'Slettefristen er passert',
      'delivery-closing': 'Leveranse blir lukka snart, og er ikkje henta av alle',
      'downloads-stopped': 'Nedlasting er stansa',
      'file-rejected': 'Fil er avvist',
      'file-not-checked': 'Fil er ikkje kontrollert',
      'deletion-soon': 'Slettefristen nærmar seg',
    },
  },
  en: {
    heading: 'Case work',
    work: 'What is waiting',
    nothing: 'Nothing is waiting for you now.',
    kinds: {
      'deletion-overdue': 'The deletion deadline has passed',
      'delivery-closing': 'A delivery closes soon, and not everyone has fetched it',
      'downloads-stopped': 'Downloads are stopped',
      'file-rejected': 'A file is rejected',
      'file-not-checked': 'A file is not checked',
      'deletion-soon': 'The deletion deadline is near',
    },
  },
});
