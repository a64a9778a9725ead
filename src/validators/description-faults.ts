/** What is wrong with a description, said of the property where it stands. */
import type { z } from 'zod';
import { AppError } from '../platform/errors.ts';

export type PropertyPath = readonly PropertyKey[];
interface What {
  readonly nb: string;
  readonly en: string;
}

export function wrong(path: PropertyPath, what: What): AppError {
  const where = path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
  const at = where === '' ? 'datapackage.json' : where;
  return new AppError('invalid-input', {
    nb: `Filbeskrivelsen kan ikke brukes: ${at}: ${what.nb}.`,
    en: `The data description cannot be used: ${at}: ${what.en}.`,
  });
}

/** What is wrong, and where. A failed union hides what is wrong; the branch that came furthest says it best. */
export function deepest(issue: z.core.$ZodIssue): { path: PropertyPath; what: What } {
  if (issue.code === 'invalid_union') {
    const inner = issue.errors
      .flat()
      .map(deepest)
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (inner !== undefined && inner.path.length > 0)
      return { ...inner, path: [...issue.path, ...inner.path] };
    const values = issue.errors.flat().find((one) => one.code === 'invalid_value');
    if (values !== undefined) return { path: issue.path, what: explain(values) };
    return { path: issue.path, what: { nb: 'verdien har feil form', en: 'the value has the wrong form' } };
  }
  return { path: issue.path, what: explain(issue) };
}

function explain(issue: z.core.$ZodIssue): What {
  switch (issue.code) {
    case 'invalid_type':
      return /received undefined/.test(issue.message)
        ? { nb: `mangler (skal være ${issue.expected})`, en: `is missing (must be ${issue.expected})` }
        : { nb: `skal være av typen ${issue.expected}`, en: `must be of type ${issue.expected}` };
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return { nb: `skal være en av ${values}`, en: `must be one of ${values}` };
    }
    case 'too_small':
      return {
        nb: `er for kort eller for lite (minst ${issue.minimum})`,
        en: `is too short or small (at least ${issue.minimum})`,
      };
    case 'too_big':
      return {
        nb: `er for lang eller for stor (høyst ${issue.maximum})`,
        en: `is too long or large (at most ${issue.maximum})`,
      };
    default:
      return { nb: 'verdien kan ikke brukes', en: 'the value cannot be used' };
  }
}
