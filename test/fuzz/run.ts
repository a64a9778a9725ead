/**
 * Fuzzes the check engine on every core: `npm run fuzz` runs a million cases and fails below that.
 *
 * More by hand: `npm run fuzz -- --times 20`. One property: `--property fast-cut`. What failed is repeated with the seed
 * that it printed: `--property fast-cut --seed 123 --path 17:0:2`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { BatchResult, Draw, FuzzProperty } from './fuzz-property.ts';
import { properties } from './properties.ts';

const leastCases = 1_000_000;
/** Of a failure that is printed; the seed stands first, and a repetition shows the whole. */
const limitFailureChars = 6000;

interface Task {
  readonly name: string;
  readonly draw: Draw;
}

interface Tally {
  cases: number;
  /** Of cases under way and done. */
  batches: number;
  ms: number;
  failure: string | null;
}

/** In a child: one batch for each message. */
function serve(): void {
  process.on('message', ({ name, draw }: Task) => {
    const property = properties.find((one) => one.name === name)!;
    const answer = (result: BatchResult) => process.send!(result);
    property.batch(draw).then(answer, (thrown: unknown) => {
      const failure = `seed ${draw.seed}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`;
      answer({ cases: 0, failure });
    });
  });
}

function ask(child: ChildProcess, task: Task): Promise<BatchResult> {
  return new Promise((resolve) => {
    const died = (code: number | null) =>
      resolve({ cases: 0, failure: `seed ${task.draw.seed}: the process ended with ${code}` });
    child.once('exit', died);
    child.once('message', (result: BatchResult) => {
      child.off('exit', died);
      resolve(result);
    });
    child.send(task);
  });
}

async function fuzz(
  wanted: readonly FuzzProperty[],
  seed: number,
  times: number,
): Promise<Map<string, Tally>> {
  const tallies = new Map(
    wanted.map(({ name }) => [name, { cases: 0, batches: 0, ms: 0, failure: null } as Tally]),
  );
  /** The next property that is owed cases; one that has failed is owed none. */
  const next = () => {
    const owed = wanted.filter(({ name, cases }) => {
      const tally = tallies.get(name)!;
      return tally.failure === null && tally.cases < cases * times;
    });
    // In turn, so that the last batches are not all of one kind.
    return owed.sort((a, b) => tallies.get(a.name)!.batches - tallies.get(b.name)!.batches)[0];
  };
  const children = Array.from({ length: availableParallelism() }, () =>
    fork(import.meta.filename, ['--serve']),
  );
  try {
    await Promise.all(
      children.map(async (child) => {
        for (let property = next(); property !== undefined; property = next()) {
          const tally = tallies.get(property.name)!;
          const draw = { seed: (seed + tally.batches) | 0, runs: property.batchRuns };
          tally.batches += 1;
          const started = performance.now();
          const { cases, failure } = await ask(child, { name: property.name, draw });
          tally.ms += performance.now() - started;
          tally.cases += cases;
          if (failure === null) continue;
          tally.failure ??= failure;
          console.error(`\n${property.name}: ${property.claim}\n${failure.slice(0, limitFailureChars)}`);
          if (!child.connected) return;
        }
      }),
    );
  } finally {
    for (const child of children) child.kill();
  }
  return tallies;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      property: { type: 'string' },
      times: { type: 'string', default: '1' },
      seed: { type: 'string' },
      path: { type: 'string' },
    },
  });
  const wanted = properties.filter(({ name }) => values.property === undefined || name === values.property);
  if (wanted.length === 0) {
    console.error(`There is no such property. There are: ${properties.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  if (values.property !== undefined && values.seed !== undefined) {
    const [property] = wanted;
    const { cases, failure } = await property!.batch({ seed, runs: property!.batchRuns, path: values.path });
    console.log(failure ?? `${cases} cases of seed ${seed} hold`);
    return failure === null ? 0 : 1;
  }
  const started = performance.now();
  const tallies = await fuzz(wanted, seed, Number(values.times));
  let total = 0;
  console.log(`\nseed ${seed}`);
  for (const { name, claim } of wanted) {
    const { cases, ms, failure } = tallies.get(name)!;
    total += cases;
    const speed = Math.round(cases / (ms / 1000));
    const state = failure === null ? '' : '  FAILED';
    console.log(
      `${name.padEnd(18)}${String(cases).padStart(10)} cases  ${String(speed).padStart(6)}/s  ${claim}${state}`,
    );
  }
  console.log(
    `total             ${String(total).padStart(10)} cases in ${Math.round((performance.now() - started) / 1000)} s`,
  );
  const failed = [...tallies.values()].some(({ failure }) => failure !== null);
  const least = values.property === undefined ? leastCases * Number(values.times) : 0;
  if (total < least) console.error(`fewer cases than the ${least} that were asked for`);
  return failed || total < least ? 1 : 0;
}

if (process.argv.includes('--serve')) serve();
else {
  const code = await main();
  process.exit(code);
}
