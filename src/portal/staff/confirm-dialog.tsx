/** Asks before something is done that others notice or that cannot be undone: says what happens, and leads to a fresh sign-in where one is asked for. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { RefusedChange } from '../account/refused-change.tsx';
import { useTexts } from '../language.tsx';
import { PageDialog } from '../page-dialog.tsx';
import { sessionChannel } from '../session.tsx';
import type { Changing } from '../use-api.ts';
import { deliveringTexts } from './texts/delivering.ts';

interface ConfirmDialogProps extends Pick<Changing, 'busy' | 'failed' | 'forget'> {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  /** It takes something away. */
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** Fields of what is asked for besides. */
  readonly children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, text, action, danger = false, busy, failed, onConfirm, onClose, children } = props;
  const texts = useTexts(deliveringTexts);
  const heading = useId();
  const confirmed = useConfirmed(props);
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <PageDialog closeButton={false} aria-labelledby={heading} onClose={onClose}>
      <Heading level={2} data-size="sm" id={heading}>
        {title}
      </Heading>
      <Paragraph>{text}</Paragraph>
      <form className="confirm" onSubmit={confirm}>
        {children}
        <RefusedChange failed={failed} />
        <p role="status" className="done-word">
          {confirmed ? texts.confirmed : ''}
        </p>
        <div className="actions">
          <Button type="submit" disabled={busy} {...(danger ? { 'data-color': 'danger' } : {})}>
            {action}
          </Button>
          <Button variant="tertiary" onClick={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </PageDialog>
  );
}

/** Who they are was confirmed in another tab: what was refused for the lack of it can be tried again. */
function useConfirmed({ failed, forget }: Pick<Changing, 'failed' | 'forget'>): boolean {
  const [confirmed, setConfirmed] = useState(false);
  const wanted = failed?.kind === 'problem' && failed.problem.code === 'step-up-needed';
  useEffect(() => {
    if (!wanted) return;
    const channel = new BroadcastChannel(sessionChannel);
    channel.addEventListener('message', () => {
      forget();
      setConfirmed(true);
    });
    return () => channel.close();
  }, [wanted, forget]);
  return confirmed && failed === undefined;
}
