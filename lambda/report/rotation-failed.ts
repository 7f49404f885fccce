import { Attempt, explain } from './explain';
import { measure } from './log';
import { Metric } from '../../src/contract/metrics';
import { RotationReason } from '../../src/contract/rotation-reason';
import { redact } from '../aws/redaction';

/** Logs and counts the failure of a rotation, and returns the reason. */
export function rotationFailed(error: unknown, attempt: Attempt, reason: RotationReason): string {
  const why = redact(explain(error, attempt));
  const { task, channelArn, secretArn } = attempt;
  measure('rotation failed', channelArn, { [Metric.FAILURES]: 1 }, { reason, task, secretArn, error: (error as Error).name, why });
  return why;
}
