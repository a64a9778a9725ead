/** Long lists in pages: an opaque cursor tells the place after which the next page begins, so that what comes or goes meanwhile moves nothing. */
import { z } from 'zod';
import { invalidRequest } from './problem.ts';

/** What orders a list; no two entries have the same. */
export type Place = readonly (string | number)[];

export const defaultPageLength = 50;
export const longestPage = 200;

export const PageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(longestPage)
    .default(defaultPageLength)
    .meta({ description: 'Entries in one page.' }),
  cursor: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: '`next` of the page before. It is opaque, and good for the same list only.' }),
});
export type PageQuery = z.output<typeof PageQuery>;

const Cursor = z.array(z.union([z.string(), z.number()])).max(8);

/** The schema of a page whose entries stand under `items`. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The cursor of the next page; null when this is the last.' }),
  });
}

export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place in a cursor, as `schema` has it. Errors: `invalid-input`. */
export function decodeCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalidRequest([{ in: 'query', pointer: '#/cursor', code: 'invalid_value' }]);
  }
}

function compare(a: Place, b: Place): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    if (y === undefined) return 1;
    if (typeof x !== typeof y) return typeof x < typeof y ? -1 : 1;
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** One page of a list that is at hand as a whole; `placeOf` orders it. Errors: `invalid-input` for a cursor that is none. */
export function paginate<T>(
  all: readonly T[],
  { limit, cursor }: PageQuery,
  placeOf: (one: T) => Place,
): { items: T[]; next: string | null } {
  const after = decodeCursor(cursor, Cursor);
  const rest = all
    .map((one) => ({ one, place: placeOf(one) }))
    .filter(({ place }) => after === undefined || compare(place, after) > 0)
    .sort((a, b) => compare(a.place, b.place));
  return cut(rest, limit);
}

/** A page from rows that were read with one more than `limit`. */
export function cut<T>(
  read: readonly { readonly one: T; readonly place: Place }[],
  limit: number,
): { items: T[]; next: string | null } {
  const shown = read.slice(0, limit);
  const last = shown.at(-1);
  const next = read.length > limit && last !== undefined ? encodeCursor(last.place) : null;
  return { items: shown.map(({ one }) => one), next };
}
