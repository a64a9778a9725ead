/** Hands a draft to a second person: under which title, with a word to them, and why where not every file is sound. */
import { Checkbox, Textfield } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { Draft } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { doubtfulCount } from './approving.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { approvalTexts } from './texts/approval.ts';
import { deliveringTexts } from './texts/delivering.ts';
import { useDeed } from './use-deed.ts';

interface SubmitDialogProps {
  readonly draft: Draft;
  readonly path: string;
  readonly onSubmitted: () => void;
  readonly onClose: () => void;
}

export function SubmitDialog({ draft, path, onSubmitted, onClose }: SubmitDialogProps) {
  const texts = useTexts(approvalTexts);
  const { deliveryTitle, deliveryTitleHelp, endToEnd: offer } = useTexts(deliveringTexts);
  const { perform, ...doing } = useDeed();
  const last = draft.submission;
  const [title, setTitle] = useState(last?.title ?? draft.name);
  const [endToEnd, setEndToEnd] = useState(last?.endToEnd ?? false);
  const [note, setNote] = useState('');
  const [why, setWhy] = useState('');
  const doubtful = doubtfulCount(draft);
  const submit = async () => {
    const reason = doubtful === 0 ? {} : { reason: why.trim() };
    const body = { title: title.trim(), endToEnd, note: note.trim(), ...reason };
    if ((await perform(`${path}/submit`, body)) !== undefined) onSubmitted();
  };
  return (
    <ConfirmDialog
      {...doing}
      title={texts.submitAsk}
      text={texts.submitText}
      action={texts.submit}
      onConfirm={() => void submit()}
      onClose={onClose}
    >
      <Textfield
        required
        maxLength={300}
        label={deliveryTitle}
        description={deliveryTitleHelp}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      {doubtful === 0 ? null : (
        <>
          <p className="notice" data-mood="careful">
            {texts.doubtful(doubtful)}
          </p>
          <Textfield
            multiline
            required
            rows={3}
            minLength={3}
            maxLength={500}
            label={texts.why}
            description={texts.whyHelp}
            value={why}
            onChange={({ target }) => setWhy(target.value)}
          />
        </>
      )}
      <Textfield
        multiline
        rows={2}
        maxLength={2000}
        label={texts.note}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <Checkbox label={offer} checked={endToEnd} onChange={({ target }) => setEndToEnd(target.checked)} />
    </ConfirmDialog>
  );
}
