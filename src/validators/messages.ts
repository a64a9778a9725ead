/** What every finding means and what to do about it. A rule or a language without its text does not compile. */
import type { Message, Messages } from './message-shape.ts';
import { messagesEn } from './messages-en.ts';
import { messagesNb } from './messages-nb.ts';
import { messagesNn } from './messages-nn.ts';
import type { ReportLanguage } from './report-language.ts';
import type { RuleId, Severity } from './rules.ts';

/** What a finding is about, as far as its text depends on it. */
type About = readonly { readonly expected: string | null }[];

const byLanguage: Readonly<Record<ReportLanguage, Messages>> = {
  nb: messagesNb,
  nn: messagesNn,
  en: messagesEn,
};

/** `samples` are the finding's own. */
export function messageFor(
  id: RuleId,
  severity: Severity,
  language: ReportLanguage,
  samples: About = [],
): Message {
  const messages = byLanguage[language];
  if (id !== 'format/unsupported' || severity !== 'info') return messages.rules[id];
  const about = (pattern: RegExp) =>
    samples.length > 0 && samples.every(({ expected }) => pattern.test(expected ?? ''));
  if (about(/^no:klass \S+$/)) return messages.codeListNotLoaded;
  return about(/^no:klass \S+ /) ? messages.codeListNotFollowed : messages.propertyNotChecked;
}

/** The hint of a rule in a report: meaning and remedy. */
export function hintFor(id: RuleId, severity: Severity, language: ReportLanguage, samples: About): string {
  const { meaning, mend } = messageFor(id, severity, language, samples);
  return `${meaning} ${mend}`;
}
