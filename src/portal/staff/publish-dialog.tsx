/** The last look before a draft is published: to whom, under which title, and that what is fetched cannot be called back. */
import { Checkbox, Textfield } from '@digdir/designsystemet-react';
import { useState } from 'react';
import type { Draft, ProjectDetail } from '../../api/api-types.ts';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Facts } from '../parts.tsx';
import { go } from '../routing.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { staffPlace } from './staff-places.ts';
import { deliveringTexts } from './texts/delivering.ts';
import { useDeed } from './use-deed.ts';

interface PublishDialogProps {
  readonly project: string;
  readonly draft: Draft;
  readonly path: string;
  readonly recipients: ProjectDetail['people'];
  readonly onClose: () => void;
}

export function PublishDialog({ project, draft, path, recipients, onClose }: PublishDialogProps) {
  const texts = useTexts(deliveringTexts);
  const { language } = useLanguage();
  const { perform, ...doing } = useDeed();
  const [title, setTitle] = useState(draft.name);
  const [endToEnd, setEndToEnd] = useState(false);
  const publish = async () => {
    const published = await perform<{ folder: string }>(`${path}/publish`, { title: title.trim(), endToEnd });
    if (published !== undefined) go(staffPlace('projects', project, 'deliveries', published.body.folder));
  };
  const files = draft.files.map(({ name, bytes }) => `${name} (${sizeText(bytes ?? 0, language)})`);
  return (
    <ConfirmDialog
      {...doing}
      title={texts.publishAsk}
      text={texts.publishText(recipients.length)}
      action={texts.publish}
      onConfirm={() => void publish()}
      onClose={onClose}
    >
      <Facts
        facts={[
          [texts.publishTo, recipients.map(({ name }) => name).join(', ')],
          [texts.deliveredFiles, files.join(', ')],
        ]}
      />
      <Textfield
        required
        maxLength={300}
        label={texts.deliveryTitle}
        description={texts.deliveryTitleHelp}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      <Checkbox
        label={texts.endToEnd}
        checked={endToEnd}
        onChange={({ target }) => setEndToEnd(target.checked)}
      />
    </ConfirmDialog>
  );
}
