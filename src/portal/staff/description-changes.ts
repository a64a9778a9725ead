/** Where two descriptions differ, said by file, column and property, for people who have to choose. Pure. */
import type { DataPackage, Field } from '../../validators/description.ts';

export interface Difference {
  readonly file: string;
  /** Undefined for what is of the file as a whole. */
  readonly column: string | undefined;
  /** Undefined when the whole column or file is only in one of them. */
  readonly property: string | undefined;
  /** As text; undefined where there is nothing. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

const shown = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

/** Constraints one by one: that is how people speak of them. */
function flat({ constraints, ...rest }: Field): Properties {
  const own = Object.entries(constraints ?? {}).map(([key, value]) => [`constraints.${key}`, value]);
  return { ...rest, ...Object.fromEntries(own) } as Properties;
}

function propertyDifferences(
  at: Pick<Difference, 'file' | 'column'>,
  ours: Properties,
  theirs: Properties,
): Difference[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((property) => {
    const [a, b] = [shown(ours[property]), shown(theirs[property])];
    return a === b ? [] : [{ ...at, property, ours: a, theirs: b }];
  });
}

export function differences(ours: DataPackage, theirs: DataPackage): readonly Difference[] {
  const names = [...new Set([...ours.resources, ...theirs.resources].map(({ name }) => name))];
  return names.flatMap((file) => {
    const [a, b] = [ours, theirs].map((each) => each.resources.find(({ name }) => name === file));
    const whole = { file, column: undefined, property: undefined };
    if (a === undefined || b === undefined) return [{ ...whole, ours: a && file, theirs: b && file }];
    const { schema: oursSchema, ...oursRest } = a;
    const { schema: theirsSchema, ...theirsRest } = b;
    const { fields: oursFields = [], ...oursKeys } = oursSchema ?? {};
    const { fields: theirsFields = [], ...theirsKeys } = theirsSchema ?? {};
    const order = (fields: readonly Field[]) => ({ order: fields.map(({ name }) => name).join(', ') });
    const columns = [...new Set([...oursFields, ...theirsFields].map(({ name }) => name))];
    const sameColumns = columns.length === oursFields.length && columns.length === theirsFields.length;
    return [
      ...propertyDifferences(
        { file, column: undefined },
        { ...oursRest, ...oursKeys, ...(sameColumns ? order(oursFields) : {}) },
        { ...theirsRest, ...theirsKeys, ...(sameColumns ? order(theirsFields) : {}) },
      ),
      ...columns.flatMap((column) => {
        const [x, y] = [oursFields, theirsFields].map((fields) => fields.find(({ name }) => name === column));
        if (x !== undefined && y !== undefined)
          return propertyDifferences({ file, column }, flat(x), flat(y));
        return [{ file, column, property: undefined, ours: x && column, theirs: y && column }];
      }),
    ];
  });
}
