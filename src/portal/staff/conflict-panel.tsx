/** Somebody else saved meanwhile: both descriptions where they differ, and the choice of which is to hold. */
import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { DataPackage } from '../../validators/description.ts';
import { useTexts } from '../language.tsx';
import { PageDialog } from '../page-dialog.tsx';
import { type Difference, differences } from './description-changes.ts';
import type { Held } from './held-description.ts';
import { cellByProperty } from './refused-cell.ts';
import { accessTexts } from './texts/access.ts';
import { descriptionTexts } from './texts/description.ts';

interface ConflictProps {
  readonly ours: DataPackage;
  readonly theirs: Held;
  readonly busy: boolean;
  readonly onKeep: () => void;
  readonly onTake: () => void;
  readonly onClose: () => void;
}

export function Conflict({ ours, theirs, busy, onKeep, onTake, onClose }: ConflictProps) {
  const texts = useTexts(descriptionTexts);
  const { close } = useTexts(accessTexts);
  const found = differences(ours, theirs.content);
  return (
    <PageDialog className="conflict" closeButton={close} aria-labelledby="conflict" onClose={onClose}>
      <Heading level={2} data-size="sm" id="conflict">
        {texts.conflict}
      </Heading>
      <Paragraph>{texts.conflictText(theirs.version)}</Paragraph>
      {found.length === 0 ? (
        <p>{texts.same}</p>
      ) : (
        <div className="conflict-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.what}</th>
                <th scope="col">{texts.yours}</th>
                <th scope="col">{texts.theirs}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <DifferenceRow key={`${one.file} ${one.column} ${one.property}`} one={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="actions">
        <Button disabled={busy} onClick={onKeep}>
          {texts.keepYours}
        </Button>
        <Button variant="secondary" disabled={busy} onClick={onTake}>
          {texts.takeTheirs}
        </Button>
      </div>
    </PageDialog>
  );
}

function DifferenceRow({ one }: { readonly one: Difference }) {
  const texts = useTexts(descriptionTexts);
  const cell = one.property === undefined ? undefined : cellByProperty[one.property];
  const property = cell === undefined ? one.property : texts.cells[cell];
  const value = (text: string | undefined) =>
    text === undefined ? <span className="quiet">{texts.absent}</span> : <code>{text}</code>;
  return (
    <tr>
      <th scope="row">
        {one.column ?? one.file}
        {property === undefined ? (one.column === undefined ? ` (${texts.wholeFile})` : '') : `: ${property}`}
      </th>
      <td>{value(one.ours)}</td>
      <td>{value(one.theirs)}</td>
    </tr>
  );
}
