/** The pages of the agency's own people, below /staff: `rest` is what follows in the address. */
import { NotHere } from '../page-states.tsx';
import { workPageAt } from './work-pages.tsx';

export function StaffPages({ rest }: { readonly rest: string }) {
  return workPageAt(rest) ?? <NotHere />;
}
