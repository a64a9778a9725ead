/** The second person at a draft: submitting it, waiting, approving, returning, taking back. */
import { Button } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { Draft, ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Facts, Moment, Panel, StateTag } from '../parts.tsx';
import { useMe } from '../session.tsx';
import { actorText } from './actor-text.ts';
import { type Answer, ApprovalDialog } from './approval-dialog.tsx';
import { doubtfulCount, isChecking, partOf } from './approving.ts';
import { hindrancesOf, recipientsOf } from './delivering.ts';
import { SubmitDialog } from './submit-dialog.tsx';
import { approvalTexts } from './texts/approval.ts';
import { deliveringTexts } from './texts/delivering.ts';

interface ApprovalProps {
  readonly detail: ProjectDetail;
  readonly draft: Draft;
  readonly path: string;
  readonly onChange: () => void;
}

export function ApprovalPanel(props: ApprovalProps) {
  const texts = useTexts(approvalTexts);
  const { publishTo } = useTexts(deliveringTexts);
  const recipients = recipientsOf(props.detail);
  return (
    <Panel title={texts.title}>
      <div className="publish">
        {props.draft.state === 'submitted' ? <Waiting {...props} /> : <Open {...props} />}
        {recipients.length === 0 ? null : (
          <div>
            <p className="thing-note">{publishTo}</p>
            <ul className="plain">
              {recipients.map(({ id, name }) => (
                <li key={id}>{name}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Panel>
  );
}

function nameIn({ people }: ProjectDetail, actor: string): string {
  const id = actorText(actor);
  return people.find((one) => one.id === id)?.name ?? id;
}

function Open({ detail, draft, path, onChange }: ApprovalProps) {
  const texts = useTexts(approvalTexts);
  const { hindrances: words } = useTexts(deliveringTexts);
  const [asking, setAsking] = useState(false);
  const hindrances = hindrancesOf(draft, detail);
  const checking = isChecking(draft);
  const doubtful = doubtfulCount(draft);
  const free = hindrances.length === 0 && !checking;
  const { submission } = draft;
  return (
    <>
      {submission?.state === 'returned' ? (
        <div className="notice" data-mood="careful">
          <p>{texts.returned(nameIn(detail, submission.endedBy ?? ''))}</p>
          <p className="anywhere">{texts.returnedWhy(submission.endedReason ?? '')}</p>
        </div>
      ) : null}
      <p>{texts.lead}</p>
      {hindrances.length === 0 ? null : (
        <div className="notice" data-mood="careful">
          {hindrances.map((one) => (
            <p key={one}>{words[one]}</p>
          ))}
        </div>
      )}
      {checking ? <StateTag mood="waiting">{texts.checking}</StateTag> : null}
      {free && doubtful === 0 ? <StateTag mood="good">{texts.readyToSubmit}</StateTag> : null}
      {doubtful === 0 ? null : (
        <p className="notice" data-mood="careful">
          {texts.doubtful(doubtful)}
        </p>
      )}
      {free ? <Button onClick={() => setAsking(true)}>{texts.submit}</Button> : null}
      {asking ? (
        <SubmitDialog
          draft={draft}
          path={path}
          onSubmitted={() => {
            setAsking(false);
            onChange();
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function Waiting({ detail, draft, path, onChange }: ApprovalProps) {
  const texts = useTexts(approvalTexts);
  const { deliveryTitle } = useTexts(deliveringTexts);
  const me = useMe();
  const [asking, setAsking] = useState<Answer>();
  const { submission } = draft;
  if (submission === null) return null;
  const part = partOf(me.personId, draft);
  const facts: [string, React.ReactNode][] = [
    [deliveryTitle, submission.title],
    [texts.submittedBy, nameIn(detail, submission.submittedBy)],
    [texts.submittedAt, <Moment key="at" at={submission.submittedAt} />],
  ];
  if (submission.note !== null) facts.push([texts.noteGiven, submission.note]);
  return (
    <>
      <StateTag mood="waiting">{texts.waits}</StateTag>
      <p>{texts.frozen}</p>
      <Facts facts={facts} />
      {submission.reason === null ? null : (
        <div className="notice" data-mood="careful">
          <p>{texts.whyGiven}:</p>
          <p className="anywhere">{submission.reason}</p>
        </div>
      )}
      {part === 'submitter' ? <p>{texts.yours}</p> : null}
      {part === 'writer' ? <p>{texts.wroteFile}</p> : null}
      <div className="actions">
        {part === 'second' ? <Button onClick={() => setAsking('approve')}>{texts.approve}</Button> : null}
        {part === 'submitter' ? (
          <Button variant="secondary" onClick={() => setAsking('take-back')}>
            {texts.takeBack}
          </Button>
        ) : (
          <Button variant="secondary" onClick={() => setAsking('return')}>
            {texts.giveBack}
          </Button>
        )}
      </div>
      {asking === undefined ? null : (
        <ApprovalDialog
          answer={asking}
          detail={detail}
          submission={submission}
          path={path}
          onAnswered={() => {
            setAsking(undefined);
            onChange();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
