/** Starts the page. */
import '@digdir/designsystemet-css';
import '@digdir/designsystemet-css/theme.css';
import './theme.css';
import './page.css';
import './parts.css';
import './researcher/researcher.css';
import { createRoot } from 'react-dom/client';
import { Frame } from './frame.tsx';
import { LanguageProvider } from './language.tsx';
import { Pages } from './pages.tsx';
import { SessionProvider } from './session.tsx';
import { QueueProvider, UploadStrip } from './upload/queue-context.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <LanguageProvider>
      <SessionProvider>
        <QueueProvider>
          <Frame strip={<UploadStrip />}>
            <Pages />
          </Frame>
        </QueueProvider>
      </SessionProvider>
    </LanguageProvider>,
  );
}
