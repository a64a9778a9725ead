/** Starts the page. */
import '@digdir/designsystemet-css';
import '@digdir/designsystemet-css/theme.css';
import './theme.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { Frame } from './frame.tsx';
import { LanguageProvider } from './language.tsx';
import { NotFoundView } from './not-found-view.tsx';
import { useView, type View } from './routing.tsx';
import { SignInView } from './sign-in-view.tsx';
import { StatusView } from './status-view.tsx';

const components: Readonly<Record<View, () => React.JSX.Element>> = {
  signIn: SignInView,
  status: StatusView,
  notFound: NotFoundView,
};

function Portal() {
  const view = useView();
  const Shown = components[view];
  return (
    <Frame view={view}>
      <Shown />
    </Frame>
  );
}

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <LanguageProvider>
      <Portal />
    </LanguageProvider>,
  );
}
