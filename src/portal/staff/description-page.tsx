/** The description of a project's files, edited as a table: what is in force is fetched, and the editor takes it from there. */
import { useRef } from 'react';
import type { Description, ProjectDetail } from '../../api/api-types.ts';
import { Answered } from '../page-states.tsx';
import { projectApi } from '../project/project-api.ts';
import { type Asked, useApi } from '../use-api.ts';
import { DescriptionEditor } from './description-editor.tsx';
import { heldOf } from './held-description.ts';

export function DescriptionPage({ project }: { readonly project: string }) {
  const detail = useFirst(useApi<ProjectDetail>(projectApi(project)));
  return (
    <Answered asked={detail}>
      {(known) =>
        known.description === null ? <DescriptionEditor project={known} /> : <Known project={known} />
      }
    </Answered>
  );
}

function Known({ project }: { readonly project: ProjectDetail }) {
  const asked = useFirst(useApi<Description>(`${projectApi(project.id)}/description`));
  return (
    <Answered asked={asked}>
      {(body) => {
        const held = heldOf(body, asked.reply?.kind === 'answer' ? asked.reply.etag : null);
        return <DescriptionEditor project={project} {...(held === undefined ? {} : { held })} />;
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
