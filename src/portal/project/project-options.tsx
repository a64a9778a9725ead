/** Projects to choose from. */
import { Select } from '@digdir/designsystemet-react';
import type { ProjectHead } from '../../api/api-types.ts';

export function ProjectOptions({
  projects,
}: {
  readonly projects: readonly Pick<ProjectHead, 'id' | 'title'>[];
}) {
  return projects.map(({ id, title }) => (
    <Select.Option key={id} value={id}>
      {id} {title}
    </Select.Option>
  ));
}
