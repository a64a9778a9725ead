/** Events of the audit log, one below the other: when, who, what; all of it when opened. */
import type { Event } from '../../api/api-types.ts';
import { useTexts } from '../language.tsx';
import { Moment } from '../parts.tsx';
import { actorText } from './actor-text.ts';
import { auditTexts } from './texts/audit.ts';
import { auditActionTexts } from './texts/audit-actions.ts';

export function EventList({ events }: { readonly events: readonly Event[] }) {
  return (
    <ol className="events">
      {events.map((event) => (
        <EventRow key={event.seq} event={event} />
      ))}
    </ol>
  );
}

/** What an action is called; those that are new bear the log's own name. */
function useActionName(action: string): string {
  const { actions } = useTexts(auditActionTexts);
  const key = action.replace('.', ' ');
  return Object.hasOwn(actions, key) ? actions[key as keyof typeof actions] : action;
}

function EventRow({ event }: { readonly event: Event }) {
  const texts = useTexts(auditTexts);
  const name = useActionName(event.action);
  const detail = Object.entries(event.detail).filter(([, value]) => value !== null && value !== '');
  return (
    <li className="event">
      <div className="event-head">
        <span className="event-at">
          <Moment at={event.at} />
        </span>
        <span className="event-what">{name}</span>
        <span className="event-who">
          {actorText(event.actor)}
          {event.projectId === null ? '' : ` · ${event.projectId}`}
        </span>
      </div>
      <details className="fold">
        <summary>
          {texts.detail}
          <span className="ds-sr-only">
            {' '}
            {texts.number} {event.seq}
          </span>
        </summary>
        <dl className="event-facts">
          <dt>{texts.number}</dt>
          <dd>{event.seq}</dd>
          <dt>{texts.columns.action}</dt>
          <dd>
            <code>{event.action}</code>
          </dd>
          <dt>{texts.columns.subject}</dt>
          <dd>
            <code>{event.subject}</code>
          </dd>
          {detail.map(([key, value]) => (
            <div key={key} className="event-fact">
              <dt>{key}</dt>
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}
