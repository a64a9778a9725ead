/** The last look before a submitted draft is approved, returned or taken back. */
import { Textfield } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { Draft, ProjectDetail } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { go } from '../routing.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { recipientsOf } from './delivering.ts';
import { staffPlace } from './staff-places.ts';
import { accessTexts } from './texts/access.ts';
import { approvalTexts } from './texts/approval.ts';
import { deliveringTexts } from './texts/delivering.ts';
import { useDeed } from './use-deed.ts';

export type Answer = 'approve' | 'return' | 'take-back';

interface ApprovalDialogProps {
  readonly answer: Answer;
  readonly detail: ProjectDetail;
  readonly submission: NonNullable<Draft['submission']>;
  readonly path: string;
  readonly onAnswered: () => void;
  readonly onClose: () => void;
}

export function ApprovalDialog(props: ApprovalDialogProps) {
  const { answer, detail, submission, path, onAnswered, onClose } = props;
  const texts = useTexts(approvalTexts);
  const { publishText } = useTexts(deliveringTexts);
  const { reason: reasonLabel, reasonHelp } = useTexts(accessTexts);
  const { perform, ...doing } = useDeed();
  const [reason, setReason] = useState('');
  const words = {
    approve: [texts.approveAsk, publishText(recipientsOf(detail).length), texts.approve],
    return: [texts.giveBackAsk, texts.giveBackText, texts.giveBack],
    'take-back': [texts.takeBackAsk, texts.takeBackText, texts.takeBack],
  } as const;
  const bodies = {
    approve: { submission: submission.id },
    return: { submission: submission.id, reason: reason.trim() },
    'take-back': undefined,
  };
  const [title, text, action] = words[answer];
  const confirm = async () => {
    const done = await perform<{ folder?: string } | undefined>(`${path}/${answer}`, bodies[answer]);
    if (done === undefined) return;
    const folder = done.body?.folder;
    if (folder === undefined) onAnswered();
    else go(staffPlace('projects', detail.id, 'deliveries', folder));
  };
  return (
    <ConfirmDialog
      {...doing}
      title={title}
      text={text}
      action={action}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      {answer === 'return' ? (
        <Textfield
          required
          minLength={3}
          maxLength={500}
          label={reasonLabel}
          description={reasonHelp}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      ) : null}
    </ConfirmDialog>
  );
}
