/** The header of a file in fixed positions: each field's name stands where its values do. */
import type { Field } from './description.ts';
import type { Findings } from './findings.ts';
import type { Label } from './header.ts';
import { labelMayBeShown, looksLikeData, shapeOf } from './masking.ts';

/** `labels` stand at the places of the fields, in their order. Fields are read by position, so a wrong label moves nothing. */
export function judgeFixedHeader(
  findings: Findings,
  labels: readonly Label[],
  fields: readonly Field[],
  line: number,
): void {
  const right = fields.map((field, index) => isLabelOf(labels[index]!.text, field));
  const some = right.includes(true);
  const texts = labels.filter(({ text }) => text !== '').map(({ text }) => text);
  if (!some && texts.some(looksLikeData)) {
    findings.add('structure/no-header', null, { line, byte: labels[0]!.byte, column: 1 });
    return;
  }
  fields.forEach((field, index) => {
    if (right[index]) return;
    const { text, byte } = labels[index]!;
    // Labels of which not one is described may be a first row of words: they stay hidden.
    const shown = some && labelMayBeShown(text) ? { value: text } : { shape: shapeOf(text) };
    const place = { line, byte, column: field['no:start']!, ...shown, expected: field.name };
    findings.add(
      text === '' ? 'blank-label' : 'incorrect-label/name',
      { name: field.name, number: index + 1 },
      place,
    );
  });
}

/** A name that is longer than its field may be cut off where the field ends. */
function isLabelOf(text: string, field: Field): boolean {
  return text === field.name || text === field.name.slice(0, field['no:width']);
}
