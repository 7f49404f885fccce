import { runSequences } from './run-sequences';

/** The milliseconds after which no sequence begins. */
const TIME = 15_000;
const FRESH = Date.now() % 2 ** 31;

test.each([['fixed', 1], ['fresh', FRESH]])('random sequences end with the key in its secret, and without a rotation, repair or stop that nobody asked for: %s seed %d', async (_, seed) => {
  expect(await runSequences({ seed, runs: 1000, within: TIME })).toBeGreaterThan(0);
});
