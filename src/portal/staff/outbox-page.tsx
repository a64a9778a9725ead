/** The outbox: letters that are sent or wait, and why one has not gone. */
import { Button, ToggleGroup } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { Mail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Empty, PartLoading, Refused } from '../page-states.tsx';
import { Moment, type Mood, Panel, StateTag } from '../parts.tsx';
import { type MailState, mailState } from './mail-state.ts';
import { accessTexts } from './texts/access.ts';
import { usePages } from './use-pages.ts';

const moods: Readonly<Record<MailState, Mood>> = { sent: 'good', waiting: 'waiting', failing: 'bad' };

const filters = ['all', 'waiting'] as const;

export function OutboxPage() {
  const texts = useTexts(accessTexts);
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const { first, items, more, failed, busy } = usePages<Mail>(`/api/v1/outbox?state=${filter}`);
  return (
    <div className="column page">
      <PageHead title={texts.outboxHeading} lead={texts.outboxLead} />
      <ToggleGroup
        className="no-print filters"
        data-size="sm"
        data-toggle-group={texts.show}
        value={filter}
        onChange={(value) => setFilter(value as typeof filter)}
      >
        {filters.map((each) => (
          <ToggleGroup.Item key={each} value={each}>
            {texts.filters[each]}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup>
      {first.known === undefined ? (
        first.reply === undefined || first.reply.kind === 'answer' ? (
          <PartLoading />
        ) : (
          <Refused reply={first.reply} />
        )
      ) : items.length === 0 ? (
        <Empty title={filter === 'all' ? texts.noMail : texts.noMailWaiting} />
      ) : (
        <Panel title={texts.filters[filter]}>
          <ul className="things">
            {items.map((mail) => (
              <MailRow key={mail.id} mail={mail} />
            ))}
          </ul>
          <Refused reply={failed} />
          {more === null ? null : (
            <Button variant="secondary" disabled={busy} onClick={() => void more()}>
              {texts.more}
            </Button>
          )}
        </Panel>
      )}
    </div>
  );
}

function MailRow({ mail }: { readonly mail: Mail }) {
  const texts = useTexts(accessTexts);
  const state = mailState(mail);
  return (
    <li className="thing">
      <div className="thing-text">
        <p className="thing-name">{mail.subject}</p>
        <p className="thing-note">
          {texts.to} {mail.to}
        </p>
        <p className="thing-note">
          {texts.queuedAt} <Moment at={mail.queuedAt} />
          {mail.sentAt === null ? null : (
            <>
              , {texts.sentAt} <Moment at={mail.sentAt} />
            </>
          )}
        </p>
        {state === 'failing' ? <Fault mail={mail} /> : null}
      </div>
      <StateTag mood={moods[state]}>{texts.mailStates[state]}</StateTag>
    </li>
  );
}

function Fault({ mail }: { readonly mail: Mail }) {
  const texts = useTexts(accessTexts);
  const code = (mail.lastError ?? '').split(' ')[0] ?? '';
  const known: string | undefined = Object.hasOwn(texts.mailFaults, code)
    ? texts.mailFaults[code as keyof typeof texts.mailFaults]
    : undefined;
  return (
    <p className="bad">
      {known ?? texts.otherFault} {texts.triedAgain}{' '}
      <span className="quiet">
        ({mail.lastError}, {texts.attempts(mail.attempts)})
      </span>
    </p>
  );
}
