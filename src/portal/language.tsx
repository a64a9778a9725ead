/** The language of the page: chosen, remembered in the browser, and told to assistive technology. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Catalogue, type Language, languages } from './catalogue.ts';
import { type ShellTexts, shellTexts } from './texts/shell.ts';

export type { Language } from './catalogue.ts';

interface LanguageChoice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<LanguageChoice | undefined>(undefined);

const storageKey = 'datasluse.language';

function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value);
}

/** What was chosen before; else the first of the browser's languages that the page speaks; else bokmål. */
function firstLanguage(): Language {
  const remembered = remember.read();
  if (isLanguage(remembered)) return remembered;
  for (const tag of navigator.languages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'no') return 'nb';
    if (isLanguage(primary)) return primary;
  }
  return 'nb';
}

/** Storage is refused in some private windows; the page then forgets, and works all the same. */
const remember = {
  read(): string | null {
    try {
      return localStorage.getItem(storageKey);
    } catch {
      return null;
    }
  },
  write(language: Language): void {
    try {
      localStorage.setItem(storageKey, language);
    } catch {
      // Forgotten at the next visit.
    }
  },
};

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      choose: (chosen) => {
        remember.write(chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (choice === undefined) throw new Error('Outside the language provider.');
  return choice;
}

/** A page's own texts, in the language that is chosen. */
export function useTexts<Texts>(texts: Catalogue<Texts>): Texts {
  return texts[useLanguage().language];
}

export function useShell(): ShellTexts {
  return useTexts(shellTexts);
}
