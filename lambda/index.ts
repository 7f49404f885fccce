import type { CloudFormationCustomResourceEvent, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Aws } from './aws/aws';
import { RetryBudget } from './aws/retry-budget';
import { answerRequest } from './protocols/cloudformation';
import { receiveMessages } from './protocols/messages';
import { carryOutStep, RotationStep } from './protocols/secrets-manager';

/** The events of CloudFormation, of Secrets Manager, and of rules, which come through a queue. */
type Event = CloudFormationCustomResourceEvent | RotationStep | SQSEvent;

/**
 * The milliseconds during which a refusal may be due to a permission that is not in force yet. IVS needs up to a few minutes for a changed
 * policy, and an update that only changes one invokes the handler right after it.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/security-iam-troubleshooting.html
 */
const PERMISSION_DELAY = { deployment: 120_000, otherwise: 30_000 };

/** Routes an event to its protocol. */
export async function handler(event: Event, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<SQSBatchResponse | void> {
  const permissionDelay = 'RequestType' in event ? PERMISSION_DELAY.deployment : PERMISSION_DELAY.otherwise;
  const newAws = () => new Aws(new RetryBudget(() => context.getRemainingTimeInMillis(), permissionDelay));
  if ('Records' in event) return receiveMessages(event, newAws);
  if ('Step' in event) return carryOutStep(event, newAws());
  return answerRequest(event, newAws());
}
