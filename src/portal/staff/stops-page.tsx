/** The stop switch: what is stopped now, stopping all downloads or those of one project, and opening them again. */
import { Button, Field, Label, Select, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type { ProjectHead, Stop } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered } from '../page-states.tsx';
import { Moment, Panel, StateTag } from '../parts.tsx';
import { useMe } from '../session.tsx';
import { useApi, useChange, useList } from '../use-api.ts';
import { actorText } from './actor-text.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { holds } from './staff-roles.ts';
import { accessTexts } from './texts/access.ts';

export function StopsPage() {
  const texts = useTexts(accessTexts);
  const asked = useApi<{ stops: readonly Stop[] }>('/api/v1/download-stops');
  const projects = useList<ProjectHead>('/api/v1/projects').known ?? [];
  const [word, setWord] = useState('');
  const done = (said: string) => {
    setWord(said);
    asked.reload();
  };
  return (
    <Answered asked={asked}>
      {({ stops }) => (
        <div className="column page">
          <PageHead title={texts.stopsHeading} lead={texts.stopsLead} />
          <p role="status" className="ds-sr-only">
            {word}
          </p>
          <div className="stack">
            <Now stops={stops} projects={projects} onDone={done} />
            <NewStop stops={stops} projects={projects} onDone={done} />
          </div>
        </div>
      )}
    </Answered>
  );
}

interface Given {
  readonly stops: readonly Stop[];
  readonly projects: readonly ProjectHead[];
  readonly onDone: (word: string) => void;
}

/** The project by number and title; all of them for null. */
function useWhere(projects: readonly ProjectHead[]): (projectId: string | null) => string {
  const { allProjects } = useTexts(accessTexts);
  return (projectId) => {
    if (projectId === null) return allProjects;
    const title = projects.find(({ id }) => id === projectId)?.title;
    return title === undefined ? projectId : `${projectId} ${title}`;
  };
}

function Now({ stops, projects, onDone }: Given) {
  const texts = useTexts(accessTexts);
  const me = useMe();
  const where = useWhere(projects);
  const { busy, failed, change, forget } = useChange();
  const [lifting, setLifting] = useState<Stop>();
  const lift = async ({ projectId }: Stop) => {
    const body = projectId === null ? {} : { projectId };
    if ((await change('/api/v1/resume-downloads', { method: 'POST', body })) === undefined) return;
    setLifting(undefined);
    onDone(texts.lifted);
  };
  if (stops.length === 0) {
    return (
      <div className="switch" data-mood="good">
        <StateTag mood="good">{texts.nothingStopped}</StateTag>
        <p>{texts.nothingStoppedText}</p>
      </div>
    );
  }
  return (
    <section className="switch" data-mood="bad" aria-label={texts.stoppedNow(stops.length)}>
      <StateTag mood="bad">{texts.stoppedNow(stops.length)}</StateTag>
      <ul className="things">
        {stops.map((stop) => (
          <li className="thing" key={stop.projectId ?? ''}>
            <div className="thing-text">
              <p className="switch-where">{where(stop.projectId)}</p>
              <p>{stop.reason}</p>
              <p className="switch-by">
                {texts.stoppedSince(actorText(stop.by))}, <Moment at={stop.at} />
              </p>
            </div>
            {holds(me, ['officer'], stop.projectId === null ? 'every' : { project: stop.projectId }) ? (
              <Button
                variant="secondary"
                aria-label={texts.liftOf(where(stop.projectId))}
                onClick={() => setLifting(stop)}
              >
                {texts.lift}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {lifting === undefined ? null : (
        <ReasonDialog
          title={texts.liftTitle}
          text={`${where(lifting.projectId)}. ${texts.liftText}`}
          action={texts.lift}
          asks={false}
          danger={false}
          busy={busy}
          failed={failed}
          onConfirm={() => void lift(lifting)}
          onClose={() => {
            forget();
            setLifting(undefined);
          }}
        />
      )}
    </section>
  );
}

const everywhere = '*';

function NewStop({ stops, projects, onDone }: Given) {
  const texts = useTexts(accessTexts);
  const me = useMe();
  const where = useWhere(projects);
  const { busy, failed, change, forget } = useChange();
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const [asking, setAsking] = useState(false);
  const stoppers = ['officer', 'producer'] as const;
  const isOpen = (projectId: string | null) => !stops.some((stop) => stop.projectId === projectId);
  const choices = [
    ...projects
      .filter(({ id, state }) => state === 'active' && isOpen(id) && holds(me, stoppers, { project: id }))
      .map(({ id }) => ({ value: id, name: where(id) })),
    ...(holds(me, stoppers, 'every') && isOpen(null) ? [{ value: everywhere, name: where(null) }] : []),
  ];
  const target = choices.find(({ value }) => value === chosen) ?? choices[0];
  if (target === undefined) return <p className="quiet">{texts.alreadyEverywhere}</p>;
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
  };
  const stop = async () => {
    const projectId = target.value === everywhere ? {} : { projectId: target.value };
    const body = { reason: reason.trim(), ...projectId };
    if ((await change('/api/v1/stop-downloads', { method: 'POST', body })) === undefined) return;
    setAsking(false);
    setReason('');
    onDone(texts.stopped);
  };
  return (
    <Panel title={texts.stopNew} className="no-print">
      <form className="form wide-form" onSubmit={ask}>
        <Field>
          <Label>{texts.stopWhere}</Label>
          <Select value={target.value} onChange={(event) => setChosen(event.target.value)}>
            {choices.map(({ value, name }) => (
              <Select.Option key={value} value={value}>
                {name}
              </Select.Option>
            ))}
          </Select>
        </Field>
        <Textfield
          required
          minLength={3}
          maxLength={500}
          label={texts.reason}
          description={texts.reasonHelp}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" data-color="danger">
            {texts.stop}
          </Button>
        </div>
      </form>
      {asking ? (
        <ReasonDialog
          title={texts.stopTitle(target.name)}
          text={texts.stopText}
          action={texts.stop}
          asks={false}
          busy={busy}
          failed={failed}
          onConfirm={() => void stop()}
          onClose={() => {
            forget();
            setAsking(false);
          }}
        />
      ) : null}
    </Panel>
  );
}
