/** Uniqueness against a map of texts: the same rows are repetitions of the same rows, wherever the keys are kept. */
import fc from 'fast-check';
import { Findings } from '../../../src/validators/findings.ts';
import { KeyRoom } from '../../../src/validators/key-room.ts';
import type { SpillStore } from '../../../src/validators/spill-store.ts';
import { UniqueRows } from '../../../src/validators/unique-rows.ts';
import { demandSame, type FuzzProperty, propertyOf } from '../fuzz-property.ts';

/** In memory, in the form in which a store on disk gives blocks back. */
function memoryStore(): SpillStore {
  return {
    createRun() {
      const kept: Uint8Array[] = [];
      return {
        append: (block) => void kept.push(block.slice()),
        blocks: () => kept,
      };
    },
    close() {},
  };
}

/** Wide enough apart that keys beyond the first few hundred go outside what is kept with rows. */
const first = 800;
const keyOf = [
  (at: number) => [`${at}`],
  (at: number) => [`${10_000_000_000 + at * 104_729}`],
  (at: number) => [`9${10_000_000_000 + at * 104_729}123`],
  (at: number) => [`${at}`, `${at % 7}`],
  (at: number) => [`lopenummer-${at * 31}`],
] as const;

const hosts = [
  {},
  { rowsBytes: 0, openSpill: memoryStore },
  { rowsBytes: 0, memoryBytes: 0, openSpill: memoryStore },
] as const;

const encoder = new TextEncoder();

export const uniqueness: FuzzProperty[] = [
  propertyOf(
    {
      name: 'uniqueness',
      claim:
        'keys in memory, in few bytes and outside memory: repetitions and their first rows as a map has them',
      cases: 3000,
      batchRuns: 150,
    },
    fc.record({
      kind: fc.constantFrom(...keyOf),
      host: fc.constantFrom(...hosts),
      later: fc.array(fc.nat(2 * first), { maxLength: 120 }),
      maxSamples: fc.nat(6),
    }),
    ({ kind, host, later, maxSamples }) => {
      const room = new KeyRoom(host);
      const unique = new UniqueRows(new Findings(maxSamples), room, 'unique-error', 'a', null, 1);
      const keys = [...Array.from({ length: first }, (_, at) => at), ...later];
      const rows = new Map<number, number>();
      const expected: string[] = [];
      keys.forEach((key, index) => {
        const row = index + 1;
        unique.key.begin();
        for (const cell of kind(key)) {
          const bytes = encoder.encode(cell);
          unique.key.addBytes(bytes, 0, bytes.length);
        }
        unique.key.end();
        unique.see(row, () => ({ row, line: row, byte: row, shape: null, value: null }));
        const before = rows.get(key);
        if (before === undefined) rows.set(key, row);
        else expected.push(`${row} = ${before}`);
      });
      unique.finish();
      room.close();
      const found = unique.samples().map((sample) => `${sample.row} ${sample.expected}`);
      demandSame(found.join(), expected.slice(0, maxSamples).join(), 'samples');
      const { agreeing, seen } = unique.evidence();
      demandSame(`${seen! - agreeing!}`, `${expected.length}`, 'repetitions');
      return undefined;
    },
  ),
];
