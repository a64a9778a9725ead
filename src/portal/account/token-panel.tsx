/** One's own access tokens: what they are, making one, which is shown once, and revoking one. */
import { Button, Field, Label, Select, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type { OwnToken, ProjectHead } from '../../api/api-types.ts';
import { browserNowMs } from '../clock.ts';
import { Copyable } from '../copyable.tsx';
import { useTexts } from '../language.tsx';
import { Empty, Refused } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { ProjectOptions } from '../project/project-options.tsx';
import { useApi, useChange, useList } from '../use-api.ts';
import { RefusedChange } from './refused-change.tsx';
import { accountTexts } from './texts/account.ts';

const api = '/api/v1/tokens';

export function TokenPanel() {
  const texts = useTexts(accountTexts);
  const { known, reload } = useApi<{ tokens: readonly OwnToken[] }>(api);
  const { busy, failed, change } = useChange();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  const revoke = async (id: string) => {
    if ((await change(`${api}/${id}`, { method: 'DELETE' })) !== undefined) reload();
  };
  const tokens = known?.tokens ?? [];
  return (
    <Panel
      title={texts.tokens}
      aside={
        making ? null : (
          <Button variant="secondary" data-size="sm" onClick={() => setMaking(true)}>
            {texts.addToken}
          </Button>
        )
      }
    >
      <p className="panel-lead">{texts.tokensText}</p>
      {making ? (
        <MakeToken
          onEnd={(token) => {
            setMaking(false);
            setMade(token);
            reload();
          }}
        />
      ) : null}
      {made === undefined ? null : (
        <div className="notice" data-mood="good" role="status">
          <p>
            <strong>{texts.made}.</strong> {texts.madeText}
          </p>
          <Copyable label={texts.token} text={made} />
          <Button variant="secondary" data-size="sm" onClick={() => setMade(undefined)}>
            {texts.madeDone}
          </Button>
        </div>
      )}
      {known !== undefined && tokens.length === 0 && !making ? <Empty title={texts.noTokens} /> : null}
      <ul className="things">
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} busy={busy} onRevoke={() => void revoke(token.id)} />
        ))}
      </ul>
      <Refused reply={failed} />
    </Panel>
  );
}

interface TokenRowProps {
  readonly token: OwnToken;
  readonly busy: boolean;
  readonly onRevoke: () => void;
}

function TokenRow({ token, busy, onRevoke }: TokenRowProps) {
  const texts = useTexts(accountTexts);
  const over = Date.parse(token.expiresAt) <= browserNowMs();
  return (
    <li className="thing">
      <div className="thing-text">
        <p className="thing-name">{token.name}</p>
        <p className="thing-note">
          {texts.scopes[token.scope]} · {token.projectId ?? texts.everyProject}
        </p>
        <p className="thing-note">
          {texts.expires} <Moment at={token.expiresAt} /> ·{' '}
          {token.lastUsedAt === null ? (
            texts.neverUsed
          ) : (
            <>
              {texts.lastUsed} <Moment at={token.lastUsedAt} />
            </>
          )}
        </p>
      </div>
      {token.revokedAt !== null ? (
        <StateTag mood="quiet">{texts.revoked}</StateTag>
      ) : over ? (
        <StateTag mood="quiet">{texts.expired}</StateTag>
      ) : (
        <Button
          variant="tertiary"
          data-color="danger"
          data-size="sm"
          disabled={busy}
          aria-label={`${texts.revoke}: ${token.name}`}
          onClick={onRevoke}
        >
          {texts.revoke}
        </Button>
      )}
    </li>
  );
}

const terms = [30, 90, 180, 365];

/** `onEnd` gets the token; undefined when none was made. */
function MakeToken({ onEnd }: { readonly onEnd: (token: string | undefined) => void }) {
  const texts = useTexts(accountTexts);
  const projects = useList<ProjectHead>('/api/v1/projects').known ?? [];
  const { busy, failed, change } = useChange();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<OwnToken['scope']>('read');
  const [project, setProject] = useState('');
  const [days, setDays] = useState(90);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    const body = { name, scope, days, ...(project === '' ? {} : { projectId: project }) };
    const made = await change<{ token: string }>(api, { method: 'POST', body });
    if (made !== undefined) onEnd(made.body.token);
  };
  return (
    <form className="form" onSubmit={(event) => void make(event)}>
      <Textfield
        required
        maxLength={100}
        label={texts.tokenName}
        description={texts.tokenNameHelp}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <div className="form-row">
        <Field>
          <Label>{texts.tokenScope}</Label>
          <Select value={scope} onChange={({ target }) => setScope(target.value as OwnToken['scope'])}>
            <Select.Option value="read">{texts.scopes.read}</Select.Option>
            <Select.Option value="write">{texts.scopes.write}</Select.Option>
          </Select>
        </Field>
        <Field>
          <Label>{texts.tokenProject}</Label>
          <Select value={project} onChange={({ target }) => setProject(target.value)}>
            <Select.Option value="">{texts.everyProject}</Select.Option>
            <ProjectOptions projects={projects} />
          </Select>
        </Field>
        <Field>
          <Label>{texts.tokenDays}</Label>
          <Select value={days} onChange={({ target }) => setDays(Number(target.value))}>
            {terms.map((term) => (
              <Select.Option key={term} value={term}>
                {texts.days(term)}
              </Select.Option>
            ))}
          </Select>
        </Field>
      </div>
      <RefusedChange failed={failed} />
      <div className="actions">
        <Button type="submit" disabled={busy}>
          {texts.make}
        </Button>
        <Button variant="tertiary" onClick={() => onEnd(undefined)}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}
