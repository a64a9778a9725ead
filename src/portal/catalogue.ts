/** A catalogue of texts: the same keys in each language. A text that is missing in one does not compile. */

export const languages = ['nb', 'nn', 'en'] as const;
export type Language = (typeof languages)[number];

export type Catalogue<Texts> = Readonly<Record<Language, Texts>>;

/** Bokmål comes first: it says which texts there are, and what each of them is given. */
export function catalogue<Texts>(texts: {
  readonly nb: Texts;
  readonly nn: NoInfer<Texts>;
  readonly en: NoInfer<Texts>;
}): Catalogue<Texts> {
  return texts;
}
