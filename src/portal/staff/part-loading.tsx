/** A part of a page that waits, while the rest of it is there. */
import { useShell } from '../language.tsx';

export function PartLoading() {
  const { states } = useShell();
  return (
    <>
      <p role="status" className="ds-sr-only">
        {states.loading}
      </p>
      <div className="waiting" aria-hidden="true">
        <span />
        <span />
      </div>
    </>
  );
}
