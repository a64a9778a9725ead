/** The deliveries of a project that the reader may see, the newest first. */
import type { DeliveryHead } from '../../api/api-types.ts';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Empty } from '../page-states.tsx';
import { Countdown, Moment, StateTag } from '../parts.tsx';
import { projectTexts } from '../project/texts/project.ts';
import { PlaceLink } from '../routing.tsx';
import { useMe } from '../session.tsx';

interface DeliveryListProps {
  readonly project: string;
  readonly deliveries: readonly DeliveryHead[];
}

export function DeliveryList({ project, deliveries }: DeliveryListProps) {
  const texts = useTexts(projectTexts);
  const { language } = useLanguage();
  const me = useMe().personId;
  if (deliveries.length === 0)
    return (
      <Empty title={texts.noDeliveries}>
        <p>{texts.noDeliveriesText}</p>
      </Empty>
    );
  return (
    <ul className="things">
      {deliveries.map((one) => (
        <li className="thing" key={one.folder}>
          <div className="thing-text">
            <p className="thing-name">
              <PlaceLink to={{ name: 'delivery', project, folder: one.folder }}>{one.title}</PlaceLink>
            </p>
            <p className="thing-note">
              <Moment at={one.openedAt} /> · {texts.deliveryFiles(one.fileCount)},{' '}
              {sizeText(one.bytes, language)}
            </p>
            {one.state === 'open' ? (
              <p className="thing-note">
                <strong>
                  <Countdown until={one.closesAt} />
                </strong>
              </p>
            ) : null}
          </div>
          <div className="thing-side">
            {one.recipients.includes(me) ? (
              <span className="quiet">{one.unfetched.includes(me) ? texts.notFetched : texts.fetched}</span>
            ) : null}
            <StateTag mood={one.state === 'open' ? 'good' : 'quiet'}>
              {texts.deliveryStates[one.state]}
            </StateTag>
          </div>
        </li>
      ))}
    </ul>
  );
}
