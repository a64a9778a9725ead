/** What each column held: a bar of right, wrong and empty cells, its bounds, and its most frequent codes. */
import { Heading } from '@digdir/designsystemet-react';
import type { ColumnProfile } from '../../validators/report.ts';
import { numberText, percentText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { fileTexts } from './texts/file.ts';

interface ColumnProfilesProps {
  readonly columns: readonly ColumnProfile[];
  readonly level: 3 | 4;
}

export function ColumnProfiles({ columns, level }: ColumnProfilesProps) {
  return (
    <div className="profiles">
      {columns.map((column, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns of a report never change places, and names may repeat.
        <Profile key={index} column={column} number={index + 1} level={level} />
      ))}
    </div>
  );
}

interface ProfileProps {
  readonly column: ColumnProfile;
  readonly number: number;
  readonly level: 3 | 4;
}

function Profile({ column, number, level }: ProfileProps) {
  const { language } = useLanguage();
  const texts = useTexts(fileTexts);
  const { name, type, count, missing, invalid, minLength, maxLength, distinct, bounds, top } = column;
  const figure = (value: number) => numberText(value, language);
  const facts: [string, string][] = [
    ...(type === null ? [] : [[texts.type, type] as [string, string]]),
    ...(minLength === null || maxLength === null
      ? []
      : [
          [texts.lengths, minLength === maxLength ? `${minLength}` : `${minLength}–${maxLength}`] as [
            string,
            string,
          ],
        ]),
    ...(distinct === null ? [] : [[texts.distinct, figure(distinct)] as [string, string]]),
    ...(bounds === null ? [] : [[texts.range, `${bounds.min} – ${bounds.max}`] as [string, string]]),
  ];
  return (
    <article className="profile">
      <Heading level={level} data-size="2xs">
        <span className="quiet">{number}.</span> <bdi>{name ?? '?'}</bdi>
      </Heading>
      <CellBar valid={count - missing - invalid} invalid={invalid} missing={missing} />
      {facts.length === 0 ? null : (
        <dl className="profile-facts">
          {facts.map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {top === null || top.length === 0 ? null : <TopCodes top={top} of={count} />}
    </article>
  );
}

/** Told apart by pattern and words as well as by colour. */
function CellBar(shares: { readonly valid: number; readonly invalid: number; readonly missing: number }) {
  const { language } = useLanguage();
  const { cells } = useTexts(fileTexts);
  const all = Math.max(1, shares.valid + shares.invalid + shares.missing);
  const kinds = (['valid', 'invalid', 'missing'] as const).filter((kind) => shares[kind] > 0);
  let from = 0;
  return (
    <>
      <svg className="cell-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        {kinds.map((kind) => {
          // What is there at all is to be seen.
          const width = Math.max(0.8, (shares[kind] / all) * 100);
          const rect = <rect key={kind} className={`cell-${kind}`} x={from} width={width} height="6" />;
          from += width;
          return rect;
        })}
      </svg>
      <p className="cell-words">
        {kinds.map((kind) => (
          <span key={kind} className={`cell-word cell-word-${kind}`}>
            {numberText(shares[kind], language)} {cells[kind]}
          </span>
        ))}
      </p>
    </>
  );
}

function TopCodes({ top, of }: { readonly top: NonNullable<ColumnProfile['top']>; readonly of: number }) {
  const { language } = useLanguage();
  const texts = useTexts(fileTexts);
  const most = Math.max(...top.map(({ count }) => count));
  return (
    <table className="top-codes">
      <caption>{texts.frequent}</caption>
      <tbody>
        {top.slice(0, 6).map(({ value, count }) => (
          <tr key={value}>
            <th scope="row">
              <bdi>{value}</bdi>
            </th>
            <td className="top-bar">
              <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect className="cell-valid" width={(count / most) * 100} height="4" />
              </svg>
            </td>
            <td className="number">{percentText(count / Math.max(1, of), language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
