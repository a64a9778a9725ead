/**
 * The profile `microdata`: files as microdata.no takes them from its suppliers (SSB's data file format of microdata-tools):
 * five columns without a header, semicolons, UTF-8, and a kind of temporality that says what start and stop mean.
 */
import type { Field, Resource } from './description.ts';

/** The resource with everything that its profile says; unchanged without one. What the resource declares itself stands. */
export function withProfile(resource: Resource | undefined): Resource | undefined {
  if (resource?.['no:profile'] !== 'microdata') return resource;
  const temporality = resource['no:temporality']!;
  const given = (name: string) => resource.schema?.fields.find((field) => field.name === name);
  const field = (name: string, required: boolean, more: Partial<Field> = {}): Field => {
    const own = given(name);
    return { name, ...more, ...own, constraints: { ...own?.constraints, ...(required && { required }) } };
  };
  const date = { type: 'date', format: '%Y-%m-%d' } as const;
  const fixed = temporality === 'FIXED';
  const fields = [
    field('unit_id', true, { type: 'string' }),
    field('value', true, given('value')?.type === 'number' ? { decimalChar: '.' } : {}),
    field('start', !fixed, date),
    field('stop', temporality === 'STATUS' || temporality === 'ACCUMULATED', date),
    field('attributes', false, { type: 'string' }),
  ];
  const order = { left: 'start', op: temporality === 'STATUS' ? '==' : '<=', right: 'stop' } as const;
  return {
    ...resource,
    encoding: resource.encoding ?? 'utf-8',
    dialect: { header: false, delimiter: ';', ...resource.dialect },
    'no:rowConstraints': [...(resource['no:rowConstraints'] ?? []), ...(fixed ? [] : [order])],
    schema: {
      ...resource.schema,
      fields,
      uniqueKeys: [...(resource.schema?.uniqueKeys ?? []), ...(fixed ? ['unit_id'] : [])],
    },
  };
}
