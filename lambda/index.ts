import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { Aws } from './aws/aws';
import { RetryBudget } from './aws/retry-budget';
import { answerRequest } from './protocols/cloudformation';
import { carryOutStep, RotationStep } from './protocols/secrets-manager';
import { streamEnded } from './protocols/stream-end';
import { STREAM_ENDS, StreamEnd } from '../src/contract/stream-end';

/** The input that the rule on a channel passes to the function. */
interface StreamEndEvent {
  readonly StreamEnd: StreamEnd;
}

/** The events of CloudFormation, of Secrets Manager, and of rules, which invoke an alias of their own. */
type Event = CloudFormationCustomResourceEvent | RotationStep | StreamEndEvent;

/**
 * The milliseconds during which a refusal may be due to a permission that is not in force yet. IVS needs up to a few minutes for a changed
 * policy, and an update that only changes one invokes the handler right after it.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/security-iam-troubleshooting.html
 */
const PERMISSION_DELAY = { deployment: 120_000, otherwise: 30_000 };

/** Routes an event to its protocol. */
export async function handler(event: Event, context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>): Promise<void> {
  const permissionDelay = 'RequestType' in event ? PERMISSION_DELAY.deployment : PERMISSION_DELAY.otherwise;
  const aws = new Aws(new RetryBudget(() => context.getRemainingTimeInMillis(), permissionDelay));
  if (isStreamEnd(event, context)) return streamEnded(event.StreamEnd, aws);
  if ('Step' in event) return carryOutStep(event, aws);
  return answerRequest(event, aws);
}

/** Decided by the invoked alias, not by the payload: anyone who can create a rule controls the payload. */
function isStreamEnd(_event: Event, { invokedFunctionArn }: Pick<Context, 'invokedFunctionArn'>): _event is StreamEndEvent {
  return invokedFunctionArn.endsWith(`:${STREAM_ENDS}`);
}
