/** The pages of the agency's own people, below /staff: `rest` is what follows in the address. */
import { NotHere } from '../page-states.tsx';
import { accessPageAt } from './access-pages.tsx';
import { StaffNav } from './staff-nav.tsx';
import { workPageAt } from './work-pages.tsx';

export function StaffPages({ rest }: { readonly rest: string }) {
  return (
    <>
      <StaffNav rest={rest} />
      {accessPageAt(rest) ?? workPageAt(rest) ?? <NotHere />}
    </>
  );
}
