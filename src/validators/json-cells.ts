/** Cells that hold JSON: objects, arrays, GeoJSON and points written as JSON. */
import type { CellType } from './cell-type.ts';
import { isGeoJson, isTopoJson } from './geojson.ts';
import type { RuleId } from './rules.ts';

/** The cell as text, in the encoding of the file. */
export type ReadText = (buf: Uint8Array, start: number, end: number) => string;

/** Deeper JSON is taken for broken: what walks through it afterwards calls itself. */
const maxDepth = 64;

export function objectType(text: ReadText): CellType {
  return jsonType(text, 'type-error/object', '{"…": …}', isObject);
}

export function arrayType(text: ReadText): CellType {
  return jsonType(text, 'type-error/array', '[…, …]', Array.isArray);
}

export function geojsonType(text: ReadText, topology: boolean): CellType {
  return topology
    ? jsonType(text, 'type-error/geojson', '{"type": "Topology", …}', isTopoJson)
    : jsonType(text, 'type-error/geojson', '{"type": "Point", "coordinates": [10.75, 59.91]}', isGeoJson);
}

function jsonType(
  text: ReadText,
  fault: RuleId,
  expected: string,
  test: (value: unknown) => boolean,
): CellType {
  const type: CellType = {
    kind: 'text',
    value: Number.NaN,
    expected,
    size: 0,
    json: undefined,
    canonical: () => canonicalJson(type.json),
    read: (buf, start, end) => {
      const json = parseJson(text(buf, start, end));
      if (json === undefined || !test(json)) return fault;
      type.json = json;
      type.size = Array.isArray(json) ? json.length : Object.keys(json as object).length;
      return null;
    },
  };
  return type;
}

/** Undefined for what is no JSON, or too deep. */
export function parseJson(text: string): unknown {
  if (depthOf(text) > maxDepth) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) quoted = false;
    } else if (char === 0x22) quoted = true;
    else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return deepest;
}

/** JSON with the names of every object in order and no blanks. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join()}}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
