import { AwsError } from '../../../local-aws/core/aws-error';
import type { Disturbance } from '../../../local-aws/faults/disturbances';

const FAULTS: Pick<Disturbance, 'when' | 'effect'>[] = [
  { effect: new AwsError('InternalServerException', 'No.', 500) },
  { effect: new AwsError('ThrottlingException', 'Slow down.', 429) },
  { when: 'after', effect: 'disconnect' },
  { when: 'before', effect: 'crash' },
  { when: 'after', effect: 'crash' },
];

/**
 * Runs something once without a fault, which tells its calls, and then with a fault at each of these calls.
 *
 * `npm run test:faults` has each call meet every fault; otherwise it meets one of them.
 */
export async function runWithFaults(run: (fault?: Disturbance) => Promise<string[]>): Promise<void> {
  // Sorted: some calls are parallel, and each is to meet the same fault in every run.
  const calls = (await run()).sort();
  for (const [index, operation] of calls.entries()) {
    const skip = index - calls.indexOf(operation);
    for (const fault of process.env.EVERY_FAULT ? FAULTS : [FAULTS[index % FAULTS.length]]) {
      try {
        await run({ operation, skip, ...fault });
      } catch (error) {
        throw new Error(`With ${fault.effect} ${fault.when ?? 'before'} call ${skip + 1} of ${operation}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}
