/** What is said of a file as a whole: its name, title, delimiter and encoding, and who is to send it. */
import { Field, Label, Select, Textfield } from '@digdir/designsystemet-react';
import type { Resource } from '../../validators/description.ts';
import { useTexts } from '../language.tsx';
import { descriptionTexts } from './texts/description.ts';

const encodings = ['utf-8', 'windows-1252'];

interface FileFactsProps {
  readonly base: Resource;
  /** Those of the project. */
  /** Undefined where nobody sends the file. */
  readonly suppliers: readonly { readonly id: string; readonly name: string }[] | undefined;
  readonly onChange: (base: Resource) => void;
}

/** Without what is empty. */
function put<T extends object>(into: T, key: string, value: unknown): T {
  const { [key]: _before, ...rest } = into as Record<string, unknown>;
  return (value === '' || value === undefined ? rest : { ...rest, [key]: value }) as T;
}

export function FileFacts({ base, suppliers, onChange }: FileFactsProps) {
  const texts = useTexts(descriptionTexts);
  const { path, dialect = {} } = base;
  const delimiters: Readonly<Record<string, string>> = texts.delimiters;
  const delimiter = dialect.delimiter ?? '';
  const encoding = base.encoding ?? '';
  // Several can stand in a description that was made elsewhere; they are kept until another is chosen.
  const named = [base['no:supplier'] ?? []].flat();
  const supplier = named.join(', ');
  const isKnown = suppliers?.some(({ id }) => id === supplier);
  return (
    <div className="form-row file-facts">
      <Textfield
        label={texts.fileName}
        readOnly={Array.isArray(path)}
        value={Array.isArray(path) ? path.join(', ') : (path ?? '')}
        spellCheck={false}
        onChange={({ target }) => onChange(put(base, 'path', target.value))}
      />
      <Textfield
        label={texts.fileTitle}
        value={base.title ?? ''}
        onChange={({ target }) => onChange(put(base, 'title', target.value))}
      />
      <Field>
        <Label>{texts.delimiter}</Label>
        <Select
          value={delimiter}
          onChange={({ target }) => onChange(put(base, 'dialect', put(dialect, 'delimiter', target.value)))}
        >
          <Select.Option value="">{texts.notSaid}</Select.Option>
          {[...new Set([...Object.keys(delimiters), ...(delimiter === '' ? [] : [delimiter])])].map(
            (each) => (
              <Select.Option key={each} value={each}>
                {delimiters[each] ?? each}
              </Select.Option>
            ),
          )}
        </Select>
      </Field>
      <Field>
        <Label>{texts.encoding}</Label>
        <Select value={encoding} onChange={({ target }) => onChange(put(base, 'encoding', target.value))}>
          <Select.Option value="">{texts.notSaid}</Select.Option>
          {[...new Set([...encodings, ...(encoding === '' ? [] : [encoding])])].map((each) => (
            <Select.Option key={each} value={each}>
              {each}
            </Select.Option>
          ))}
        </Select>
      </Field>
      {suppliers === undefined ? null : (
        <Field>
          <Label>{texts.supplier}</Label>
          <Select
            value={supplier}
            onChange={({ target }) => {
              if (target.value !== supplier) onChange(put(base, 'no:supplier', target.value));
            }}
          >
            <Select.Option value="">{texts.anybody}</Select.Option>
            {suppliers.map(({ id, name }) => (
              <Select.Option key={id} value={id}>
                {name}
              </Select.Option>
            ))}
            {supplier === '' || isKnown ? null : <Select.Option value={supplier}>{supplier}</Select.Option>}
          </Select>
        </Field>
      )}
    </div>
  );
}
