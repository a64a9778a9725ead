/** What surrounds every view: skip link, header with menu and languages, footer. */
import { Link, SkipLink } from '@digdir/designsystemet-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { languages, textsIn, useLanguage } from './language.tsx';
import { LockMark } from './lock-drawing.tsx';
import { PlaceLink, type View } from './routing.tsx';

export function Frame({ view, children }: { readonly view: View; readonly children: ReactNode }) {
  const { texts } = useLanguage();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(view);

  useEffect(() => {
    document.title = texts.titleOf(texts.views[view]);
  }, [texts, view]);

  // After a change of view, reading starts where the new view does. Not at first load: the browser does that itself.
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view]);

  return (
    <>
      <SkipLink href="#main">{texts.skipToContent}</SkipLink>
      <Header view={view} />
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Footer />
    </>
  );
}

function Header({ view }: { readonly view: View }) {
  const { texts } = useLanguage();
  return (
    <header className="header">
      <div className="column header-row">
        <PlaceLink to="signIn" className="brand">
          <LockMark />
          <span>Datasluse</span>
        </PlaceLink>
        <nav className="menu no-print" aria-label={texts.mainNavigation}>
          <PlaceLink to="signIn" current={view === 'signIn'}>
            {texts.views.signIn}
          </PlaceLink>
          <PlaceLink to="status" current={view === 'status'}>
            {texts.views.status}
          </PlaceLink>
        </nav>
        <LanguageSwitch />
      </div>
    </header>
  );
}

function LanguageSwitch() {
  const { language, texts, choose } = useLanguage();
  return (
    <fieldset className="languages no-print" aria-label={texts.chooseLanguage}>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          onClick={() => choose(each)}
        >
          {textsIn(each).languageName}
        </button>
      ))}
    </fieldset>
  );
}

function Footer() {
  const { texts } = useLanguage();
  return (
    <footer className="footer">
      <div className="column footer-row">
        <p>{texts.footer.privacy}</p>
        <nav aria-label={texts.footer.heading} className="no-print">
          <ul>
            <li>
              <PlaceLink to="status">{texts.footer.status}</PlaceLink>
            </li>
            <li>
              <Link href="/api/v1/openapi.json">{texts.footer.api}</Link>
            </li>
            <li>
              <Link href="/api/v1/receipt-keys">{texts.footer.receiptKeys}</Link>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  );
}
