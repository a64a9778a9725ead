/** Where one is signed in, and ending it from here. */
import { Button } from '@digdir/designsystemet-react';
import type { OwnSession } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Refused } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { useApi, useChange } from '../use-api.ts';
import { browserIn } from './browser-names.ts';
import { accountTexts } from './texts/account.ts';

const api = '/api/v1/sessions';

export function SessionPanel() {
  const texts = useTexts(accountTexts);
  const { known, reload } = useApi<{ sessions: readonly OwnSession[] }>(api);
  const { busy, failed, change } = useChange();
  const end = async (id: string) => {
    if ((await change(`${api}/${id}`, { method: 'DELETE' })) !== undefined) reload();
  };
  return (
    <Panel title={texts.sessions}>
      <ul className="things">
        {(known?.sessions ?? []).map(({ id, current, userAgent, startedAt, lastSeenAt }) => {
          const { browser, system } = browserIn(userAgent);
          const name =
            browser === undefined || system === undefined
              ? (browser ?? texts.unknownBrowser)
              : texts.browserOn(browser, system);
          return (
            <li className="thing" key={id}>
              <div className="thing-text">
                <p className="thing-name">{name}</p>
                <p className="thing-note">
                  {texts.startedAt} <Moment at={startedAt} /> · {texts.lastSeen} <Moment at={lastSeenAt} />
                </p>
              </div>
              {current ? (
                <StateTag mood="good">{texts.thisOne}</StateTag>
              ) : (
                <Button
                  variant="tertiary"
                  data-color="danger"
                  data-size="sm"
                  disabled={busy}
                  aria-label={`${texts.end}: ${name}`}
                  onClick={() => void end(id)}
                >
                  {texts.end}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <Refused reply={failed} />
    </Panel>
  );
}
