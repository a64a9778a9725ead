/** Data descriptions: what is taken, and what is said about a wrong one. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/platform/errors.ts';
import { expectedFiles, parseDataPackage, resourceForFile } from '../../../src/validators/description.ts';

const field = { name: 'a' };
const withField = (more: object) => ({
  resources: [{ name: 'r', schema: { fields: [{ ...field, ...more }] } }],
});
const withSchema = (more: object) => ({ resources: [{ name: 'r', schema: { fields: [field], ...more } }] });

function fault(json: unknown): string {
  try {
    parseDataPackage(json);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).code).toBe('invalid-input');
    return (thrown as AppError).detail.en;
  }
  throw new Error('was taken');
}

describe('a wrong description is refused with the property that is wrong', () => {
  test.each<[unknown, string]>([
    [null, 'datapackage.json: must be of type object'],
    [{}, 'resources: is missing'],
    [{ resources: [] }, 'resources: is too short'],
    [{ resources: [{}] }, 'resources[0].name: is missing'],
    [withField({ type: 'varchar' }), 'resources[0].schema.fields[0].type: must be one of "string"'],
    [withField({ 'no:identifier': 'ssn' }), 'fields[0].no:identifier: must be one of "person"'],
    [
      withField({ constraints: { required: 'yes' } }),
      'fields[0].constraints.required: must be of type boolean',
    ],
    [withField({ constraints: { minLength: -1 } }), 'constraints.minLength: is too short or small'],
    [withSchema({ fieldsMatch: 'some' }), 'schema.fieldsMatch: must be one of "exact"'],
    [withSchema({ fields: [field, field] }), 'fields[1].name: two fields cannot bear the same name'],
    [withSchema({ primaryKey: ['a', 'b'] }), 'schema.primaryKey: the field named here is not among'],
    [{ resources: [{ name: 'r', schema: 'schema.json' }] }, 'resources[0].schema: must be of type object'],
    [{ resources: [{ name: 'r' }, { name: 'r' }] }, 'resources[1].name: two resources'],
    [
      {
        resources: [
          {
            name: 'r',
            schema: { fields: [field] },
            'no:rowConstraints': [{ left: 'a', op: '<', right: 'x' }],
          },
        ],
      },
      'no:rowConstraints[0].right',
    ],
  ])('%j', (json, expected) => {
    expect(fault(json)).toContain(expected);
  });
});

test('takes descriptors of both versions of the standard, and keeps what it does not know', () => {
  const pkg = parseDataPackage({
    profile: 'tabular-data-package',
    resources: [
      {
        profile: 'tabular-data-resource',
        name: 'r',
        path: ['data/r.csv'],
        dialect: { delimiter: ';', csvddfVersion: 1.2, caseSensitiveHeader: true },
        schema: {
          fields: [{ name: 'a', 'x:own': 1 }],
          primaryKey: 'a',
          fieldsMatch: ['subset'],
          missingValues: ['', 'NA'],
        },
      },
    ],
  });
  expect(pkg.resources[0]?.schema?.fieldsMatch).toBe('subset');
  expect(pkg.resources[0]?.schema?.fields[0]).toEqual({ name: 'a', 'x:own': 1 });
});

test('finds the resource of a file by the base name of its path, or by its own name', () => {
  const pkg = parseDataPackage({
    resources: [{ name: 'one', path: 'in/first.csv' }, { name: 'two' }, { name: 'first', path: 'other.csv' }],
  });
  expect(resourceForFile(pkg, 'first.csv')?.name).toBe('one');
  expect(resourceForFile(pkg, 'two.csv')?.name).toBe('two');
  expect(resourceForFile(pkg, 'First.csv')).toBeUndefined();
  expect(resourceForFile(pkg, 'third.csv')).toBeUndefined();
  expect(expectedFiles(pkg)).toEqual(['first.csv', 'two', 'other.csv']);
});
