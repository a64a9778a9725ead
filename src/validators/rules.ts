/** Every finding the engine can report: one closed table of code and sub code, with its severity. */

export type Severity = 'error' | 'warning' | 'info';

/**
 * `code` or `code/sub`. The order is the order of rules in a report within one field. Frictionless's codes where it has
 * one; the rest are ours. A key added here does not compile until every language explains it (messages.ts).
 */
export const ruleTable = {
  'engine/died': 'warning',
  'engine/limit': 'warning',
  'format/not-what-name-says': 'error',
  'format/unsupported': 'warning',
  'format/not-preferred': 'info',
  'uniqueness/memory': 'info',
  'uniqueness/storage': 'info',
  'file-name/not-expected': 'error',
  'file-name/characters': 'error',
  'file-name/starts-with-digit': 'error',
  'file-name/extension': 'error',
  'encoding/utf-16': 'error',
  'encoding/invalid-utf8': 'error',
  'encoding/mixed': 'error',
  'encoding/not-as-declared': 'error',
  'encoding/undefined-byte': 'error',
  'encoding/nul': 'error',
  'encoding/mark-inside': 'error',
  'structure/empty': 'error',
  'structure/no-rows': 'error',
  'structure/no-header': 'error',
  'structure/header-repeated': 'error',
  'structure/delimiter': 'error',
  'structure/quote': 'error',
  'structure/quote-inside': 'warning',
  'structure/too-long': 'error',
  'structure/too-many-columns': 'error',
  'structure/line-ends': 'warning',
  'structure/truncated': 'error',
  'structure/record-length': 'error',
  'structure/tab': 'error',
  'missing-label': 'error',
  'extra-label': 'error',
  'incorrect-label/name': 'error',
  'incorrect-label/order': 'error',
  'duplicate-label': 'error',
  'blank-label': 'error',
  'variable-name/characters': 'error',
  'variable-name/starts-with-digit': 'error',
  'variable-name/length': 'error',
  'missing-cell': 'error',
  'extra-cell': 'error',
  'blank-row': 'error',
  'blank-row/at-end': 'warning',
  'record-count': 'error',
  duplicates: 'error',
  'duplicates/none': 'warning',
  'primary-key': 'error',
  'primary-key/missing': 'error',
  'unique-error': 'error',
  'foreign-key': 'error',
  'foreign-key/file-missing': 'warning',
  'foreign-key/file-not-read': 'warning',
  'foreign-key/not-compared': 'info',
  'row-constraint': 'error',
  'microdata/start': 'error',
  'microdata/stop': 'warning',
  'microdata/overlap': 'error',
  'identifier/lost-leading-zero': 'error',
  'identifier/numeric-storage': 'error',
  'identifier/parts': 'error',
  'identifier/length': 'error',
  'identifier/characters': 'error',
  'identifier/date': 'error',
  'identifier/control-1': 'error',
  'identifier/control-2': 'error',
  'identifier/synthetic': 'error',
  'unexpected-identifier': 'error',
  'outgoing-identifier/person': 'error',
  'outgoing-identifier/duf': 'error',
  'outgoing-identifier/orgnr': 'error',
  'spreadsheet/scientific': 'error',
  'spreadsheet/formula-error': 'error',
  'spreadsheet/date-like': 'error',
  'spreadsheet/date-serial': 'error',
  'spreadsheet/totals-line': 'error',
  'type-error/integer': 'error',
  'type-error/number': 'error',
  'type-error/decimal-mark': 'error',
  'type-error/boolean': 'error',
  'type-error/date': 'error',
  'type-error/time': 'error',
  'type-error/datetime': 'error',
  'type-error/year': 'error',
  'type-error/yearmonth': 'error',
  'type-error/duration': 'error',
  'type-error/email': 'error',
  'type-error/uri': 'error',
  'type-error/binary': 'error',
  'type-error/uuid': 'error',
  'type-error/object': 'error',
  'type-error/array': 'error',
  'type-error/list': 'error',
  'type-error/geopoint': 'error',
  'type-error/geojson': 'error',
  'constraint-error/required': 'error',
  'constraint-error/minLength': 'error',
  'constraint-error/maxLength': 'error',
  'constraint-error/minimum': 'error',
  'constraint-error/maximum': 'error',
  'constraint-error/exclusiveMinimum': 'error',
  'constraint-error/exclusiveMaximum': 'error',
  'constraint-error/enum': 'error',
  'constraint-error/pattern': 'error',
  'constraint-error/jsonSchema': 'error',
  'code-list/unknown': 'error',
  'code-list/not-valid-at': 'error',
} as const satisfies Record<string, Severity>;

export type RuleId = keyof typeof ruleTable;

const order = new Map<string, number>(Object.keys(ruleTable).map((id, index) => [id, index]));

/** The place of a rule in the table, for sorting. */
export function ruleOrder(id: string): number {
  return order.get(id) ?? order.size;
}

/** `identifier/date` → code `identifier`, sub `date`; `missing-cell` → sub null. */
export function splitRule(id: RuleId): { code: string; sub: string | null } {
  const slash = id.indexOf('/');
  return slash < 0 ? { code: id, sub: null } : { code: id.slice(0, slash), sub: id.slice(slash + 1) };
}

/** The reverse of `splitRule`; undefined when a newer report names a rule this version does not know. */
export function joinRule(code: string, sub: string | null): RuleId | undefined {
  const id = sub === null ? code : `${code}/${sub}`;
  return order.has(id) ? (id as RuleId) : undefined;
}
