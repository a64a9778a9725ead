/** The drafts of a project, and making one. */
import { Button, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type { Draft, ProjectDetail } from '../../api/api-types.ts';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Empty, Refused } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { projectApi } from '../project/project-api.ts';
import { go, PlaceLink } from '../routing.tsx';
import { staffPlace } from './staff-places.ts';
import { approvalTexts } from './texts/approval.ts';
import { deliveringTexts } from './texts/delivering.ts';
import { useDeed } from './use-deed.ts';

interface DraftPanelProps {
  readonly detail: ProjectDetail;
  readonly drafts: readonly Draft[];
}

export function DraftPanel({ detail, drafts }: DraftPanelProps) {
  const texts = useTexts(deliveringTexts);
  const { waits } = useTexts(approvalTexts);
  const { language } = useLanguage();
  const [making, setMaking] = useState(false);
  const nameOf = (id: string) => detail.people.find((one) => one.id === id)?.name ?? id;
  const contentOf = ({ files }: Draft) =>
    files.length === 0
      ? texts.draftEmpty
      : texts.draftOf(
          files.length,
          sizeText(
            files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
            language,
          ),
        );
  return (
    <Panel
      title={texts.drafts}
      aside={
        making || detail.state !== 'active' ? null : (
          <Button variant="secondary" data-size="sm" onClick={() => setMaking(true)}>
            {texts.newDraft}
          </Button>
        )
      }
    >
      {making ? <MakeDraft project={detail.id} onCancel={() => setMaking(false)} /> : null}
      {drafts.length === 0 && !making ? (
        <Empty title={texts.noDrafts}>
          <p>{texts.noDraftsText}</p>
        </Empty>
      ) : null}
      <ul className="things">
        {drafts.map((one) => (
          <li className="thing" key={one.name}>
            <div className="thing-text">
              <p className="thing-name">
                <PlaceLink to={staffPlace('projects', detail.id, 'drafts', one.name)}>{one.name}</PlaceLink>
              </p>
              <p className="thing-note">
                <Moment at={one.createdAt} /> · {texts.madeBy(nameOf(one.createdBy))} · {contentOf(one)}
              </p>
            </div>
            {one.state === 'submitted' ? <StateTag mood="waiting">{waits}</StateTag> : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function MakeDraft({ project, onCancel }: { readonly project: string; readonly onCancel: () => void }) {
  const texts = useTexts(deliveringTexts);
  const { busy, failed, perform } = useDeed();
  const [name, setName] = useState('');
  const make = async (event: FormEvent) => {
    event.preventDefault();
    const made = await perform<{ name: string }>(`${projectApi(project)}/drafts`, { name: name.trim() });
    if (made !== undefined) go(staffPlace('projects', project, 'drafts', made.body.name));
  };
  return (
    <form className="form" onSubmit={(event) => void make(event)}>
      <Textfield
        required
        autoFocus
        maxLength={80}
        label={texts.draftName}
        description={texts.draftNameHelp}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Refused reply={failed} />
      <div className="actions">
        <Button type="submit" disabled={busy}>
          {texts.makeDraft}
        </Button>
        <Button variant="tertiary" onClick={onCancel}>
          {texts.cancel}
        </Button>
      </div>
    </form>
  );
}
