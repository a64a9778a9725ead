/** Two questions of one file and one day: who could see it, and who did. */
import { Button, Field, Heading, Label, Select, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useState } from 'react';
import type {
  DeliveryDetail,
  DeliveryHead,
  FileAccess,
  InboxFile,
  ProjectHead,
} from '../../api/api-types.ts';
import { browserNowMs } from '../clock.ts';
import { osloDay, timeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { PartLoading, Refused } from '../page-states.tsx';
import { Panel } from '../parts.tsx';
import { projectApi } from '../project/project-api.ts';
import { ProjectOptions } from '../project/project-options.tsx';
import { projectsTexts } from '../project/texts/projects.ts';
import { useApi, useList } from '../use-api.ts';
import { dayAfter, osloMidnight } from './audit-query.ts';
import { saidOnce } from './could-see.ts';
import { EventList } from './event-list.tsx';
import { auditTexts } from './texts/audit.ts';

const inbox = '';

/** The files of a place in a project: of its inbox, or of one delivery. */
function useFiles(project: string, folder: string): readonly { id: string; name: string; at?: string }[] {
  const texts = useTexts(auditTexts);
  const api = projectApi(project);
  const sent = useList<InboxFile>(project !== '' && folder === inbox ? `${api}/inbox` : null).known;
  const delivery = useApi<DeliveryDetail>(
    project !== '' && folder !== inbox ? `${api}/deliveries/${encodeURIComponent(folder)}` : null,
  ).known;
  if (folder !== inbox) return delivery?.files ?? [];
  return (sent ?? []).map(({ id, name, version, startedAt }) => ({
    id,
    name: version === null ? name : `${name}, ${texts.version(version)}`,
    at: startedAt,
  }));
}

export function FileQuestion({ projects }: { readonly projects: readonly ProjectHead[] }) {
  const texts = useTexts(auditTexts);
  const [chosen, setChosen] = useState('');
  const [folder, setFolder] = useState(inbox);
  const [fileId, setFileId] = useState('');
  const [day, setDay] = useState(() => osloDay(browserNowMs()));
  const [asked, setAsked] = useState<{ path: string; day: string }>();
  const project = chosen === '' ? (projects[0]?.id ?? '') : chosen;
  const deliveries =
    useList<DeliveryHead>(project === '' ? null : `${projectApi(project)}/deliveries`).known ?? [];
  const files = useFiles(project, folder);
  const file = files.find(({ id }) => id === fileId) ?? files[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file === undefined) return;
    const kind = folder === inbox ? 'inbox' : 'delivered';
    setAsked({ path: `/api/v1/audit/${kind}/${file.id}/access?day=${day}`, day });
  };
  if (projects.length === 0) return null;
  return (
    <Panel title={texts.who}>
      <p className="panel-lead">{texts.whoText}</p>
      <form className="form wide-form no-print" onSubmit={submit}>
        <div className="form-row">
          <Field>
            <Label>{texts.project}</Label>
            <Select
              value={project}
              onChange={({ target }) => {
                setChosen(target.value);
                setFolder(inbox);
                setFileId('');
              }}
            >
              <ProjectOptions projects={projects} />
            </Select>
          </Field>
          <Field>
            <Label>{texts.place}</Label>
            <Select
              value={folder}
              onChange={({ target }) => {
                setFolder(target.value);
                setFileId('');
              }}
            >
              <Select.Option value={inbox}>{texts.inbox}</Select.Option>
              {deliveries.map((each) => (
                <Select.Option key={each.folder} value={each.folder}>
                  {texts.delivery(each.folder)}
                </Select.Option>
              ))}
            </Select>
          </Field>
          <Field>
            <Label>{texts.oneFile}</Label>
            <Select
              required
              disabled={files.length === 0}
              value={file?.id ?? ''}
              onChange={({ target }) => setFileId(target.value)}
            >
              {files.length === 0 ? <Select.Option value="">{texts.noFiles}</Select.Option> : null}
              {files.map(({ id, name }) => (
                <Select.Option key={id} value={id}>
                  {name}
                </Select.Option>
              ))}
            </Select>
          </Field>
          <Textfield
            type="date"
            required
            label={texts.day}
            value={day}
            onChange={({ target }) => setDay(target.value)}
          />
        </div>
        <div className="actions">
          <Button type="submit" disabled={file === undefined}>
            {texts.answer}
          </Button>
        </div>
      </form>
      {asked === undefined ? null : <Answer path={asked.path} day={asked.day} />}
    </Panel>
  );
}

function Answer({ path, day }: { readonly path: string; readonly day: string }) {
  const texts = useTexts(auditTexts);
  const { roles } = useTexts(projectsTexts);
  const { known, reply } = useApi<FileAccess>(path);
  if (known === undefined) {
    return reply === undefined || reply.kind === 'answer' ? <PartLoading /> : <Refused reply={reply} />;
  }
  return (
    <div className="answer" role="status">
      <p className="answer-file">{known.name}</p>
      <Heading level={3} data-size="2xs">
        {texts.could}
      </Heading>
      {known.could.length === 0 ? <p className="quiet">{texts.nobodyCould}</p> : null}
      <ul className="things">
        {saidOnce(known.could).map((one) => (
          <li className="thing" key={`${one.personId} ${one.role} ${one.what} ${one.from}`}>
            <div className="thing-text">
              <p className="thing-name">{one.name}</p>
              <p className="thing-note">
                {roles[one.role]}: {texts.what[one.what]}
              </p>
            </div>
            <p className="thing-note">
              <Hours from={one.from} until={one.until} day={day} />
            </p>
          </li>
        ))}
      </ul>
      <Heading level={3} data-size="2xs">
        {texts.did}
      </Heading>
      {known.did.length === 0 ? <p className="quiet">{texts.nobodyDid}</p> : <EventList events={known.did} />}
    </div>
  );
}

function Hours({
  from,
  until,
  day,
}: {
  readonly from: string;
  readonly until: string;
  readonly day: string;
}) {
  const { language } = useLanguage();
  const texts = useTexts(auditTexts);
  const wholeDay =
    Date.parse(from) <= Date.parse(osloMidnight(day)) &&
    Date.parse(until) >= Date.parse(osloMidnight(dayAfter(day)));
  if (wholeDay) return texts.allDay;
  return texts.hours(clock(from), clock(until));
  function clock(at: string): string {
    return timeText(at, language, 'clock').slice(0, 5);
  }
}
