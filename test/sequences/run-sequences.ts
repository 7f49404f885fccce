import * as fc from 'fast-check';
import { Action, ACTIONS, FIRST } from './actions';
import { faultsIn, settle } from './invariants';
import { World } from './world';

export interface SequenceOptions {
  readonly seed: number;
  /** The number of sequences. */
  readonly runs: number;
  /** The `path` and the `replayPath` that a failure has printed: with both, only the shrunk sequence is run. */
  readonly path?: string;
  readonly replayPath?: string;
  /** No sequence begins after so many milliseconds. @default - all are run */
  readonly within?: number;
  /** Whether to print the actions and the log of each sequence that ends badly. */
  readonly verbose?: boolean;
}

const MOST_ACTIONS = 14;
/** The milliseconds that are spent on a shorter sequence which ends badly, too. */
const SHRINKING = 120_000;

/** Runs random sequences, and returns how many. If one ends badly, throws its seed and the shortest that does, too. */
export async function runSequences({ seed, runs, path, replayPath, within = Infinity, verbose = false }: SequenceOptions): Promise<number> {
  let end = Date.now() + within;
  let hasFailed = false;
  let count = 0;
  const sequences = fc.commands(ACTIONS, { maxCommands: MOST_ACTIONS, size: 'max', replayPath });
  const property = fc.asyncProperty(FIRST, sequences, async (first, actions) => {
    if (Date.now() > end) return;
    count++;
    try {
      await runSequence(first, actions as Iterable<Action>, verbose);
    } catch (error) {
      if (!hasFailed) end = Date.now() + SHRINKING;
      hasFailed = true;
      throw error;
    }
  });
  const details = await fc.check(property, { seed, path, numRuns: runs });
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  return count;
}

/** Runs one sequence in a local AWS of its own, and throws what is wrong afterwards. */
async function runSequence(first: Action, actions: Iterable<Action>, verbose: boolean): Promise<void> {
  const world = await World.start();
  try {
    await first.run(world);
    await fc.asyncModelRun(() => ({ model: world, real: world }), actions);
    const faults = [...await settle(world), ...faultsIn(world)].join('\n');
    if (!faults) return;
    if (verbose) console.log([first, ...actions].filter(({ wasRun }) => wasRun).join('\n'), world.aws.logs.text(), faults, '');
    throw new Error(faults);
  } finally {
    await world.stop();
  }
}
