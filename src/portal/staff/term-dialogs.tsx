/** More time for a delivery, or its end: each with a reason that the recipients are told. */
import { Button, Textfield } from '@digdir/designsystemet-react';
import { useState } from 'react';
import { osloDay } from '../figures.ts';
import { useTexts } from '../language.tsx';
import { Day } from '../parts.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { daysAfter, dayTyped, typedDay } from './delivering.ts';
import { deliveringTexts } from './texts/delivering.ts';
import { useDeed } from './use-deed.ts';

interface TermDialogProps {
  /** Of the delivery. */
  readonly path: string;
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** As the service asks of reasons (src/api/parameters.ts). */
const reasonBounds = { minLength: 3, maxLength: 500 };

function Reason({ value, onValue }: { readonly value: string; readonly onValue: (value: string) => void }) {
  const texts = useTexts(deliveringTexts);
  return (
    <Textfield
      multiline
      rows={3}
      required
      {...reasonBounds}
      label={texts.reason}
      description={texts.reasonHelp}
      value={value}
      onChange={({ target }) => onValue(target.value)}
    />
  );
}

export function WithdrawDialog({ path, onChange, onClose }: TermDialogProps) {
  const texts = useTexts(deliveringTexts);
  const { perform, ...doing } = useDeed();
  const [reason, setReason] = useState('');
  const withdraw = async () => {
    if ((await perform(`${path}/withdraw`, { reason: reason.trim() })) === undefined) return;
    onClose();
    onChange();
  };
  return (
    <ConfirmDialog
      {...doing}
      danger
      title={texts.withdrawAsk}
      text={texts.withdrawText}
      action={texts.withdraw}
      onConfirm={() => void withdraw()}
      onClose={onClose}
    >
      <Reason value={reason} onValue={setReason} />
    </ConfirmDialog>
  );
}

interface ExtendDialogProps extends TermDialogProps {
  readonly etag: string | null;
  readonly closesAt: string;
}

const weekDays = 7;
const weeksOffered = [1, 2, 4];

export function ExtendDialog({ path, etag, closesAt, onChange, onClose }: ExtendDialogProps) {
  const texts = useTexts(deliveringTexts);
  const { perform, ...doing } = useDeed();
  const closingDay = osloDay(Date.parse(closesAt));
  const [typed, setTyped] = useState(typedDay(daysAfter(closingDay, 2 * weekDays)));
  const until = dayTyped(typed);
  const later = until !== undefined && until > closingDay;
  const [reason, setReason] = useState('');
  const extend = async () => {
    if (!later) return;
    const match: Record<string, string> = etag === null ? {} : { 'if-match': etag };
    const done = await perform(`${path}/extend`, { reason: reason.trim(), until }, match);
    if (done === undefined) return;
    onClose();
    onChange();
  };
  return (
    <ConfirmDialog
      {...doing}
      title={texts.extendAsk}
      text={texts.extendText}
      action={texts.extend}
      onConfirm={() => void extend()}
      onClose={onClose}
    >
      <div className="until">
        <Textfield
          required
          inputMode="numeric"
          label={texts.newDay}
          description={texts.newDayHelp}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          {...(later ? {} : { error: until === undefined ? texts.noDay : texts.notLater })}
        />
        <div className="actions">
          {weeksOffered.map((weeks) => (
            <Button
              key={weeks}
              variant="secondary"
              data-size="sm"
              onClick={() => setTyped(typedDay(daysAfter(closingDay, weeks * weekDays)))}
            >
              {texts.weeks(weeks)}
            </Button>
          ))}
        </div>
        {later ? (
          <p className="thing-note" role="status">
            {texts.closesThen} <Day day={until} near />, {texts.sameTime}
          </p>
        ) : null}
      </div>
      <Reason value={reason} onValue={setReason} />
    </ConfirmDialog>
  );
}
