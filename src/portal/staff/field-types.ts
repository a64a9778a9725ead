/** The types of a column in the order in which people look for them. The reader of descriptions is not loaded for them. */
import type { Field } from '../../validators/description.ts';

type FieldType = NonNullable<Field['type']>;

/** All of them: one that is missing does not compile. */
const places: Readonly<Record<FieldType, number>> = {
  string: 1,
  integer: 2,
  number: 3,
  boolean: 4,
  date: 5,
  datetime: 6,
  time: 7,
  year: 8,
  yearmonth: 9,
  duration: 10,
  list: 11,
  array: 12,
  object: 13,
  geopoint: 14,
  geojson: 15,
  any: 16,
};

export const fieldTypes = (Object.keys(places) as FieldType[]).sort((a, b) => places[a] - places[b]);
