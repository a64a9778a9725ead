/** The development provider's pages, without a script. */
import type { Language } from '../platform/errors.ts';

export interface ChoosablePerson {
  id: string;
  name: string;
  roles: string;
}

const words = {
  nb: {
    title: 'Utviklingsinnlogging',
    lead: 'Velg hvem du vil være. Her er det ikke noe passord: dette er bare for utprøving.',
    nobody: 'Det er ingen å velge ennå. Lag et prosjekt å prøve med, og last siden på nytt:',
  },
  en: {
    title: 'Development sign-in',
    lead: 'Choose who you want to be. There is no password: this is only for trying things out.',
    nobody: 'There is nobody to choose yet. Make a project to try with, and reload this page:',
  },
} as const;

export const pageStyle = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 2rem 1rem; background: Canvas; color: CanvasText; }
main { max-width: 30rem; margin: 0 auto; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .75rem; }
form { display: grid; gap: .75rem; margin-top: 1.5rem; }
button { font: inherit; text-align: left; padding: .75rem 1rem; border: 2px solid currentcolor; border-radius: .4rem;
  background: Canvas; color: CanvasText; cursor: pointer; }
button:hover, button:focus-visible { background: CanvasText; color: Canvas; }
button:focus-visible { outline: 3px solid currentcolor; outline-offset: 3px; }
button strong, button span { display: block; }
code { font-size: .95em; }
`;

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function page(language: Language, title: string, content: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Datasluse</title>
<style>${pageStyle}</style>
</head>
<body><main><h1>${escaped(title)}</h1>${content}</main></body>
</html>
`;
}

export function choicePage(language: Language, action: string, people: readonly ChoosablePerson[]): string {
  const { title, lead, nobody } = words[language];
  const buttons = people.map(
    ({ id, name, roles }) =>
      `<button name="person" value="${escaped(id)}"><strong>${escaped(name)}</strong><span>${escaped(roles)}</span></button>`,
  );
  const choice =
    people.length === 0
      ? `<p>${nobody}</p><p><code>npx datasluse demo</code></p>`
      : `<form method="post" action="${escaped(action)}">${buttons.join('\n')}</form>`;
  return page(language, title, `<p>${lead}</p>${choice}`);
}

/** The provider does not say which language it was asked in. `form` is the provider's own hidden form. */
export function signOutPage(form: string): string {
  const buttons = `<form>
<button type="submit" form="op.logoutForm" name="logout" value="yes"><strong>Logg ut</strong><span lang="en">Sign out</span></button>
</form>`;
  return page('nb', 'Logg ut av utviklingsinnloggingen?', form + buttons);
}

export function signedOutPage(home: string): string {
  return page('nb', 'Du er logget ut', `<p><a href="${escaped(home)}/">Datasluse</a></p>`);
}
