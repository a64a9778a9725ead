/** The deliveries of a project, the newest first: until when each stands, and how many have fetched it. */
import type { DeliveryHead } from '../../api/api-types.ts';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Empty } from '../page-states.tsx';
import { Countdown, Moment, Panel, StateTag } from '../parts.tsx';
import { PlaceLink } from '../routing.tsx';
import { staffPlace } from './staff-places.ts';
import { deliveringTexts } from './texts/delivering.ts';

interface DeliveryPanelProps {
  readonly project: string;
  readonly deliveries: readonly DeliveryHead[];
}

export function DeliveryPanel({ project, deliveries }: DeliveryPanelProps) {
  const texts = useTexts(deliveringTexts);
  const { language } = useLanguage();
  return (
    <Panel title={texts.deliveries}>
      {deliveries.length === 0 ? <Empty title={texts.noDeliveries} /> : null}
      <ul className="things">
        {deliveries.map((one) => (
          <li className="thing" key={one.folder}>
            <div className="thing-text">
              <p className="thing-name">
                <PlaceLink to={staffPlace('projects', project, 'deliveries', one.folder)}>
                  {one.title}
                </PlaceLink>
              </p>
              <p className="thing-note">
                {texts.opened} <Moment at={one.openedAt} /> · {texts.deliveryFiles(one.fileCount)},{' '}
                {sizeText(one.bytes, language)}
              </p>
              {one.state === 'open' ? (
                <p className="thing-note">
                  {texts.closes} <Moment at={one.closesAt} /> (<Countdown until={one.closesAt} />)
                </p>
              ) : null}
            </div>
            <div className="thing-side">
              <span className="thing-note">
                {texts.fetchedCount(one.recipients.length - one.unfetched.length, one.recipients.length)}
              </span>
              <StateTag mood={one.state === 'open' ? 'good' : 'quiet'}>{texts.states[one.state]}</StateTag>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
