/** A dialog over the page. Escape closes it, and what was pressed to open it has focus again. */
import { Dialog, type DialogProps } from '@digdir/designsystemet-react';
import { type SyntheticEvent, useEffect, useState } from 'react';

interface PageDialogProps extends Omit<DialogProps, 'open' | 'onClose' | 'onCancel'> {
  readonly onClose: () => void;
}

export function PageDialog({ onClose, ...rest }: PageDialogProps) {
  // Read before the dialog takes focus.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement) before.focus();
    },
    [before],
  );
  // The browser would hide it now and tell later: a key pressed in between would meet a page that thinks it is open.
  const cancel = (event: SyntheticEvent) => {
    // A file field inside says «cancel» too.
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    onClose();
  };
  return <Dialog {...rest} open onCancel={cancel} onClose={onClose} />;
}
