/** Which finding each fault of an identity number is, and what a right number looks like. */
import type { IdentifierFault, IdentifierKind } from './identity-numbers.ts';
import type { RuleId } from './rules.ts';

export const identifierRules: Record<IdentifierFault, RuleId> = {
  'lost-leading-zero': 'identifier/lost-leading-zero',
  'numeric-storage': 'identifier/numeric-storage',
  length: 'identifier/length',
  characters: 'identifier/characters',
  date: 'identifier/date',
  'control-1': 'identifier/control-1',
  'control-2': 'identifier/control-2',
  synthetic: 'identifier/synthetic',
};

export const identifierForms: Record<IdentifierKind, string> = {
  person: 'DDMMYYNNNNN (11)',
  fnr: 'DDMMYYNNNNN (11)',
  dnr: 'DDMMYYNNNNN (11)',
  hnr: 'DDMMYYNNNNN (11)',
  duf: 'NNNNNNNNNNNN (12)',
  orgnr: 'NNNNNNNNN (9)',
};
