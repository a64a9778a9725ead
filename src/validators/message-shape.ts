/** The texts that every language has for every finding. */
import type { RuleId } from './rules.ts';

export interface Message {
  /** A few words, without a full stop. */
  readonly title: string;
  /** What was found. */
  readonly meaning: string;
  /** What the sender does about it, without calling anybody. */
  readonly mend: string;
}

export interface Messages {
  readonly rules: Readonly<Record<RuleId, Message>>;
  /** `format/unsupported` as information: a declared property that was not checked. */
  readonly propertyNotChecked: Message;
  /** The same, when all of it is code lists that are not there. */
  readonly codeListNotLoaded: Message;
  /** The same, when all of it is a level or a date that a code list cannot answer for. */
  readonly codeListNotFollowed: Message;
}
