/** Which of the service's languages an HTTP request asks for. */
import type { Language } from '../platform/errors.ts';

const spoken: Readonly<Record<string, Language>> = { nb: 'nb', nn: 'nb', no: 'nb', en: 'en' };

/** More ranges than any browser sends; what follows is not looked at. */
const limitRanges = 20;

/**
 * The language of an `Accept-Language` header (RFC 9110, section 12.5.4): the range with the highest weight that
 * the service speaks, the first of equals. Nynorsk and plain `no` are answered in bokmål, as is everything unknown.
 */
export function languageOf(header: string | undefined): Language {
  let best: Language = 'nb';
  let bestWeight = 0;
  for (const range of (header ?? '').split(',', limitRanges)) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const language = spoken[tag.split('-')[0] ?? ''];
    const weight = weightOf(parameters);
    if (language !== undefined && weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  if (q === undefined) return 1;
  const weight = Number(q.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}
