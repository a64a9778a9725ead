/** What every finding means and what to do about it. A rule or a language without its text does not compile. */
import type { Language } from '../platform/errors.ts';
import type { Message, Messages } from './message-shape.ts';
import { messagesEn } from './messages-en.ts';
import { messagesNb } from './messages-nb.ts';
import type { RuleId, Severity } from './rules.ts';

const byLanguage: Readonly<Record<Language, Messages>> = { nb: messagesNb, en: messagesEn };

export function messageFor(id: RuleId, severity: Severity, language: Language): Message {
  const messages = byLanguage[language];
  return id === 'format/unsupported' && severity === 'info'
    ? messages.propertyNotChecked
    : messages.rules[id];
}

/** The hint of a rule in a report: meaning and remedy. */
export function hintFor(id: RuleId, severity: Severity, language: Language): string {
  const { meaning, mend } = messageFor(id, severity, language);
  return `${meaning} ${mend}`;
}
