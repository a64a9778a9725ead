/** The description of a project's files, edited as a table: what is in force is fetched, and the editor takes it from there. */
import { useRef } from 'react';
import type { Description, ProjectDetail } from '../../api/api-types.ts';
import { Answered } from '../page-states.tsx';
import { projectApi } from '../project/project-api.ts';
import { type Asked, useApi } from '../use-api.ts';
import { type Described, DescriptionEditor, descriptionApi } from './description-editor.tsx';
import { heldOf } from './held-description.ts';

interface DescriptionPageProps {
  readonly project: string;
  readonly of: Described;
}

export function DescriptionPage({ project, of }: DescriptionPageProps) {
  const detail = useFirst(useApi<ProjectDetail>(projectApi(project)));
  return (
    <Answered asked={detail}>
      {(known) =>
        (of === 'incoming' ? known.description : known.outgoingDescription) === null ? (
          <DescriptionEditor project={known} of={of} />
        ) : (
          <Known project={known} of={of} />
        )
      }
    </Answered>
  );
}

function Known({ project, of }: { readonly project: ProjectDetail; readonly of: Described }) {
  const asked = useFirst(useApi<Description>(descriptionApi(project.id, of)));
  return (
    <Answered asked={asked}>
      {(body) => {
        const held = heldOf(body, asked.reply?.kind === 'answer' ? asked.reply.etag : null);
        return <DescriptionEditor project={project} of={of} {...(held === undefined ? {} : { held })} />;
      }}
    </Answered>
  );
}

/** The first answer, whatever is asked later: another language asks anew, and must not take away what one has typed. */
function useFirst<T>(asked: Asked<T>): Asked<T> {
  const first = useRef<Asked<T>>(undefined);
  if (asked.known !== undefined) first.current ??= asked;
  return first.current ?? asked;
}
