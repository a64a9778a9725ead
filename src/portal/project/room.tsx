/** How much of a project's room is used. */
import type { ProjectDetail } from '../../api/api-types.ts';
import { sizeText } from '../figures.ts';
import { useLanguage, useTexts } from '../language.tsx';
import { Meter, Panel } from '../parts.tsx';
import { projectTexts } from './texts/project.ts';

export function Room({ detail }: { readonly detail: ProjectDetail }) {
  const { language } = useLanguage();
  const texts = useTexts(projectTexts);
  const { usedBytes, quotaBytes } = detail.quota;
  const used = texts.roomUsed(sizeText(usedBytes, language), sizeText(quotaBytes, language));
  return (
    <Panel title={texts.room}>
      <Meter
        label={used}
        value={usedBytes}
        max={quotaBytes}
        mood={usedBytes > quotaBytes * 0.9 ? 'careful' : 'good'}
      />
      <p className="panel-note">{used}</p>
    </Panel>
  );
}
