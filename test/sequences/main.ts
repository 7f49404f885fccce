import { parseArgs } from 'node:util';
import { runSequences } from './run-sequences';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '100' }, path: { type: 'string' }, replay: { type: 'string' }, minutes: { type: 'string' }, verbose: { type: 'boolean' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

async function main(): Promise<void> {
  console.log(`Random sequences with --seed ${seed}`);
  const count = await runSequences({
    seed,
    runs: Number(values.runs),
    path: values.path,
    replayPath: values.replay,
    within: values.minutes === undefined ? undefined : Number(values.minutes) * 60_000,
    verbose: values.verbose,
  });
  console.log(`${count} sequences ended well.`);
}

main().catch((error) => {
  const { message, cause } = error as Error;
  console.error(message, cause ?? '');
  process.exitCode = 1;
});
