/** What the reader is to do next in a project: the sentence, its date, and the button that leads there. */
import { Heading } from '@digdir/designsystemet-react';
import type { ProjectHead } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Day, type Mood } from '../parts.tsx';
import type { Place } from '../places.ts';
import { deliveryTitle } from '../project/delivery-title.ts';
import { isOnlySupplier } from '../project/suppliers.ts';
import { projectsTexts } from '../project/texts/projects.ts';
import { PlaceButton } from '../routing.tsx';

type Next = NonNullable<ProjectHead['next']>;

const moods: Readonly<Record<Next['kind'], Mood>> = {
  'fetch-delivery': 'good',
  'mend-file': 'bad',
  'send-file': 'good',
  'delete-data': 'careful',
  'wait-for-delivery': 'quiet',
};

export function nextMood(next: ProjectHead['next']): Mood {
  return next === null ? 'quiet' : moods[next.kind];
}

const ofSuppliers: readonly Next['kind'][] = ['mend-file', 'send-file'];

/** The next step, as far as it is the reader's: suppliers neither wait for deliveries nor delete them. */
export function nextFor(project: Pick<ProjectHead, 'roles' | 'next'>): ProjectHead['next'] {
  const { next } = project;
  return next !== null && isOnlySupplier(project) && !ofSuppliers.includes(next.kind) ? null : next;
}

type Known = Pick<ProjectHead, 'roles' | 'next' | 'state'>;

export function useNextSentence(): (project: Known) => string {
  const texts = useTexts(projectsTexts);
  return (project) => {
    const next = nextFor(project);
    if (next === null)
      return isOnlySupplier(project) && project.state === 'active' ? texts.supplierNext : texts.nothingNext;
    const subject = next.subject ?? '';
    return texts.next[next.kind](next.kind === 'fetch-delivery' ? `«${deliveryTitle(subject)}»` : subject);
  };
}

interface Shown {
  readonly project: Known & Pick<ProjectHead, 'id'>;
  /** The file that a report is to be read of. */
  readonly file: string | undefined;
}

export function NextStep({ project, file }: Shown) {
  const texts = useTexts(projectsTexts);
  const sentence = useNextSentence();
  const next = nextFor(project);
  if (next === null) return null;
  const action = actionFor(project.id, next, file);
  return (
    <section className="next" data-mood={moods[next.kind]} aria-labelledby="next-heading">
      <div>
        <p className="next-kind">{texts.nextHeading}</p>
        <Heading level={2} data-size="sm" id="next-heading">
          {sentence(project)}
        </Heading>
        <p>
          {next.due === null ? null : (
            <>
              <strong>
                {texts.due}: <Day day={next.due} near />
              </strong>
              {'. '}
            </>
          )}
          {texts.nextText[next.kind]}
        </p>
      </div>
      {action === undefined ? null : (
        <PlaceButton to={action}>{texts.nextAction[next.kind as keyof typeof texts.nextAction]}</PlaceButton>
      )}
    </section>
  );
}

function actionFor(project: string, { kind, subject }: Next, file: string | undefined): Place | undefined {
  if (kind === 'fetch-delivery' && subject !== null) return { name: 'delivery', project, folder: subject };
  if (kind === 'send-file') return { name: 'send', project };
  if (kind === 'mend-file' && file !== undefined) return { name: 'file', project, file };
  return undefined;
}
