/** Where a sample is dropped or chosen, from which a description is begun. It does not leave the browser. */
import { type DragEvent, useState } from 'react';
import { useLanguage, useTexts } from '../language.tsx';
import { Panel } from '../parts.tsx';
import { type DescriptionTable, tableOf } from './description-table.ts';
import { draftFile } from './draft-file.ts';
import { descriptionTexts } from './texts/description.ts';
import { newKey } from './use-description.ts';

export function SampleDrop({ onDraft }: { readonly onDraft: (drafted: DescriptionTable) => void }) {
  const { language } = useLanguage();
  const texts = useTexts(descriptionTexts);
  const [over, setOver] = useState(false);
  const [word, setWord] = useState<{ said: string; bad: boolean }>();
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    setWord({ said: texts.reading, bad: false });
    const draft = await draftFile(file);
    if (draft.kind === 'failed') return setWord({ said: texts.unreadable, bad: true });
    if (draft.kind === 'refused') {
      return setWord({ said: draft.why[language === 'en' ? 'en' : 'nb'], bad: true });
    }
    onDraft(tableOf(draft.content, newKey));
    const said = [
      draft.kind === 'draft' ? texts.drafted(draft.rows) : texts.taken,
      draft.kind === 'draft' && draft.unread > 0 ? texts.unread(draft.unread) : '',
    ];
    setWord({ said: said.join(' ').trim(), bad: false });
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <Panel title={texts.sample} className="no-print">
      <p className="panel-lead">{texts.sampleText}</p>
      <label
        className="drop sample-drop"
        data-over={over}
        onDragEnter={hover}
        onDragOver={hover}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void read(event.dataTransfer.files[0]);
        }}
      >
        <span className="drop-text">{texts.drop}</span>
        <span className="drop-choose">{texts.choose}</span>
        <input
          type="file"
          className="drop-input"
          onChange={({ currentTarget }) => {
            void read(currentTarget.files?.[0]);
            currentTarget.value = '';
          }}
        />
      </label>
      <p role="status" className={word?.bad === true ? 'sample-word bad' : 'sample-word'}>
        {word?.said}
      </p>
    </Panel>
  );
}
