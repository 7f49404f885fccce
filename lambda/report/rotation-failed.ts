import { Attempt, explain } from './explain';
import { measure } from './log';
import { withoutSecrets } from './secret-values';
import { Metric } from '../../src/contract/metrics';
import { RotationReason } from '../../src/contract/rotation-reason';

/** Says in one line of the log why a rotation has failed, counts it, and returns what it said. */
export function rotationFailed(error: unknown, attempt: Attempt, reason: RotationReason): string {
  const why = withoutSecrets(explain(error, attempt));
  const { task, channelArn, secretArn } = attempt;
  measure('rotation failed', channelArn, { [Metric.FAILURES]: 1 }, { reason, task, secretArn, error: (error as Error).name, why });
  return why;
}
