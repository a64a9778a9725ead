/** One's own SSH keys: what they are, adding one, revoking one. */
import { Button, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type { OwnKey } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Empty, Refused } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { useApi, useChange } from '../use-api.ts';
import { RefusedChange } from './refused-change.tsx';
import { accountTexts } from './texts/account.ts';

const api = '/api/v1/ssh-keys';

export function KeyPanel() {
  const texts = useTexts(accountTexts);
  const { known, reload } = useApi<{ keys: readonly OwnKey[] }>(api);
  const { busy, failed, change } = useChange();
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState(false);
  const revoke = async (fingerprint: string) => {
    if ((await change(`${api}/${encodeURIComponent(fingerprint)}`, { method: 'DELETE' })) !== undefined)
      reload();
  };
  const keys = known?.keys ?? [];
  return (
    <Panel
      title={texts.keys}
      aside={
        adding ? null : (
          <Button variant="secondary" data-size="sm" onClick={() => setAdding(true)}>
            {texts.addKey}
          </Button>
        )
      }
    >
      <p className="panel-lead">{texts.keysText}</p>
      {adding ? (
        <AddKey
          onEnd={(made) => {
            setAdding(false);
            setAdded(made);
            if (made) reload();
          }}
        />
      ) : null}
      <p role="status" className="done-word">
        {added ? texts.keyAdded : ''}
      </p>
      {known !== undefined && keys.length === 0 && !adding ? <Empty title={texts.noKeys} /> : null}
      <ul className="things">
        {keys.map(({ fingerprint, algorithm, addedAt, revokedAt }) => (
          <li className="thing" key={fingerprint}>
            <div className="thing-text">
              <p className="thing-name">{algorithm}</p>
              <p className="hash">{fingerprint}</p>
              <p className="thing-note">
                {texts.addedAt} <Moment at={addedAt} />
              </p>
            </div>
            {revokedAt === null ? (
              <Button
                variant="tertiary"
                data-color="danger"
                data-size="sm"
                disabled={busy}
                aria-label={`${texts.revoke}: ${fingerprint}`}
                onClick={() => void revoke(fingerprint)}
              >
                {texts.revoke}
              </Button>
            ) : (
              <StateTag mood="quiet">{texts.revoked}</StateTag>
            )}
          </li>
        ))}
      </ul>
      <Refused reply={failed} />
    </Panel>
  );
}

function AddKey({ onEnd }: { readonly onEnd: (made: boolean) => void }) {
  const texts = useTexts(accountTexts);
  const [line, setLine] = useState('');
  const { busy, failed, change } = useChange();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const body = { publicKey: line.trim() };
    if ((await change(api, { method: 'POST', body })) !== undefined) onEnd(true);
  };
  return (
    <form className="form" onSubmit={(event) => void add(event)}>
      <Textfield
        multiline
        rows={3}
        required
        label={texts.keyLabel}
        description={texts.keyHelp}
        value={line}
        spellCheck={false}
        onChange={({ target }) => setLine(target.value)}
      />
      <RefusedChange failed={failed} />
      <div className="actions">
        <Button type="submit" disabled={busy}>
          {texts.addKey}
        </Button>
        <Button variant="tertiary" onClick={() => onEnd(false)}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}
