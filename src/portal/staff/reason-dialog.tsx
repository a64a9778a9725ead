/** Asks once more before something that ends or opens access, and for the reason where one is told and recorded. */
import { Button, Heading, Paragraph, Textfield } from '@digdir/designsystemet-react';
import { type FormEvent, useId, useState } from 'react';
import { RefusedChange } from '../account/refused-change.tsx';
import { useTexts } from '../language.tsx';
import { PageDialog } from '../page-dialog.tsx';
import type { Changing } from '../use-api.ts';
import { accessTexts } from './texts/access.ts';

interface ReasonDialogProps extends Pick<Changing, 'busy' | 'failed'> {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  /** Whether a reason is asked for; one that was given already need not be. */
  readonly asks: boolean;
  readonly danger?: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

export function ReasonDialog(props: ReasonDialogProps) {
  const { title, text, action, asks, danger = true, busy, failed, onConfirm, onClose } = props;
  const texts = useTexts(accessTexts);
  const id = useId();
  const [reason, setReason] = useState('');
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(reason.trim());
  };
  return (
    <PageDialog closeButton={texts.close} aria-labelledby={id} onClose={onClose}>
      <Heading level={2} data-size="sm" id={id}>
        {title}
      </Heading>
      <Paragraph>{text}</Paragraph>
      <form className="dialog-form" onSubmit={confirm}>
        {asks ? (
          <Textfield
            required
            minLength={3}
            maxLength={500}
            label={texts.reason}
            description={texts.reasonHelp}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        ) : null}
        <RefusedChange failed={failed} />
        <div className="actions">
          <Button type="submit" disabled={busy} {...(danger ? { 'data-color': 'danger' as const } : {})}>
            {action}
          </Button>
          <Button variant="tertiary" type="button" onClick={onClose}>
            {texts.cancel}
          </Button>
        </div>
      </form>
    </PageDialog>
  );
}
