/** Small parts that pages are made of: panels, facts, states, times, meters. */
import { Heading } from '@digdir/designsystemet-react';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { browserNowMs } from './clock.ts';
import { countdownText, daysUntil, dayText, nearness, timeText } from './figures.ts';
import { useLanguage, useShell } from './language.tsx';

export type Mood = 'good' | 'careful' | 'bad' | 'waiting' | 'quiet';

/** Told apart by shape as well as by colour. */
const signs: Readonly<Record<Mood, string>> = {
  good: 'm4 8.5 3 3 5-6.5',
  careful: 'M8 4v5M8 11.5v.1',
  bad: 'm4.5 4.5 7 7m0-7-7 7',
  waiting: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5.5v3l1.75 1.25',
  quiet: 'M4.5 8h7',
};

/** The state of a thing in a word. */
export function StateTag({ mood, children }: { readonly mood: Mood; readonly children: ReactNode }) {
  return (
    <span className="state" data-mood={mood}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={signs[mood]} />
      </svg>
      {children}
    </span>
  );
}

interface PanelProps {
  readonly title: string;
  /** Beside the title: a link, a button. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Panel({ title, aside, className = '', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <Heading level={2} data-size="xs" id={id}>
          {title}
        </Heading>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Names and values, side by side where there is room. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Moment({ at }: { readonly at: string }) {
  const { language } = useLanguage();
  return (
    <time dateTime={at} className="nowrap">
      {timeText(at, language, 'moment')}
    </time>
  );
}

/** Beyond that a date says more than a number of days. */
const nearDays = 60;

/** A day; `near` puts how near it is after it. */
export function Day({ day, near = false }: { readonly day: string; readonly near?: boolean }) {
  const { language } = useLanguage();
  const { spans } = useShell();
  const shown = (
    <time dateTime={day} className="nowrap">
      {dayText(day, language)}
    </time>
  );
  const days = daysUntil(day, browserNowMs());
  if (!near || Math.abs(days) > nearDays) return shown;
  return (
    <>
      {shown} <span className="quiet nowrap">({nearness(days, spans)})</span>
    </>
  );
}

/** Time left until something closes, counted down. Not read aloud as it changes: it is there to be looked at. */
export function Countdown({ until }: { readonly until: string }) {
  const { spans } = useShell();
  const nowMs = useNow(Date.parse(until) - browserNowMs() < hourMs ? 1000 : minuteMs / 2);
  return <span className="countdown">{countdownText(until, nowMs, spans)}</span>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(browserNowMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(browserNowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

/** How much of something there is. `label` says of what; the text beside it says how much. */
export function Meter({
  label,
  value,
  max,
  mood = 'good',
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly mood?: Mood;
}) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <svg
      className="meter"
      data-mood={mood}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect className="meter-ground" width="100" height="4" />
      <rect className="meter-value" width={share * 100} height="4" />
    </svg>
  );
}

export function Progress({
  label,
  value,
  max,
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
}) {
  return <progress className="progress" aria-label={label} value={value} max={max > 0 ? max : 1} />;
}
