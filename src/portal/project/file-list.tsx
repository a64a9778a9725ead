/** The files of a project: those that are agreed on and those that came besides, each with its newest version and the earlier ones. */
import { Details } from '@digdir/designsystemet-react';
import type { InboxFile, ProjectDetail } from '../../api/api-types.ts';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Empty } from '../page-states.tsx';
import { Moment, type Mood, StateTag } from '../parts.tsx';
import { PlaceLink } from '../routing.tsx';
import { isOnlySupplier } from './suppliers.ts';
import { projectTexts } from './texts/project.ts';

type FileState = InboxFile['state'] | 'missing';

export const fileMoods: Readonly<Record<FileState, Mood>> = {
  missing: 'careful',
  arriving: 'waiting',
  held: 'waiting',
  accepted: 'good',
  rejected: 'bad',
  'not-checked': 'careful',
};

interface FileListProps {
  readonly detail: ProjectDetail;
  readonly sent: readonly InboxFile[];
}

export function FileList({ detail, sent }: FileListProps) {
  const texts = useTexts(projectTexts);
  if (detail.files.length === 0)
    return <Empty title={isOnlySupplier(detail) ? texts.noFilesSent : texts.noFiles} />;
  return (
    <ul className="things">
      {detail.files.map((file) => {
        const versions = sent
          .filter(({ name }) => name === file.name)
          .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
        return (
          <FileRow
            key={file.name}
            project={detail}
            name={file.name}
            state={file.state}
            expected={file.expected || detail.description === null}
            senders={file.senders}
            versions={versions}
          />
        );
      })}
    </ul>
  );
}

interface FileRowProps {
  readonly project: ProjectDetail;
  readonly name: string;
  readonly state: FileState;
  readonly expected: boolean;
  /** Who is to send it. */
  readonly senders: readonly string[];
  /** The newest first. */
  readonly versions: readonly InboxFile[];
}

function FileRow({ project, name, state, expected, senders, versions }: FileRowProps) {
  const texts = useTexts(projectTexts);
  const nameOf = (id: string) => project.people.find((one) => one.id === id)?.name ?? id;
  const [newest, ...earlier] = versions;
  return (
    <li className="thing">
      <div className="thing-text">
        <p className="thing-name">
          {name}
          {expected ? null : <span className="quiet"> ({texts.extra})</span>}
        </p>
        {newest === undefined ? null : <Sent project={project} file={newest} />}
        {state === 'accepted' || senders.length === 0 ? null : (
          <p className="thing-note">{texts.toBeSentBy(senders.map(nameOf).join(', '))}</p>
        )}
        {earlier.length === 0 ? null : (
          <Details className="earlier" data-size="sm">
            <Details.Summary>{texts.earlier(earlier.length)}</Details.Summary>
            <Details.Content>
              <ul className="things">
                {earlier.map((one) => (
                  <li className="thing" key={one.id}>
                    <div className="thing-text">
                      <Sent project={project} file={one} />
                    </div>
                    <FileSide project={project.id} file={one} name={name} />
                  </li>
                ))}
              </ul>
            </Details.Content>
          </Details>
        )}
      </div>
      {newest === undefined ? (
        <StateTag mood={fileMoods[state]}>{texts.fileStates[state]}</StateTag>
      ) : (
        <FileSide project={project.id} file={newest} name={name} />
      )}
    </li>
  );
}

function Sent({ project, file }: { readonly project: ProjectDetail; readonly file: InboxFile }) {
  const { language } = useLanguage();
  const texts = useTexts(projectTexts);
  const sender = project.people.find(({ id }) => id === file.uploader)?.name ?? file.uploader;
  return (
    <p className="thing-note">
      <Moment at={file.receivedAt ?? file.startedAt} />
      {file.bytes === null ? null : ` · ${sizeText(file.bytes, language)}`}
      {file.version === null ? null : ` · ${texts.version(file.version)}`}
      {file.own ? null : ` · ${texts.sentBy(sender)}`}
    </p>
  );
}

function FileSide({
  project,
  file,
  name,
}: {
  readonly project: string;
  readonly file: InboxFile;
  readonly name: string;
}) {
  const texts = useTexts(projectTexts);
  const answered = file.receivedAt !== null;
  return (
    <div className="thing-side">
      {answered ? (
        <PlaceLink to={{ name: 'file', project, file: file.id }}>
          {texts.report}
          <span className="ds-sr-only">: {texts.reportOf(name)}</span>
        </PlaceLink>
      ) : null}
      <StateTag mood={fileMoods[file.state]}>{texts.fileStates[file.state]}</StateTag>
    </div>
  );
}
