/** A report as a part of a page: the verdict, what to mend and where, and what each column held. The same for a file that was sent and for one that was not. */
import { Heading } from '@digdir/designsystemet-react';
import { useId } from 'react';
import { factsOf, findingWords, incompleteness } from '../../validators/finding-words.ts';
import type { Report, Rule, Verdict } from '../../validators/report.ts';
import { reportWords } from '../../validators/report-words.ts';
import { noteOf, shownCell } from '../../validators/sample-words.ts';
import type { Words } from '../../validators/words.ts';
import { numberText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import type { Mood } from '../parts.tsx';
import { Facts } from '../parts.tsx';
import { ColumnProfiles } from './column-profiles.tsx';
import { fileTexts } from './texts/file.ts';

const verdictMoods: Readonly<Record<Verdict, Mood>> = {
  accepted: 'good',
  rejected: 'bad',
  'not-checked': 'careful',
};

const severityMoods: Readonly<Record<Rule['severity'], Mood>> = {
  error: 'bad',
  warning: 'careful',
  info: 'quiet',
};

interface ReportViewProps {
  readonly report: Report;
  /** Of its headings. */
  readonly level: 2 | 3;
}

export function ReportView({ report, level }: ReportViewProps) {
  const { language } = useLanguage();
  const texts = useTexts(fileTexts);
  const say = reportWords[language];
  const gap = incompleteness(report, say);
  const stem = useId();
  const severities = (['error', 'warning', 'info'] as const).filter((severity) =>
    report.rules.some((rule) => rule.severity === severity),
  );
  const masked = report.rules.some(({ samples }) => samples.some(({ shape }) => shape !== null));
  return (
    <div className="report">
      <div className="notice report-verdict" data-mood={verdictMoods[report.verdict]}>
        <p>
          <strong>{say.verdict[report.verdict]}</strong>
        </p>
        {gap === null ? null : <p>{gap}</p>}
      </div>
      <div className="facts-wide">
        <Facts
          facts={factsOf(report, say)
            .slice(1)
            .filter(([name]) => name !== say.sha256)}
        />
      </div>
      {report.rules.length < 2 ? null : (
        <nav className="report-overview no-print" aria-label={texts.overview}>
          <Heading level={level} data-size="2xs">
            {texts.overview}
          </Heading>
          <ol>
            {report.rules.map((rule, index) => {
              const { title, where, counts } = findingWords(rule, language, say);
              return (
                <li key={anchor(stem, index)}>
                  <a className="ds-link" href={`#${anchor(stem, index)}`}>
                    {where === '' ? title : `${title}: ${where}`}
                  </a>{' '}
                  <span className="quiet">({counts[0]})</span>
                </li>
              );
            })}
          </ol>
        </nav>
      )}
      {severities.map((severity) => (
        <section key={severity} className="findings-of">
          <Heading level={level} data-size="xs">
            {say.found[severity]}
          </Heading>
          {report.rules.map((rule, index) =>
            rule.severity === severity ? (
              <Finding
                key={anchor(stem, index)}
                id={anchor(stem, index)}
                rule={rule}
                level={level === 2 ? 3 : 4}
              />
            ) : null,
          )}
        </section>
      ))}
      {report.columns.length === 0 ? null : (
        <section className="findings-of">
          <Heading level={level} data-size="xs">
            {texts.profile}
          </Heading>
          <p className="quiet">{texts.profileText}</p>
          <ColumnProfiles columns={report.columns} level={level === 2 ? 3 : 4} />
        </section>
      )}
      <p className="panel-note">
        {masked ? `${say.masked} ` : ''}
        {texts.engine} {report.engine}, {report.ruleset}.
      </p>
    </div>
  );
}

function anchor(stem: string, index: number): string {
  return `${stem}-${index + 1}`;
}

interface FindingProps {
  readonly id: string;
  readonly rule: Rule;
  readonly level: 3 | 4;
}

function Finding({ id, rule, level }: FindingProps) {
  const { language } = useLanguage();
  const texts = useTexts(fileTexts);
  const say = reportWords[language];
  const { code, title, where, counts, meaning, mend } = findingWords(rule, language, say);
  const more = rule.count - rule.samples.length;
  return (
    <article className="finding" id={id} data-mood={severityMoods[rule.severity]}>
      <Heading level={level} data-size="2xs">
        {title}
        {where === '' ? null : (
          <>
            {': '}
            <bdi>{where}</bdi>
          </>
        )}
      </Heading>
      <p className="thing-note">
        {counts.join(', ')} · <code>{code}</code>
      </p>
      <p>{meaning}</p>
      {mend === null ? null : (
        <p className="mend">
          <strong>{say.mend}</strong> {mend}
        </p>
      )}
      <Samples rule={rule} code={code} say={say} />
      {more > 0 && rule.samples.length > 0 ? (
        <p className="thing-note">{texts.more(numberText(more, language))}</p>
      ) : null}
    </article>
  );
}

/** Where in the file, and how the cell looks. Columns that nothing stands in are left out. */
function Samples({ rule, code, say }: { readonly rule: Rule; readonly code: string; readonly say: Words }) {
  const { language } = useLanguage();
  const number = (value: number | null) => (value === null ? '' : numberText(value, language));
  const heads = [say.row, say.line, say.column, say.shown, say.note];
  const rows = rule.samples
    .map((sample) => [
      number(sample.row),
      number(sample.line),
      number(sample.column),
      shownCell(sample) ?? '',
      noteOf(sample, code, say),
    ])
    .filter((row) => row.some((cell) => cell !== ''));
  if (rows.length === 0) return null;
  const used = heads.map((_, at) => rows.some((row) => row[at] !== ''));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than a telephone is scrolled with the keyboard too.
    <section className="samples" tabIndex={0} aria-label={say.places}>
      <table>
        <thead>
          <tr>
            {heads.map((head, at) =>
              used[at] ? (
                <th key={head} scope="col" className={at < 3 ? 'number' : ''}>
                  {head}
                </th>
              ) : null,
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the places of a report never change.
            <tr key={index}>
              {row.map((cell, at) =>
                used[at] ? (
                  <td key={heads[at]} className={at < 3 ? 'number' : at === 3 ? 'cell' : ''}>
                    <bdi>{cell}</bdi>
                  </td>
                ) : null,
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What has to be mended, a line for each thing. */
export function Faults({ report }: { readonly report: Report }) {
  const { language } = useLanguage();
  const say = reportWords[language];
  return (
    <ul className="faults">
      {report.rules
        .filter(({ severity }) => severity === 'error')
        .map((rule) => {
          const { code, title, where, counts } = findingWords(rule, language, say);
          return (
            <li key={`${code} ${where}`}>
              {where === '' ? title : `${title}: ${where}`}
              {rule.count > 1 ? <span className="quiet"> ({counts[0]})</span> : null}
            </li>
          );
        })}
    </ul>
  );
}
