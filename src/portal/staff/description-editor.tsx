/** The editor of a description: a sample to begin with, files, their columns, and saving. */
import { Button, ToggleGroup } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { ProjectDetail } from '../../api/api-types.ts';
import { RefusedChange } from '../account/refused-change.tsx';
import { useTexts } from '../language.tsx';
import { useLeaveGuard } from '../leaving.ts';
import { PageHead } from '../page-head.tsx';
import { Panel, StateTag } from '../parts.tsx';
import { projectApi } from '../project/project-api.ts';
import { ColumnTable } from './column-table.tsx';
import { Conflict } from './conflict-panel.tsx';
import { type DescriptionTable, descriptionOf, type FileTable, withDraft } from './description-table.ts';
import { type FaultFinder, fetchFaultFinder, useFaultFinder } from './fault-finder.ts';
import { FileFacts } from './file-facts.tsx';
import type { Held } from './held-description.ts';
import { projectTrail } from './project-trail.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { refusedCell } from './refused-cell.ts';
import { SampleDrop } from './sample-drop.tsx';
import { saveText } from './save-text.ts';
import { descriptionTexts } from './texts/description.ts';
import { type Editing, useDescription } from './use-description.ts';

/** What comes in, or what goes out. */
export type Described = 'incoming' | 'outgoing';

export function descriptionApi(project: string, of: Described): string {
  return `${projectApi(project)}/${of === 'incoming' ? 'description' : 'outgoing-description'}`;
}

interface EditorProps {
  readonly project: ProjectDetail;
  readonly of: Described;
  readonly held?: Held;
}

export function DescriptionEditor({ project, of, held }: EditorProps) {
  const texts = useTexts(descriptionTexts);
  const editing = useDescription(descriptionApi(project.id, of), held);
  const { table, theirs } = editing;
  const finder = useFaultFinder(editing.changed);
  const leaving = useLeaveGuard(editing.changed);
  const [fileKey, setFileKey] = useState('');
  const file = table?.files.find(({ key }) => key === fileKey) ?? table?.files[0];
  const take = (drafted: DescriptionTable) => {
    editing.replace(withDraft(table, drafted));
    setFileKey(drafted.files[0]?.key ?? '');
  };
  return (
    <div className="column page">
      <PageHead
        title={texts.heading[of]}
        kind={`${project.id} · ${project.title}`}
        lead={texts.lead[of]}
        trail={projectTrail(project.id, texts)}
        aside={
          editing.held === undefined ? (
            <StateTag mood="quiet">{texts.none}</StateTag>
          ) : (
            <StateTag mood="good">{texts.version(editing.held.version)}</StateTag>
          )
        }
      />
      <div className="stack">
        <SampleDrop onDraft={take} />
        {table === undefined || file === undefined ? null : (
          <>
            <FilePanel
              editing={editing}
              table={table}
              file={file}
              finder={finder}
              suppliers={
                of === 'incoming' ? project.people.filter(({ role }) => role === 'supplier') : undefined
              }
              onFile={setFileKey}
            />
            <SaveBar editing={editing} table={table} finder={finder} onFile={setFileKey} />
          </>
        )}
      </div>
      {leaving.asked ? (
        <ReasonDialog
          title={texts.leaveTitle}
          text={texts.leaveText}
          action={texts.leave}
          asks={false}
          busy={false}
          failed={undefined}
          onConfirm={leaving.leave}
          onClose={leaving.stay}
        />
      ) : null}
      {theirs === undefined || table === undefined ? null : (
        <Conflict
          ours={descriptionOf(table)}
          theirs={theirs}
          busy={editing.busy}
          onKeep={() => void editing.save(theirs)}
          onTake={() => editing.take(theirs)}
          onClose={editing.letBe}
        />
      )}
    </div>
  );
}

interface FilePanelProps {
  readonly editing: Editing;
  readonly table: DescriptionTable;
  readonly file: FileTable;
  readonly finder: FaultFinder | undefined;
  /** Undefined where nobody sends the files. */
  readonly suppliers: ProjectDetail['people'] | undefined;
  readonly onFile: (key: string) => void;
}

function nameOf({ base }: FileTable): string {
  return [base.path ?? base.name].flat().join(', ');
}

function FilePanel({ editing, table, file, finder, suppliers, onFile }: FilePanelProps) {
  const texts = useTexts(descriptionTexts);
  const { edit, failed } = editing;
  const change = (next: (before: FileTable) => FileTable) =>
    edit((before) => ({
      ...before,
      files: before.files.map((one) => (one.key === file.key ? next(one) : one)),
    }));
  const said = failed?.kind === 'problem' ? failed.problem.detail : undefined;
  const at = said === undefined ? undefined : refusedCell(said);
  return (
    <Panel
      title={nameOf(file)}
      {...(table.files.length > 1
        ? {
            aside: (
              <ToggleGroup data-size="sm" data-toggle-group={texts.files} value={file.key} onChange={onFile}>
                {table.files.map((one) => (
                  <ToggleGroup.Item key={one.key} value={one.key}>
                    {nameOf(one)}
                  </ToggleGroup.Item>
                ))}
              </ToggleGroup>
            ),
          }
        : {})}
    >
      <FileFacts
        base={file.base}
        suppliers={suppliers}
        onChange={(base) => change((before) => ({ ...before, base }))}
      />
      <h3 className="sheet-heading">{texts.columns}</h3>
      <ColumnTable
        key={file.key}
        file={file}
        finder={finder}
        onRows={(next) => change((before) => ({ ...before, rows: next(before.rows) }))}
        refused={
          at !== undefined && said !== undefined && table.files[at.file]?.key === file.key
            ? { row: at.row, cell: at.cell, said }
            : undefined
        }
      />
    </Panel>
  );
}

interface SaveBarProps {
  readonly editing: Editing;
  readonly table: DescriptionTable;
  readonly finder: FaultFinder | undefined;
  readonly onFile: (key: string) => void;
}

function SaveBar({ editing, table, finder, onFile }: SaveBarProps) {
  const texts = useTexts(descriptionTexts);
  const { changed, busy, failed, held, save, discard } = editing;
  const [asking, setAsking] = useState(false);
  const [word, setWord] = useState('');
  const faults = finder?.countFaults(table) ?? 0;
  const toFault = (by = finder) => {
    const faulty = table.files.find((file) => (by?.countFaults({ ...table, files: [file] }) ?? 0) > 0);
    if (faulty !== undefined) onFile(faulty.key);
    setTimeout(() => document.querySelector<HTMLElement>('.sheet [aria-invalid]')?.focus());
  };
  const saveNow = async () => {
    setWord('');
    // Whoever is quick saves before the finder has come.
    const found = await fetchFaultFinder();
    if (found !== undefined && found.countFaults(table) > 0) return toFault(found);
    if (await save()) setWord('saved');
  };
  const saved = word === 'saved' && !changed && held !== undefined;
  return (
    <div className="save-bar no-print">
      <RefusedChange failed={failed} />
      <div className="save-row">
        <p role="status">
          <StateTag mood={changed ? (faults > 0 ? 'bad' : 'careful') : 'good'}>
            {saved
              ? texts.saved(held.version)
              : faults > 0
                ? texts.faultCount(faults)
                : changed
                  ? texts.changed
                  : texts.unchanged}
          </StateTag>
        </p>
        <div className="actions">
          {faults > 0 ? (
            <Button variant="tertiary" onClick={() => toFault()}>
              {texts.toFault}
            </Button>
          ) : null}
          <Button
            variant="tertiary"
            onClick={() =>
              saveText(
                'datapackage.json',
                'application/json',
                `${JSON.stringify(descriptionOf(table), null, 2)}\n`,
              )
            }
          >
            {texts.download}
          </Button>
          <Button variant="secondary" disabled={!changed || busy} onClick={() => setAsking(true)}>
            {texts.discard}
          </Button>
          <Button disabled={!changed || busy} onClick={() => void saveNow()}>
            {busy ? texts.saving : texts.save}
          </Button>
        </div>
      </div>
      {asking ? (
        <ReasonDialog
          title={texts.discardTitle}
          text={texts.discardText}
          action={texts.discard}
          asks={false}
          busy={false}
          failed={undefined}
          onConfirm={() => {
            setAsking(false);
            discard();
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}
