/** A draft: its files, sending more, what stands in the way of publishing, and publishing. */
import { Button } from '@digdir/designsystemet-react';
import { useEffect, useState } from 'react';
import type { Draft, ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, NotHere } from '../page-states.tsx';
import { Panel, StateTag } from '../parts.tsx';
import { projectApi } from '../project/project-api.ts';
import { go } from '../routing.tsx';
import { useApi, useChange, useList } from '../use-api.ts';
import { ApprovalPanel } from './approval-panel.tsx';
import { isChecking } from './approving.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { hindrancesOf, recipientsOf } from './delivering.ts';
import { DraftFiles } from './draft-files.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { staffFront, staffPlace } from './staff-places.ts';
import { deliveringTexts } from './texts/delivering.ts';
import { workTexts } from './texts/work.ts';

interface DraftPageProps {
  readonly project: string;
  readonly draft: string;
}

export function DraftPage({ project, draft }: DraftPageProps) {
  const texts = useTexts(deliveringTexts);
  const api = projectApi(project);
  const asked = useApi<ProjectDetail>(api);
  const drafts = useList<Draft>(`${api}/drafts`);
  return (
    <Answered asked={asked}>
      {(detail) => (
        <Answered asked={drafts}>
          {(all) => {
            const found = all.find(({ name }) => name === draft);
            return found === undefined ? (
              <NotHere title={texts.gone} text={texts.goneText} />
            ) : (
              <Shown detail={detail} draft={found} onChange={drafts.reload} />
            );
          }}
        </Answered>
      )}
    </Answered>
  );
}

interface ShownProps {
  readonly detail: ProjectDetail;
  readonly draft: Draft;
  readonly onChange: () => void;
}

function Shown({ detail, draft, onChange }: ShownProps) {
  const texts = useTexts(deliveringTexts);
  const { heading } = useTexts(workTexts);
  useLookAgain(isChecking(draft), onChange);
  const path = `${projectApi(detail.id)}/drafts/${encodeURIComponent(draft.name)}`;
  return (
    <div className="column page">
      <PageHead
        title={draft.name}
        kind={texts.draft}
        lead={texts.draftLead}
        trail={[
          { to: staffFront, name: heading },
          { to: staffPlace('projects', detail.id), name: detail.title },
        ]}
      />
      <div className="split">
        <DraftFiles detail={detail} draft={draft} path={`${path}/files`} onChange={onChange} />
        <div className="stack">
          {draft.approval === 'second-person' || draft.state === 'submitted' ? (
            <ApprovalPanel detail={detail} draft={draft} path={path} onChange={onChange} />
          ) : (
            <Publish detail={detail} draft={draft} path={path} />
          )}
          {draft.files.length === 0 && draft.state === 'open' ? (
            <RemoveDraft project={detail.id} draft={draft} path={path} />
          ) : null}
        </div>
      </div>
    </div>
  );
}

const lookAgainMs = 2_000;

/** Asks again for as long as the check is under way. */
function useLookAgain(wanted: boolean, look: () => void): void {
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(look, lookAgainMs);
    return () => clearInterval(timer);
  }, [wanted, look]);
}

interface ActProps {
  readonly draft: Draft;
  readonly path: string;
}

function Publish({ detail, draft, path }: ActProps & { readonly detail: ProjectDetail }) {
  const texts = useTexts(deliveringTexts);
  const [asking, setAsking] = useState(false);
  const hindrances = hindrancesOf(draft, detail);
  const recipients = recipientsOf(detail);
  return (
    <Panel title={texts.publishTitle}>
      <div className="publish">
        {recipients.length === 0 ? null : (
          <div>
            <p className="thing-note">{texts.publishTo}</p>
            <ul className="plain">
              {recipients.map(({ id, name }) => (
                <li key={id}>{name}</li>
              ))}
            </ul>
          </div>
        )}
        {hindrances.length === 0 ? (
          <StateTag mood="good">{texts.ready}</StateTag>
        ) : (
          <div className="notice" data-mood="careful">
            {hindrances.map((one) => (
              <p key={one}>{texts.hindrances[one]}</p>
            ))}
          </div>
        )}
        {hindrances.length === 0 ? <Button onClick={() => setAsking(true)}>{texts.publish}</Button> : null}
      </div>
      {asking ? (
        <PublishDialog
          project={detail.id}
          draft={draft}
          path={path}
          recipients={recipients}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </Panel>
  );
}

function RemoveDraft({ project, draft, path }: ActProps & { readonly project: string }) {
  const texts = useTexts(deliveringTexts);
  const [asking, setAsking] = useState(false);
  const changing = useChange();
  const remove = async () => {
    if ((await changing.change(path, { method: 'DELETE' })) !== undefined)
      go(staffPlace('projects', project));
  };
  return (
    <div>
      <Button variant="tertiary" data-color="danger" data-size="sm" onClick={() => setAsking(true)}>
        {texts.removeDraft}
      </Button>
      {asking ? (
        <ConfirmDialog
          {...changing}
          danger
          title={texts.deleteFile(draft.name)}
          text={texts.removeDraftText}
          action={texts.removeDraft}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}
