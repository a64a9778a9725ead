/** The audit log for those who may read it: searched, saved, and asked who could see a file and who did. */
import { Button, Field, Label, Link, Select, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type { Event, ProjectHead } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Empty, PartLoading, Refused } from '../page-states.tsx';
import { Panel } from '../parts.tsx';
import { ProjectOptions } from '../project/project-options.tsx';
import { useMe } from '../session.tsx';
import { useList } from '../use-api.ts';
import { type AuditSearch, csvPath, emptySearch, searchPath } from './audit-query.ts';
import { EventList } from './event-list.tsx';
import { FileQuestion } from './file-question.tsx';
import { holds } from './staff-roles.ts';
import { auditTexts } from './texts/audit.ts';
import { auditActionTexts } from './texts/audit-actions.ts';
import { usePages } from './use-pages.ts';

export function AuditPage() {
  const texts = useTexts(auditTexts);
  const me = useMe();
  const projects = (useList<ProjectHead>('/api/v1/projects').known ?? []).filter(({ id }) =>
    holds(me, ['auditor'], { project: id }),
  );
  const whole = holds(me, ['auditor'], 'every');
  return (
    <div className="column page">
      <PageHead title={texts.heading} lead={texts.lead} />
      <div className="stack">
        <Search projects={projects} whole={whole} />
        <FileQuestion projects={projects} />
      </div>
    </div>
  );
}

interface SearchProps {
  readonly projects: readonly ProjectHead[];
  /** Whether they may read the log of every project and of what belongs to none. */
  readonly whole: boolean;
}

function Search({ projects, whole }: SearchProps) {
  const texts = useTexts(auditTexts);
  const { actions } = useTexts(auditActionTexts);
  const [given, setGiven] = useState(emptySearch);
  const [asked, setAsked] = useState<AuditSearch>();
  const first = projects[0]?.id ?? '';
  const complete = (search: AuditSearch) =>
    search.project === '' && !whole ? { ...search, project: first } : search;
  // The newest events are there at once, without a search.
  const search = complete(asked ?? emptySearch);
  const set = (part: Partial<AuditSearch>) => setGiven((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(given);
  };
  return (
    <Panel title={texts.found}>
      <form className="form wide-form no-print" onSubmit={submit}>
        <div className="form-row">
          <Field>
            <Label>{texts.project}</Label>
            <Select value={complete(given).project} onChange={({ target }) => set({ project: target.value })}>
              {whole ? <Select.Option value="">{texts.whole}</Select.Option> : null}
              <ProjectOptions projects={projects} />
            </Select>
          </Field>
          <Field>
            <Label>{texts.action}</Label>
            <Select value={given.action} onChange={({ target }) => set({ action: target.value })}>
              <Select.Option value="">{texts.anyAction}</Select.Option>
              {Object.entries(actions).map(([action, name]) => (
                <Select.Option key={action} value={action.replace(' ', '.')}>
                  {name}
                </Select.Option>
              ))}
            </Select>
          </Field>
        </div>
        <div className="form-row">
          <Textfield
            label={texts.person}
            placeholder={texts.personHelp}
            pattern="[a-z][a-z0-9._\-]*"
            autoCapitalize="none"
            spellCheck={false}
            value={given.person}
            onChange={({ target }) => set({ person: target.value })}
          />
          <Textfield
            label={texts.file}
            maxLength={200}
            spellCheck={false}
            value={given.file}
            onChange={({ target }) => set({ file: target.value })}
          />
          <Textfield
            type="date"
            label={texts.from}
            value={given.from}
            onChange={({ target }) => set({ from: target.value })}
          />
          <Textfield
            type="date"
            label={texts.until}
            value={given.until}
            onChange={({ target }) => set({ until: target.value })}
          />
        </div>
        <div className="actions">
          <Button type="submit">{texts.search}</Button>
        </div>
      </form>
      {whole || first !== '' ? <Found search={search} /> : <Empty title={texts.nothing} />}
    </Panel>
  );
}

function Found({ search }: { readonly search: AuditSearch }) {
  const texts = useTexts(auditTexts);
  const { first, items, more, failed, busy } = usePages<Event>(searchPath(search, 25));
  if (first.known === undefined) {
    if (first.reply === undefined || first.reply.kind === 'answer') return <PartLoading />;
    return <Refused reply={first.reply} />;
  }
  if (items.length === 0) {
    return (
      <Empty title={texts.nothing}>
        <p>{texts.nothingText}</p>
      </Empty>
    );
  }
  return (
    <>
      <EventList events={items} />
      <Refused reply={failed} />
      <div className="actions no-print">
        {more === null ? null : (
          <Button variant="secondary" disabled={busy} onClick={() => void more()}>
            {texts.more}
          </Button>
        )}
        <Link href={csvPath(search)} download>
          {texts.save}
        </Link>
      </div>
    </>
  );
}
