/** One file that was sent: its report, receipt and checksum, and taking one's own back. */
import { Button, Heading, Link, Paragraph } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { InboxFile, ProjectDetail } from '../../api/api-types.ts';
import type { Report } from '../../validators/report.ts';
import { Copyable } from '../copyable.tsx';
import { sizeText } from '../figures.ts';
import { useLanguage, useShell, useTexts } from '../language.tsx';
import { PageHead } from '../page-head.tsx';
import { Answered, Refused } from '../page-states.tsx';
import { Facts, Moment, Panel, StateTag } from '../parts.tsx';
import { fileMoods } from '../project/file-list.tsx';
import { projectApi } from '../project/project-api.ts';
import { projectTexts } from '../project/texts/project.ts';
import { go } from '../routing.tsx';
import { useApi, useChange } from '../use-api.ts';
import { ReportView } from './report-view.tsx';
import { fileTexts } from './texts/file.ts';

interface FilePageProps {
  readonly project: string;
  readonly file: string;
}

export function FilePage({ project, file }: FilePageProps) {
  const path = `${projectApi(project)}/inbox/${encodeURIComponent(file)}`;
  const asked = useApi<InboxFile>(path);
  return <Answered asked={asked}>{(found) => <Shown project={project} path={path} file={found} />}</Answered>;
}

interface ShownProps {
  readonly project: string;
  readonly path: string;
  readonly file: InboxFile;
}

function Shown({ project, path, file }: ShownProps) {
  const { language } = useLanguage();
  const { places } = useShell();
  const texts = useTexts(fileTexts);
  const { fileStates } = useTexts(projectTexts);
  const detail = useApi<ProjectDetail>(projectApi(project)).known;
  const answered = file.receivedAt !== null;
  const sender = detail?.people.find(({ id }) => id === file.uploader)?.name ?? file.uploader;
  return (
    <div className="column page">
      <PageHead
        title={file.name}
        kind={texts.kind}
        trail={[
          { to: { name: 'projects' }, name: places.projects },
          { to: { name: 'project', project }, name: detail?.title ?? project },
        ]}
        aside={<StateTag mood={fileMoods[file.state]}>{fileStates[file.state]}</StateTag>}
      />
      <div className="split">
        <div className="stack">
          {answered ? <ReportOf path={path} /> : <Paragraph>{texts.arriving}</Paragraph>}
        </div>
        <div className="stack">
          {answered ? (
            <Panel title={texts.download} className="no-print">
              <div className="actions">
                {(['text', 'json', 'csv'] as const).map((format) => (
                  <Button key={format} asChild variant="secondary" data-size="sm">
                    <a
                      href={`${path}/report/${format}?language=${language}`}
                      download={`${file.name}.report.${format === 'text' ? 'txt' : format}`}
                    >
                      {{ text: texts.asText, json: texts.asJson, csv: texts.asCsv }[format]}
                    </a>
                  </Button>
                ))}
                <Button variant="tertiary" data-size="sm" onClick={() => print()}>
                  {texts.print}
                </Button>
              </div>
            </Panel>
          ) : null}
          <Panel title={texts.receipt}>
            <Facts
              facts={[
                ...(file.receivedAt === null
                  ? []
                  : ([[texts.sent, <Moment key="at" at={file.receivedAt} />]] as const)),
                [texts.sender, sender],
                ...(file.bytes === null ? [] : ([[texts.size, sizeText(file.bytes, language)]] as const)),
                ...(file.version === null ? [] : ([[texts.version, String(file.version)]] as const)),
              ]}
            />
            {file.sha256 === null ? null : (
              <div className="checksum">
                <p className="thing-note">{texts.checksum}</p>
                <Copyable label={texts.checksum} text={file.sha256} />
              </div>
            )}
            {answered ? (
              <p className="panel-note">
                {texts.receiptText}{' '}
                <Link href={`${path}/receipt`} download={`${file.name}.receipt.jws`} className="no-print">
                  {texts.receiptDownload}
                </Link>
              </p>
            ) : null}
          </Panel>
          {file.own && file.state !== 'accepted' ? <TakeBack project={project} path={path} /> : null}
        </div>
      </div>
    </div>
  );
}

function ReportOf({ path }: { readonly path: string }) {
  const { states } = useShell();
  const asked = useApi<Report>(`${path}/report`);
  if (asked.known !== undefined) return <ReportView report={asked.known} level={2} />;
  if (asked.reply === undefined || asked.reply.kind === 'answer')
    return <p role="status">{states.loading}</p>;
  return <Refused reply={asked.reply} />;
}

function TakeBack({ project, path }: { readonly project: string; readonly path: string }) {
  const texts = useTexts(fileTexts);
  const [asking, setAsking] = useState(false);
  const { busy, failed, change } = useChange();
  const remove = async () => {
    if ((await change(path, { method: 'DELETE' })) !== undefined) go({ name: 'project', project });
  };
  if (!asking)
    return (
      <div className="no-print">
        <Button variant="tertiary" data-color="danger" data-size="sm" onClick={() => setAsking(true)}>
          {texts.delete}
        </Button>
      </div>
    );
  return (
    <div className="notice no-print" data-mood="bad" role="alert">
      <Heading level={2} data-size="2xs">
        {texts.deleteSure}
      </Heading>
      <p>{texts.deleteText}</p>
      <div className="actions">
        <Button data-color="danger" data-size="sm" disabled={busy} onClick={() => void remove()}>
          {texts.deleteYes}
        </Button>
        <Button variant="secondary" data-size="sm" onClick={() => setAsking(false)}>
          {texts.deleteNo}
        </Button>
      </div>
      <Refused reply={failed} />
    </div>
  );
}
