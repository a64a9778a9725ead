/** Where things are in the portal: a name for each page, its address, and back again. Pure. */

/** `:name` is one segment; `*rest` at the end is everything that follows, also nothing. */
const patterns = {
  front: '/',
  status: '/status',
  signedIn: '/signed-in',
  account: '/account',
  projects: '/projects',
  project: '/projects/:project',
  send: '/projects/:project/send',
  file: '/projects/:project/files/:file',
  delivery: '/projects/:project/deliveries/:folder',
  /** What lies below is src/portal/staff's own. */
  staff: '/staff/*rest',
} as const;

export type PlaceName = keyof typeof patterns;

type Params<Pattern extends string> = Pattern extends `${infer Head}/${infer Tail}`
  ? Params<Head> & Params<Tail>
  : Pattern extends `:${infer Name}` | `*${infer Name}`
    ? { readonly [K in Name]: string }
    : unknown;

export type PlaceParams<Name extends PlaceName> = Params<(typeof patterns)[Name]>;

export type Place = { [Name in PlaceName]: { readonly name: Name } & PlaceParams<Name> }[PlaceName];

const names = Object.keys(patterns) as PlaceName[];

/** The address of a place. */
export function pathOf(place: Place): string {
  const values = place as unknown as Readonly<Record<string, string>>;
  const segments = patterns[place.name].split('/').map((segment) => {
    if (segment.startsWith('*')) return values[segment.slice(1)] ?? '';
    return segment.startsWith(':') ? encodeURIComponent(values[segment.slice(1)] ?? '') : segment;
  });
  const path = segments.join('/');
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}

/** The place at an address; undefined where there is none. */
export function placeAt(path: string): Place | undefined {
  const given = path.replace(/\/$/, '').split('/');
  for (const name of names) {
    const values = match(patterns[name].replace(/\/$/, '').split('/'), given);
    if (values !== undefined) return { name, ...values } as unknown as Place;
  }
  return undefined;
}

function match(
  pattern: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const values: Record<string, string> = {};
  for (const [at, segment] of pattern.entries()) {
    if (segment.startsWith('*')) {
      values[segment.slice(1)] = given.slice(at).join('/');
      return values;
    }
    const found = given[at];
    if (found === undefined) return undefined;
    if (segment.startsWith(':')) {
      const value = decoded(found);
      if (value === undefined || value === '') return undefined;
      values[segment.slice(1)] = value;
    } else if (segment !== found) return undefined;
  }
  return given.length === pattern.length ? values : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
