/** What surrounds every page: skip link, header with menu and languages, footer. */
import { Button, Link, SkipLink } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';
import { languages } from './catalogue.ts';
import { useLanguage, useShell } from './language.tsx';
import { LockMark } from './lock-drawing.tsx';
import { Offline } from './page-states.tsx';
import type { Place, PlaceName } from './places.ts';
import { PlaceLink, usePlace } from './routing.tsx';
import { isStaff, useSession } from './session.tsx';
import { shellTexts } from './texts/shell.ts';

export function Frame({ children, strip }: { readonly children: ReactNode; readonly strip: ReactNode }) {
  const shell = useShell();
  return (
    <>
      <SkipLink href="#main">{shell.skipToContent}</SkipLink>
      <Header />
      <Offline />
      {strip}
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Footer />
    </>
  );
}

const within: Readonly<Record<string, readonly PlaceName[]>> = {
  projects: ['projects', 'project', 'send', 'file', 'delivery'],
};

function Header() {
  const shell = useShell();
  const { who } = useSession();
  const at = usePlace()?.name;
  const menu: readonly Place[] =
    who === undefined
      ? [{ name: 'front' }, { name: 'status' }]
      : [
          { name: 'projects' },
          ...(isStaff(who) ? [{ name: 'staff' as const, rest: '' }] : []),
          { name: 'account' },
        ];
  return (
    <header className="header">
      <div className="column header-row">
        <PlaceLink to={{ name: 'front' }} className="brand">
          <LockMark />
          <span>Datasluse</span>
        </PlaceLink>
        <nav className="menu no-print" aria-label={shell.mainNavigation}>
          {menu.map((place) => (
            <PlaceLink
              key={place.name}
              to={place}
              current={at !== undefined && (within[place.name] ?? [place.name]).includes(at)}
            >
              {shell.places[place.name as keyof typeof shell.places]}
            </PlaceLink>
          ))}
        </nav>
        <LanguageSwitch />
        <WhoIsIn />
      </div>
    </header>
  );
}

function WhoIsIn() {
  const { session } = useShell();
  const { who, over, signOut } = useSession();
  if (who === undefined || over) return null;
  return (
    <div className="who no-print">
      <span className="who-name">
        <span className="ds-sr-only">{session.signedInAs(who.name)}</span>
        <span aria-hidden="true">{who.name}</span>
      </span>
      <Button variant="tertiary" data-size="sm" onClick={() => void signOut()}>
        {session.signOut}
      </Button>
    </div>
  );
}

function LanguageSwitch() {
  const { language, choose } = useLanguage();
  const shell = useShell();
  return (
    <fieldset className="languages no-print" aria-label={shell.chooseLanguage}>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          onClick={() => choose(each)}
        >
          <span className="languages-name">{shellTexts[each].languageName}</span>
          <span className="languages-short">{shellTexts[each].languageShort}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Footer() {
  const { footer } = useShell();
  return (
    <footer className="footer">
      <div className="column footer-row">
        <p>{footer.privacy}</p>
        <nav aria-label={footer.heading} className="no-print">
          <ul>
            <li>
              <PlaceLink to={{ name: 'status' }}>{footer.status}</PlaceLink>
            </li>
            <li>
              <Link href="/api/v1/openapi.json">{footer.api}</Link>
            </li>
            <li>
              <Link href="/api/v1/receipt-keys">{footer.receiptKeys}</Link>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  );
}
