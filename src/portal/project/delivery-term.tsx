/** Until when a delivery stands, and when it came and went. */
import type { DeliveryHead } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Countdown, Facts, Moment } from '../parts.tsx';
import { termTexts } from './texts/term.ts';

export function ClosesIn({ at }: { readonly at: string }) {
  const { closes } = useTexts(termTexts);
  return (
    <section className="closing" aria-label={closes}>
      <p className="next-kind">{closes}</p>
      <p className="closing-left">
        <Countdown until={at} />
      </p>
      <p>
        <Moment at={at} />
      </p>
    </section>
  );
}

interface DeliveryDatesProps {
  readonly delivery: Pick<DeliveryHead, 'openedAt' | 'closedAt' | 'closedReason'>;
}

export function DeliveryDates({ delivery }: DeliveryDatesProps) {
  const texts = useTexts(termTexts);
  const { openedAt, closedAt, closedReason } = delivery;
  return (
    <Facts
      facts={[
        [texts.opened, <Moment key="opened" at={openedAt} />],
        ...(closedAt === null ? [] : ([[texts.closed, <Moment key="closed" at={closedAt} />]] as const)),
        ...(closedReason === null ? [] : ([[texts.reason, closedReason]] as const)),
      ]}
    />
  );
}
