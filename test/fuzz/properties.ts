/** Every property that the fuzzer knows. Their cases together are what a run of a million is made of. */
import type { FuzzProperty } from './fuzz-property.ts';
import { bytes } from './properties/bytes.ts';
import { fastPath } from './properties/fast-path.ts';
import { identityNumbers } from './properties/identity-numbers.ts';
import { structure } from './properties/structure.ts';
import { typedValues } from './properties/typed-values.ts';
import { uniqueness } from './properties/uniqueness.ts';

export const properties: readonly FuzzProperty[] = [
  ...fastPath,
  ...structure,
  ...typedValues,
  ...identityNumbers,
  ...bytes,
  ...uniqueness,
];
