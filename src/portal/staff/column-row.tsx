/** One column of a file: the fields that most are about in a row, the rest below it when opened. */
import { Button } from '@digdir/designsystemet-react';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../language.tsx';
import { cellId, type SaidFaults } from './column-cells.ts';
import { type CellName, isByLength, type Row } from './description-table.ts';
import { fieldTypes } from './field-types.ts';
import { descriptionTexts } from './texts/description.ts';

export const tableCells = [
  'name',
  'title',
  'type',
  'required',
  'unique',
  'min',
  'max',
  'pattern',
  'codes',
] as const satisfies readonly CellName[];

const moreCells = ['format', 'missing', 'identifier', 'sensitivity'] as const;

interface ColumnRowProps {
  readonly row: Row;
  readonly index: number;
  readonly last: boolean;
  readonly faults: SaidFaults;
  readonly onChange: (cells: Partial<Row['cells']>) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
}

export function ColumnRow({ row, index, last, faults, onChange, onMove, onRemove }: ColumnRowProps) {
  const texts = useTexts(descriptionTexts);
  const [opened, setOpened] = useState(false);
  // What is wrong is not hidden.
  const open = opened || moreCells.some((cell) => faults[cell] !== undefined);
  const cell = (name: CellName) => (
    <Cell row={row} index={index} name={name} faults={faults} onChange={onChange} />
  );
  const others = othersOf(row);
  return (
    <tbody className="sheet-row">
      <tr>
        {tableCells.map((name) => (
          <td key={name} className={`sheet-${name}`} data-label={texts.cells[name]}>
            {cell(name)}
          </td>
        ))}
        <td className="sheet-more">
          <Button
            variant="tertiary"
            icon
            data-size="sm"
            aria-expanded={open}
            aria-label={texts.cellOf(texts.more, index + 1)}
            onClick={() => setOpened(!open)}
          >
            <svg viewBox="0 0 16 16" className="sheet-chevron" aria-hidden="true">
              <path d="m4 6 4 4 4-4" />
            </svg>
          </Button>
        </td>
      </tr>
      {open ? (
        <tr className="sheet-below">
          <td colSpan={tableCells.length + 1}>
            <div className="sheet-rest">
              {moreCells.map((name) => (
                <div key={name} className={`sheet-rest-cell sheet-${name}`}>
                  <label htmlFor={cellId(row.key, name)}>{texts.cells[name]}</label>
                  {cell(name)}
                  {name === 'format' || name === 'missing' ? (
                    <span className="cell-help" id={`${cellId(row.key, name)}-help`}>
                      {texts.help[name]}
                    </span>
                  ) : null}
                </div>
              ))}
            </div>
            {others === '' ? null : (
              <p className="sheet-others">
                {texts.others}: <code>{others}</code>
              </p>
            )}
            <div className="actions">
              <Button variant="tertiary" data-size="sm" disabled={index === 0} onClick={() => onMove(-1)}>
                {texts.up}
              </Button>
              <Button variant="tertiary" data-size="sm" disabled={last} onClick={() => onMove(1)}>
                {texts.down}
              </Button>
              <Button variant="tertiary" data-color="danger" data-size="sm" onClick={onRemove}>
                {texts.remove}
              </Button>
            </div>
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}

const identifiers = ['person', 'fnr', 'dnr', 'hnr', 'duf', 'orgnr'] as const;
const sensitivities = ['directIdentifier', 'quasi', 'public'] as const;

const shownProperties = [
  'name',
  'title',
  'type',
  'format',
  'missingValues',
  'no:identifier',
  'no:sensitivity',
];
const shownConstraints = [
  'required',
  'unique',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'pattern',
  'enum',
];

/** What the description says beyond what the table shows; it stays as it is. */
function othersOf({ base }: Row): string {
  if (base === undefined) return '';
  const { constraints = {}, ...rest } = base;
  const own = Object.entries(rest).filter(([key]) => !shownProperties.includes(key));
  const kept = Object.entries(constraints).filter(([key]) => !shownConstraints.includes(key));
  return [...own, ...kept].map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ');
}

interface CellProps extends Pick<ColumnRowProps, 'row' | 'index' | 'faults' | 'onChange'> {
  readonly name: CellName;
}

function Cell({ row, index, name, faults, onChange }: CellProps) {
  const texts = useTexts(descriptionTexts);
  const id = cellId(row.key, name);
  const fault = faults[name];
  const value = row.cells[name];
  const byLength = (name === 'min' || name === 'max') && isByLength(row.cells.type);
  const described = [
    ...(fault === undefined ? [] : [`${id}-fault`]),
    ...(name === 'format' || name === 'missing' ? [`${id}-help`] : []),
  ].join(' ');
  const label = texts.cellOf(
    byLength ? `${texts.cells[name]} (${texts.inCharacters})` : texts.cells[name],
    index + 1,
  );
  const common = {
    id,
    'aria-label': label,
    ...(described === '' ? {} : { 'aria-describedby': described }),
    ...(fault === undefined ? {} : { 'aria-invalid': true as const }),
  };
  const choices = useChoices(name, String(value));
  let input: ReactNode;
  if (typeof value === 'boolean') {
    input = (
      <input
        {...common}
        type="checkbox"
        className="cell-check"
        checked={value}
        onChange={({ target }) => onChange({ [name]: target.checked })}
      />
    );
  } else if (choices !== undefined) {
    input = (
      <select
        {...common}
        className="cell-input"
        value={value}
        onChange={({ target }) => onChange({ [name]: target.value })}
      >
        {choices.map(([choice, said]) => (
          <option key={choice} value={choice}>
            {said}
          </option>
        ))}
      </select>
    );
  } else {
    input = (
      <input
        {...common}
        className="cell-input"
        spellCheck={name === 'title'}
        autoComplete="off"
        {...(name === 'codes' || name === 'pattern'
          ? { title: value === '' ? texts.help[name] : value }
          : {})}
        {...(byLength ? { placeholder: texts.inCharacters } : {})}
        value={value}
        onChange={({ target }) => onChange({ [name]: target.value })}
      />
    );
  }
  return (
    <>
      {input}
      {fault === undefined ? null : (
        <span className="cell-fault" id={`${id}-fault`}>
          {typeof fault === 'string' ? texts.faults[fault] : fault.said}
        </span>
      )}
    </>
  );
}

/** Of cells in which one chooses; what stands there is among them, whatever it is. */
function useChoices(name: CellName, value: string): readonly (readonly [string, string])[] | undefined {
  const texts = useTexts(descriptionTexts);
  const withOwn = (choices: readonly (readonly [string, string])[]) =>
    choices.some(([choice]) => choice === value) ? choices : [...choices, [value, value] as const];
  switch (name) {
    case 'type':
      return withOwn([
        ...fieldTypes.map((type) => [type, texts.types[type]] as const),
        ...(value === '' ? [['', texts.notSaid] as const] : []),
      ]);
    case 'identifier':
      return withOwn([
        ['', texts.nothing],
        ...identifiers.map((kind) => [kind, texts.identifiers[kind]] as const),
      ]);
    case 'sensitivity':
      return withOwn([
        ['', texts.notSaid],
        ...sensitivities.map((kind) => [kind, texts.sensitivities[kind]] as const),
      ]);
    default:
      return undefined;
  }
}
