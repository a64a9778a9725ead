/** Points as the standard writes them: longitude (east) first, then latitude (north), in degrees. */
import type { CellType } from './cell-type.ts';
import { isObject, parseJson, type ReadText } from './json-cells.ts';

const forms = {
  default: '10.75, 59.91',
  array: '[10.75, 59.91]',
  object: '{"lon": 10.75, "lat": 59.91}',
} as const;

/** Undefined for a format that the standard does not have. */
export function geopointType(text: ReadText, format: string): CellType | undefined {
  if (!Object.hasOwn(forms, format)) return undefined;
  const form = format as keyof typeof forms;
  let lon = 0;
  let lat = 0;
  return {
    kind: 'text',
    value: Number.NaN,
    expected: forms[form],
    canonical: () => `${lon},${lat}`,
    read: (buf, start, end) => {
      const point = readPoint(text(buf, start, end), form);
      if (point === undefined) return 'type-error/geopoint';
      [lon, lat] = point;
      return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? null : 'type-error/geopoint';
    },
  };
}

function readPoint(text: string, form: keyof typeof forms): [number, number] | undefined {
  if (form === 'default') {
    const parts = text.split(',');
    if (parts.length !== 2 || !parts.every((part) => /^\s{0,4}[-+]?\d{1,3}(\.\d{0,20})?\s{0,4}$/.test(part)))
      return undefined;
    return [Number(parts[0]), Number(parts[1])];
  }
  const json = parseJson(text);
  const [lon, lat, ...more] =
    form === 'array' && Array.isArray(json)
      ? (json as unknown[])
      : form === 'object' && isObject(json) && Object.keys(json).length === 2
        ? [json.lon, json.lat]
        : [];
  return typeof lon === 'number' && typeof lat === 'number' && more.length === 0 ? [lon, lat] : undefined;
}
