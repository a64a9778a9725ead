/** The course of a project, from its beginning to the confirmed deletion: what is done, what is under way, what is to come. */
import type { ReactNode } from 'react';
import type { DeliveryHead, ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Day, Moment } from '../parts.tsx';
import { type ProjectTexts, projectTexts } from '../project/texts/project.ts';

type Stage = 'done' | 'now' | 'later';

interface Step {
  readonly text: string;
  readonly done: boolean;
  readonly when?: ReactNode;
}

/** The first that is not done is under way. */
function stagesOf(steps: readonly Step[]): readonly Stage[] {
  const now = steps.findIndex(({ done }) => !done);
  return steps.map((step, at) => (step.done ? 'done' : at === now ? 'now' : 'later'));
}

function stepsOf(detail: ProjectDetail, deliveries: readonly DeliveryHead[], texts: ProjectTexts): Step[] {
  const { steps } = texts;
  const expected = detail.files.filter((file) => file.expected);
  const accepted = expected.filter(({ state }) => state === 'accepted').length;
  const first = deliveries.at(-1);
  const confirmed = detail.state === 'deletion-confirmed';
  const filesIn = accepted === expected.length;
  const files =
    expected.length === 0
      ? steps.noneExpected
      : filesIn
        ? steps.filesIn
        : steps.filesWaiting(accepted, expected.length);
  return [
    { text: steps.created, done: true, when: <Moment at={detail.createdAt} /> },
    { text: files, done: filesIn || confirmed },
    {
      text: first === undefined ? steps.awaitingDelivery : steps.delivered,
      done: first !== undefined || confirmed,
      ...(first === undefined ? {} : { when: <Moment at={first.openedAt} /> }),
    },
    { text: steps.deletion, done: confirmed, when: <Day day={detail.deleteBy} near={!confirmed} /> },
    { text: confirmed ? steps.confirmed : steps.toConfirm, done: confirmed },
  ];
}

export function Timeline({
  detail,
  deliveries,
}: {
  readonly detail: ProjectDetail;
  readonly deliveries: readonly DeliveryHead[];
}) {
  const texts = useTexts(projectTexts);
  const steps = stepsOf(detail, deliveries, texts);
  const stages = stagesOf(steps);
  const said: Readonly<Record<Stage, string>> = {
    done: texts.stepDone,
    now: texts.stepNow,
    later: texts.stepLater,
  };
  return (
    <ol className="timeline">
      {steps.map(({ text, when }, at) => {
        const stage = stages[at] ?? 'later';
        return (
          <li key={text} data-stage={stage} {...(stage === 'now' ? { 'aria-current': 'step' as const } : {})}>
            <p className="timeline-text">
              {text}
              <span className="ds-sr-only"> ({said[stage]})</span>
            </p>
            {when === undefined ? null : <p className="thing-note">{when}</p>}
          </li>
        );
      })}
    </ol>
  );
}
