/** Where files are dropped, or chosen with the keyboard: one field, as large as it looks. */
import { type DragEvent, useState } from 'react';
import { useTexts } from '../language.tsx';
import { dropTexts } from './texts/drop.ts';

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
  /** Once there are files, they are what the page is about. */
  readonly small: boolean;
}

export function DropZone({ onFiles, small }: DropZoneProps) {
  const texts = useTexts(dropTexts);
  const [over, setOver] = useState(false);
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <label
      className={small ? 'drop drop-small' : 'drop'}
      data-over={over}
      onDragEnter={hover}
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M24 31V9m-8 8 8-8 8 8M8 30v7a3 3 0 0 0 3 3h26a3 3 0 0 0 3-3v-7" />
      </svg>
      <span className="drop-text">{texts.drop}</span>
      <span className="drop-choose">{texts.choose}</span>
      <input
        type="file"
        multiple
        className="drop-input"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file may be chosen again after it was mended.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
