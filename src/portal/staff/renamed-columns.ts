/** Follows columns that got new names through what else of a file's description names them. Pure. */
import type { Field, Resource } from '../../validators/description.ts';

type Names = string | string[];

/** `names` are pairs of the old and the new name. Fields are left to the caller, but for the ones that name another. */
export function renamedSchema(resource: Resource, names: readonly (readonly [string, string])[]): Resource {
  const changed = new Map(names.filter(([before, after]) => before !== after));
  if (changed.size === 0) return resource;
  const one = (name: string) => changed.get(name) ?? name;
  const all = (given: Names): Names => (typeof given === 'string' ? one(given) : given.map(one));
  const { schema, 'no:rowConstraints': rules } = resource;
  return {
    ...resource,
    ...(rules === undefined
      ? {}
      : {
          'no:rowConstraints': rules.map((rule) => ({
            ...rule,
            left: one(rule.left),
            right: one(rule.right),
          })),
        }),
    ...(schema === undefined
      ? {}
      : {
          schema: {
            ...schema,
            ...(schema.primaryKey === undefined ? {} : { primaryKey: all(schema.primaryKey) }),
            ...(schema.uniqueKeys === undefined ? {} : { uniqueKeys: schema.uniqueKeys.map(all) }),
            ...(schema.foreignKeys === undefined
              ? {}
              : {
                  foreignKeys: schema.foreignKeys.map((key) => ({
                    ...key,
                    fields: all(key.fields),
                    reference: isOwn(resource, key.reference.resource)
                      ? { ...key.reference, fields: all(key.reference.fields) }
                      : key.reference,
                  })),
                }),
          },
        }),
  };
}

function isOwn(resource: Resource, named: string | undefined): boolean {
  return (named ?? '') === '' || named === resource.name;
}

/** The day of a classification may be in another column. */
export function renamedKlass(field: Field, names: readonly (readonly [string, string])[]): Field {
  const klass = field['no:klass'];
  const validAt = klass?.validAt;
  if (klass === undefined || typeof validAt !== 'object') return field;
  const after = names.find(([before]) => before === validAt.field)?.[1];
  if (after === undefined || after === validAt.field) return field;
  return { ...field, 'no:klass': { ...klass, validAt: { ...validAt, field: after } } };
}
