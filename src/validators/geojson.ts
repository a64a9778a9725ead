/** Whether a JSON value is GeoJSON (RFC 7946) or a TopoJSON topology, by its structure. */

type Members = Readonly<Record<string, unknown>>;

/** How deep the arrays of coordinates are, per kind of geometry. */
const depths: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

export function isGeoJson(value: unknown): boolean {
  if (!isMembers(value)) return false;
  if (value.type === 'FeatureCollection') {
    return Array.isArray(value.features) && value.features.every(isFeature);
  }
  return value.type === 'Feature' ? isFeature(value) : isGeometry(value);
}

export function isTopoJson(value: unknown): boolean {
  return (
    isMembers(value) && value.type === 'Topology' && isMembers(value.objects) && Array.isArray(value.arcs)
  );
}

function isFeature(value: unknown): boolean {
  if (!isMembers(value) || value.type !== 'Feature') return false;
  const { geometry, properties } = value;
  return (
    (geometry === null || isGeometry(geometry)) &&
    (properties === null || properties === undefined || isMembers(properties))
  );
}

function isGeometry(value: unknown): boolean {
  if (!isMembers(value) || typeof value.type !== 'string') return false;
  if (value.type === 'GeometryCollection') {
    return Array.isArray(value.geometries) && value.geometries.every(isGeometry);
  }
  const depth = Object.hasOwn(depths, value.type) ? depths[value.type] : undefined;
  if (depth === undefined || !arePositions(value.coordinates, depth)) return false;
  const lines = value.coordinates as unknown[];
  switch (value.type) {
    case 'LineString':
      return lines.length >= 2;
    case 'MultiLineString':
      return lines.every((line) => (line as unknown[]).length >= 2);
    case 'Polygon':
      return areRings(lines);
    case 'MultiPolygon':
      return lines.every((rings) => areRings(rings as unknown[]));
    default:
      return true;
  }
}

/** A ring has four positions at least, and ends where it begins. */
function areRings(rings: readonly unknown[]): boolean {
  return rings.every((ring) => {
    const positions = ring as readonly (readonly number[])[];
    return positions.length >= 4 && positions[0]!.join() === positions.at(-1)!.join();
  });
}

function arePositions(value: unknown, depth: number): boolean {
  if (!Array.isArray(value)) return false;
  if (depth > 0) return value.every((part) => arePositions(part, depth - 1));
  return value.length >= 2 && value.every((part) => typeof part === 'number');
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
