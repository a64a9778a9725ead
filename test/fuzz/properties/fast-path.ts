/** The fused fast path against the generic path, which defines the report: the same bytes of JSON, however the file is cut. */
import fc from 'fast-check';
import {
  type DescribedFile,
  describedFile,
  describedFileOf,
} from '../../unit/validators/any-described-file.ts';
import { byteByByte, cutAt } from '../../unit/validators/check.ts';
import { reportText } from '../engine.ts';
import { demandSame, type FuzzProperty, propertyOf } from '../fuzz-property.ts';

const heads = fc.constantFrom(1, 64, 300, 4096);
const synthetic = fc.constantFrom('accept', 'refuse');

function compared(files: fc.Arbitrary<DescribedFile>, places: fc.Arbitrary<number[]>) {
  return fc.tuple(files, places, heads, synthetic);
}

type Compared = [DescribedFile, number[], number, 'accept' | 'refuse'];

function judge([{ data, resource, codeLists }, places, headBytes, syntheticIds]: Compared): undefined {
  const options = { resource, codeLists, syntheticIds, maxSamples: 3 };
  const generic = reportText(data, { options, internals: { path: 'generic', headBytes } });
  demandSame(reportText(data, { options, internals: { headBytes } }), generic, 'whole');
  const chunks = cutAt(...places)(data);
  demandSame(reportText(data, { options, internals: { headBytes }, chunks }), generic, 'cut');
}

export const fastPath: FuzzProperty[] = [
  propertyOf(
    {
      name: 'fast-cut',
      claim: 'a described file: fast path = generic path, whole and cut at random places',
      cases: 120_000,
      batchRuns: 2000,
    },
    compared(describedFile, fc.array(fc.nat(3000), { maxLength: 4 })),
    judge,
  ),
  propertyOf(
    {
      name: 'fast-long',
      claim: 'a described file of 30 to 120 rows: fast path = generic path, whole and cut',
      cases: 15_000,
      batchRuns: 300,
    },
    compared(describedFileOf({ minLength: 30, maxLength: 120 }), fc.array(fc.nat(8000), { maxLength: 4 })),
    judge,
  ),
  propertyOf(
    {
      name: 'fast-bytes',
      claim: 'a described file byte by byte: fast path = generic path',
      cases: 80_000,
      batchRuns: 2000,
    },
    fc.tuple(describedFile, fc.constantFrom(1, 1, 16, 128)),
    ([{ data, resource, codeLists }, headBytes]) => {
      const options = { resource, codeLists, maxSamples: 2 };
      const generic = reportText(data, { options, internals: { path: 'generic', headBytes } });
      const chunks = byteByByte(data);
      demandSame(reportText(data, { options, internals: { headBytes }, chunks }), generic, 'byte by byte');
      return undefined;
    },
  ),
];
