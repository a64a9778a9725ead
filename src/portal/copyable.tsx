/** A line to be copied as it stands: a command, a fingerprint. */
import { Button } from '@digdir/designsystemet-react';
import { Fragment, useEffect, useRef, useState } from 'react';
import { useShell } from './language.tsx';

type Copied = 'no' | 'done' | 'selected';

const showForMs = 4_000;

export function Copyable({ label, text }: { readonly label: string; readonly text: string }) {
  const { copy: texts } = useShell();
  const [copied, setCopied] = useState<Copied>('no');
  const line = useRef<HTMLElement>(null);

  useEffect(() => {
    if (copied === 'no') return;
    const timer = setTimeout(() => setCopied('no'), showForMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copyLine = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('done');
    } catch {
      // No clipboard on a plain http address other than this machine's: mark the line, so that one key does the rest.
      if (line.current !== null) getSelection()?.selectAllChildren(line.current);
      setCopied('selected');
    }
  };

  const said = copied === 'done' ? texts.done : copied === 'selected' ? texts.selected : '';
  return (
    <div className="copyable">
      <code ref={line} className="copyable-line">
        {text.split(' ').map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the words of a line never change places.
          <Fragment key={index}>
            {index > 0 ? ' ' : ''}
            <span>{word}</span>
          </Fragment>
        ))}
      </code>
      <Button
        variant="tertiary"
        data-size="sm"
        className="copyable-button no-print"
        aria-label={texts.actionFor(label)}
        onClick={copyLine}
      >
        {copied === 'done' ? <Check /> : <Sheets />}
        <span aria-hidden="true">{copied === 'done' ? texts.done : texts.action}</span>
      </Button>
      <span role="status" className={copied === 'selected' ? 'copyable-hint' : 'ds-sr-only'}>
        {said}
      </span>
    </div>
  );
}

function Sheets() {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <rect x="7" y="7" width="9" height="10" rx="1.5" />
      <path d="M13 4.5V4a1.5 1.5 0 0 0-1.5-1.5h-6A1.5 1.5 0 0 0 4 4v7.5A1.5 1.5 0 0 0 5.5 13H6" />
    </svg>
  );
}

function Check() {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d="m4.5 10.5 3.5 3.5 7.5-8" />
    </svg>
  );
}
