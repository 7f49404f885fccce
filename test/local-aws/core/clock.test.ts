import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../../local-aws/core/clock';

test('time passes as many times as fast as it is told to, from where it was', async () => {
  const clock = new Clock();
  await clock.advance(3_600_000);
  const before = clock.now();
  const real = Date.now();

  clock.speedUp(100);
  await sleep(50);

  const passed = clock.now() - before;
  expect(passed).toBeGreaterThanOrEqual(100 * 45);
  expect(passed).toBeLessThanOrEqual(100 * (Date.now() - real));
});

test('what is due rings as much earlier', async () => {
  const clock = new Clock();
  clock.speedUp(1000);
  const real = Date.now();

  // A timer that does not keep the process from ending.
  const waiting = new Promise<void>((resolve) => clock.when(clock.now() + 60_000, async () => resolve()));
  await Promise.race([waiting, sleep(5_000)]);

  expect(Date.now() - real).toBeLessThan(5_000);
});
