/** The constraint `jsonSchema`: a JSON Schema from a description, held against the values of JSON cells. */
import { type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { isObject } from './json-cells.ts';

export interface JsonSchemaCheck {
  /** Where in the schema the value breaks it (never what the value is); null when it keeps it. */
  brokenAt(value: unknown): string | null;
}

/** Keywords with a schema, with schemas by name or in a list. */
const oneSchema = [
  'not',
  'if',
  'then',
  'else',
  'additionalProperties',
  'propertyNames',
  'contains',
  'additionalItems',
];
const namedSchemas = ['properties', 'dependentSchemas'];
const listedSchemas = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const plain = [
  ...['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly'],
  ...[
    'writeOnly',
    'type',
    'const',
    'enum',
    'required',
    'minProperties',
    'maxProperties',
    'dependentRequired',
  ],
  ...['minContains', 'maxContains', 'minItems', 'maxItems', 'minimum', 'maximum', 'exclusiveMinimum'],
  ...['exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
];

/** Too large a schema is no constraint on a cell; and it is walked through for every one of them. */
const maxBytes = 64 * 1024;
const maxDepth = 64;

/**
 * The schema made ready; or the keyword for which it is not followed. Descriptions come from strangers, so nothing is
 * taken that can make one cell cost more than its size: patterns and formats (RegExp), references (they may double
 * themselves) and uniqueItems (every item against every other). All of the schema is then left, and the report says so.
 */
export function compileJsonSchema(declared: unknown): JsonSchemaCheck | { readonly unsupported: string } {
  const text = JSON.stringify(declared) as string | undefined;
  if (text === undefined || text.length > maxBytes) return { unsupported: '' };
  const unsupported = notFollowed(declared, 0);
  if (unsupported !== null) return { unsupported };
  // The library writes into the schema it is given.
  const schema = JSON.parse(text) as Schema | boolean;
  const validator = new Validator(schema, draftOf(schema));
  return {
    brokenAt: (value) => {
      const { valid, errors } = validator.validate(value);
      if (valid) return null;
      return errors.reduce(
        (deepest, { keywordLocation: at }) => (at.length > deepest.length ? at : deepest),
        '#',
      );
    },
  };
}

function draftOf(schema: Schema | boolean): SchemaDraft {
  const named = typeof schema === 'object' ? (schema.$schema ?? '') : '';
  if (named.includes('draft-04')) return '4';
  if (/draft-0[67]/.test(named)) return '7';
  return named.includes('2019-09') ? '2019-09' : '2020-12';
}

/** The first keyword that is not followed, '' for what is no schema at all, or null. */
function notFollowed(schema: unknown, depth: number): string | null {
  if (typeof schema === 'boolean') return null;
  if (!isObject(schema) || depth > maxDepth) return '';
  for (const [keyword, value] of Object.entries(schema)) {
    if (plain.includes(keyword)) continue;
    const inner =
      oneSchema.includes(keyword) || (keyword === 'items' && !Array.isArray(value))
        ? [value]
        : namedSchemas.includes(keyword) && isObject(value)
          ? Object.values(value)
          : (listedSchemas.includes(keyword) || keyword === 'items') && Array.isArray(value)
            ? (value as unknown[])
            : null;
    if (inner === null) return keyword;
    for (const one of inner) {
      const found = notFollowed(one, depth + 1);
      if (found !== null) return found;
    }
  }
  return null;
}
