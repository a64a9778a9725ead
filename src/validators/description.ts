/** The description of files: a Frictionless Data Package (v2, v1 tolerated) with Table Schema and our `no:` properties. */
import { z } from 'zod';
import { deepest, type PropertyPath, wrong } from './description-faults.ts';

export const fieldTypes = [
  'string',
  'number',
  'integer',
  'boolean',
  'object',
  'array',
  'list',
  'datetime',
  'date',
  'time',
  'year',
  'yearmonth',
  'duration',
  'geopoint',
  'geojson',
  'any',
] as const;

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const bound = z.union([z.string(), z.number()]);
const missingValues = z.array(z.union([z.string(), z.looseObject({ value: z.string() })]));
const length = z.int().min(0);

export const Constraints = z.looseObject({
  required: z.boolean().optional(),
  unique: z.boolean().optional(),
  minLength: length.optional(),
  maxLength: length.optional(),
  minimum: bound.optional(),
  maximum: bound.optional(),
  exclusiveMinimum: bound.optional(),
  exclusiveMaximum: bound.optional(),
  pattern: z.string().optional(),
  enum: z.array(z.json()).min(1).optional(),
  jsonSchema: z.unknown().optional(),
});
export type Constraints = z.infer<typeof Constraints>;

export const Klass = z.looseObject({
  classification: z.union([z.string(), z.number()]),
  level: z.int().min(1).optional(),
  validAt: z.union([z.iso.date(), z.looseObject({ field: z.string() })]).optional(),
});

export type Klass = z.infer<typeof Klass>;

const identifierKind = z.enum(['person', 'fnr', 'dnr', 'hnr', 'duf', 'orgnr']);

export const Field = z.looseObject({
  name: z.string().min(1),
  type: z.enum(fieldTypes).optional(),
  format: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  constraints: Constraints.optional(),
  categories: z
    .union([
      z.array(z.union([z.string(), z.number()])).min(1),
      z.array(z.looseObject({ value: z.union([z.string(), z.number()]) })).min(1),
    ])
    .optional(),
  categoriesOrdered: z.boolean().optional(),
  missingValues: missingValues.optional(),
  /** Of lists: what stands between the items, and what they are. */
  delimiter: z.string().min(1).optional(),
  itemType: z.enum(['string', 'integer', 'boolean', 'number', 'datetime', 'date', 'time']).optional(),
  decimalChar: z.string().length(1).optional(),
  groupChar: z.string().min(1).optional(),
  bareNumber: z.boolean().optional(),
  trueValues: z.array(z.string()).min(1).optional(),
  falseValues: z.array(z.string()).min(1).optional(),
  /** A list: several numbers in one cell (`joined`, the default, with `no:separator` between), or one of these kinds (`either`). */
  'no:identifier': z.union([identifierKind, z.array(identifierKind).min(1)]).optional(),
  'no:combined': z.enum(['joined', 'either']).optional(),
  'no:separator': z
    .string()
    .regex(/^[^0-9]+$/)
    .optional(),
  'no:controlDigits': z.enum(['2032', 'strict']).optional(),
  /** Of what is sent out: numbers that must not stand here, beside those that must stand nowhere. */
  'no:mustNotHold': z
    .array(z.enum(['orgnr']))
    .min(1)
    .optional(),
  'no:sensitivity': z.enum(['directIdentifier', 'quasi', 'public']).optional(),
  'no:klass': Klass.optional(),
  /** Fixed positions, in characters: the first is 1. A record has 100 000 at most. */
  'no:start': z.int().min(1).max(100_000).optional(),
  'no:width': z.int().min(1).max(100_000).optional(),
});
export type Field = z.infer<typeof Field>;

export const ForeignKey = z.looseObject({
  fields: oneOrMore,
  /** Without a resource, or with an empty name, the reference is to the table itself. */
  reference: z.looseObject({ resource: z.string().optional(), fields: oneOrMore }),
});
export type ForeignKey = z.infer<typeof ForeignKey>;

export const Schema = z.looseObject({
  fields: z.array(Field).min(1),
  fieldsMatch: z
    .preprocess(
      // The standard's own JSON Schema has the value inside an array.
      (value) => (Array.isArray(value) && value.length === 1 ? value[0] : value),
      z.enum(['exact', 'equal', 'subset', 'superset', 'partial']),
    )
    .optional(),
  missingValues: missingValues.optional(),
  primaryKey: oneOrMore.optional(),
  uniqueKeys: z.array(oneOrMore).optional(),
  foreignKeys: z.array(ForeignKey).optional(),
});
export type Schema = z.infer<typeof Schema>;

export const Dialect = z.looseObject({
  header: z.boolean().optional(),
  headerRows: z.array(z.int().min(1)).optional(),
  headerJoin: z.string().optional(),
  commentRows: z.array(z.int().min(1)).optional(),
  commentChar: z.string().optional(),
  delimiter: z.string().min(1).optional(),
  lineTerminator: z.string().optional(),
  quoteChar: z.string().length(1).nullable().optional(),
  doubleQuote: z.boolean().optional(),
  escapeChar: z.string().nullable().optional(),
  nullSequence: z.string().nullable().optional(),
  skipInitialSpace: z.boolean().optional(),
});
export type Dialect = z.infer<typeof Dialect>;

export const RowConstraint = z.object({
  left: z.string(),
  op: z.enum(['<', '<=', '==', '!=', '>=', '>']),
  right: z.string(),
});
export type RowConstraint = z.infer<typeof RowConstraint>;

export const Resource = z.looseObject({
  name: z.string().min(1),
  path: oneOrMore.optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  format: z.string().optional(),
  encoding: z.string().optional(),
  dialect: Dialect.optional(),
  schema: Schema.optional(),
  'no:ruleset': z.enum(['ssb-2024', 'ssb-2017']).optional(),
  'no:records': z.int().min(0).optional(),
  'no:duplicates': z.boolean().optional(),
  'no:population': z.unknown().optional(),
  'no:rowConstraints': z.array(RowConstraint).optional(),
  /** Rules for suppliers of microdata.no, see microdata-profile.ts. */
  'no:profile': z.enum(['microdata']).optional(),
  'no:temporality': z.enum(['FIXED', 'STATUS', 'ACCUMULATED', 'EVENT']).optional(),
  /** Who is to send the file: the names that suppliers of the project sign in with. */
  'no:supplier': z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
});
export type Resource = z.infer<typeof Resource>;

export const DataPackage = z.looseObject({
  name: z.string().optional(),
  title: z.string().optional(),
  resources: z.array(Resource).min(1),
});
export type DataPackage = z.infer<typeof DataPackage>;

/** Reads a Data Package descriptor; a wrong one throws `invalid-input` naming the property. */
export function parseDataPackage(json: unknown): DataPackage {
  const parsed = DataPackage.safeParse(json);
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0]!);
    throw wrong(issue.path, issue.what);
  }
  parsed.data.resources.forEach((resource, index) => {
    checkReferences(resource, ['resources', index]);
    const twin = parsed.data.resources.findIndex((other) => other.name === resource.name);
    if (twin < index) {
      throw wrong(['resources', index, 'name'], {
        nb: 'to ressurser kan ikke ha samme navn',
        en: 'two resources cannot bear the same name',
      });
    }
  });
  return parsed.data;
}

/** The resource that describes this file: the base name of its `path`, else its `name` equal to the stem. */
export function resourceForFile(pkg: DataPackage, fileName: string): Resource | undefined {
  const stem = fileName.includes('.') ? fileName.slice(0, fileName.lastIndexOf('.')) : fileName;
  return (
    pkg.resources.find((resource) => resourcePaths(resource).some((path) => baseName(path) === fileName)) ??
    pkg.resources.find((resource) => resource.path === undefined && resource.name === stem) ??
    pkg.resources.find((resource) => resource.name === stem)
  );
}

/** The file names that a package describes: base names of every path, else the resource's name. */
export function expectedFiles(pkg: DataPackage): string[] {
  return pkg.resources.flatMap(filesOf);
}

/** The names of the files that a resource describes. */
export function filesOf(resource: Resource): string[] {
  const paths = resourcePaths(resource);
  return paths.length > 0 ? paths.map(baseName) : [resource.name];
}

/** Who is to send the files of a resource; nobody in particular when it does not say. */
export function suppliersOf(resource: Resource): readonly string[] {
  const named = resource['no:supplier'] ?? [];
  return typeof named === 'string' ? [named] : named;
}

export function resourcePaths(resource: Resource): string[] {
  if (resource.path === undefined) return [];
  return Array.isArray(resource.path) ? resource.path : [resource.path];
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A key as a list of field names, whichever form the descriptor uses. */
export function keyFields(key: string | readonly string[]): readonly string[] {
  return typeof key === 'string' ? [key] : key;
}

function checkReferences(resource: Resource, at: PropertyPath): void {
  const schema = resource.schema;
  const { headerRows = [1], commentRows = [] } = resource.dialect ?? {};
  if (resource.dialect?.header !== false && headerRows.some((row) => commentRows.includes(row))) {
    throw wrong([...at, 'dialect', 'commentRows'], {
      nb: 'en rad kan ikke være både overskrift og kommentar (se «headerRows», som er [1] når den ikke står)',
      en: 'a row cannot be both header and comment (see "headerRows", which is [1] when it is not given)',
    });
  }
  if (resource['no:profile'] === 'microdata') checkProfile(resource, at);
  if (schema === undefined) return;
  const names = schema.fields.map((field) => field.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) {
      throw wrong([...at, 'schema', 'fields', index, 'name'], {
        nb: 'to felt kan ikke ha samme navn',
        en: 'two fields cannot bear the same name',
      });
    }
  });
  const known = (name: string, ...path: PropertyPath) => {
    if (!names.includes(name)) {
      throw wrong([...at, ...path], {
        nb: 'feltet som er nevnt her, finnes ikke i «fields»',
        en: 'the field named here is not among "fields"',
      });
    }
  };
  for (const name of schema.primaryKey === undefined ? [] : keyFields(schema.primaryKey)) {
    known(name, 'schema', 'primaryKey');
  }
  schema.uniqueKeys?.forEach((key, index) => {
    for (const name of keyFields(key)) known(name, 'schema', 'uniqueKeys', index);
  });
  schema.foreignKeys?.forEach(({ fields, reference }, index) => {
    const place = ['schema', 'foreignKeys', index] as const;
    for (const name of keyFields(fields)) known(name, ...place, 'fields');
    const own = (reference.resource ?? '') === '' || reference.resource === resource.name;
    for (const name of own ? keyFields(reference.fields) : []) known(name, ...place, 'reference', 'fields');
    if (keyFields(fields).length !== keyFields(reference.fields).length) {
      throw wrong([...at, ...place, 'reference', 'fields'], {
        nb: 'skal ha like mange felt som «fields»',
        en: 'must have as many fields as "fields"',
      });
    }
  });
  const fixed = schema.fields.some((field) => (field['no:start'] ?? field['no:width']) !== undefined);
  schema.fields.forEach((field, index) => {
    for (const property of ['no:start', 'no:width'] as const) {
      if (!fixed || field[property] !== undefined) continue;
      throw wrong([...at, 'schema', 'fields', index, property], {
        nb: 'mangler: i faste posisjoner må hvert felt ha både no:start og no:width',
        en: 'is missing: in fixed positions every field needs both no:start and no:width',
      });
    }
    const validAt = field['no:klass']?.validAt;
    if (typeof validAt === 'object')
      known(validAt.field, 'schema', 'fields', index, 'no:klass', 'validAt', 'field');
  });
  resource['no:rowConstraints']?.forEach(({ left, right }, index) => {
    known(left, 'no:rowConstraints', index, 'left');
    known(right, 'no:rowConstraints', index, 'right');
  });
}

/** The five columns of the profile, as SSB's microdata-tools takes them. */
const microdataFields: readonly string[] = ['unit_id', 'value', 'start', 'stop', 'attributes'];

function checkProfile(resource: Resource, at: PropertyPath): void {
  if (resource['no:temporality'] === undefined) {
    throw wrong([...at, 'no:temporality'], {
      nb: 'mangler (profilen microdata krever den)',
      en: 'is missing (the profile microdata requires it)',
    });
  }
  resource.schema?.fields.forEach(({ name }, index) => {
    if (microdataFields.includes(name)) return;
    throw wrong([...at, 'schema', 'fields', index, 'name'], {
      nb: `profilen microdata har bare feltene ${microdataFields.join(', ')}`,
      en: `the profile microdata has the fields ${microdataFields.join(', ')} only`,
    });
  });
}
