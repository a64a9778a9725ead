/** One's own page: SSH keys, access tokens and sessions. */

import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { useMe } from '../session.tsx';
import { KeyPanel } from './key-panel.tsx';
import { SessionPanel } from './session-panel.tsx';
import { accountTexts } from './texts/account.ts';
import { TokenPanel } from './token-panel.tsx';

export function AccountPage() {
  const texts = useTexts(accountTexts);
  const { name } = useMe();
  return (
    <div className="column page">
      <PageHead title={texts.heading} kind={name} lead={texts.lead} />
      <div className="stack">
        <KeyPanel />
        <TokenPanel />
        <SessionPanel />
      </div>
    </div>
  );
}
