/** What the outgoing check says of a file of a draft, with its report. */
import { Button, Link } from '@digdir/designsystemet-react';
import type { Draft } from '../../api/api-types.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { StateTag } from '../parts.tsx';
import { useChange } from '../use-api.ts';
import { checkMoods } from './approving.ts';
import { approvalTexts } from './texts/approval.ts';

interface FileCheckProps {
  readonly file: Draft['files'][number];
  /** Of the file. */
  readonly path: string;
  /** False while the draft waits for approval. */
  readonly mayAsk: boolean;
  readonly onChange: () => void;
}

export function FileCheck({ file, path, mayAsk, onChange }: FileCheckProps) {
  const texts = useTexts(approvalTexts);
  const { language } = useLanguage();
  const { busy, change } = useChange();
  if (file.outgoing === null) return null;
  const again = async () => {
    await change(`${path}/check`, { method: 'POST' });
    onChange();
  };
  return (
    <>
      <StateTag mood={checkMoods[file.outgoing]}>{texts.checks[file.outgoing]}</StateTag>
      {file.outgoing === 'waiting' ? null : (
        <Link href={`${path}/report/html?language=${language}`} target="_blank" rel="noreferrer">
          {texts.checkReport}
          <span className="ds-sr-only">: {file.name}</span>
        </Link>
      )}
      {file.outgoing === 'not-checked' && mayAsk ? (
        <Button variant="tertiary" data-size="sm" disabled={busy} onClick={() => void again()}>
          {texts.checkAgain}
          <span className="ds-sr-only">: {file.name}</span>
        </Button>
      ) : null}
    </>
  );
}
