import { Aws } from './aws/aws';
import { Patience } from './aws/patience';
import { answerRequest } from './protocols/cloudformation';
import type { CloudFormationRequest } from './protocols/cloudformation-request';
import { carryOutStep, RotationStep } from './protocols/secrets-manager';
import { streamEnded } from './protocols/stream-end';
import { STREAM_ENDS, StreamEnd } from '../src/contract/stream-end';

/** What a rule on a channel invokes the function with. */
interface StreamEndEvent {
  readonly StreamEnd: StreamEnd;
}

/** What the function is invoked with: by CloudFormation, by Secrets Manager, or by rules, which come by an alias of their own. */
type Event = CloudFormationRequest | RotationStep | StreamEndEvent;

interface Context {
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/**
 * For so many milliseconds a refusal may be a permission that is not in force yet. IVS needs up to a few minutes for a change of a policy,
 * and an update that does no more than change one calls the handler right after it.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/security-iam-troubleshooting.html
 */
const PERMISSION_DELAY = { deployment: 120_000, otherwise: 30_000 };

/** The handler: three protocols over one algorithm. */
export async function handler(event: Event, context: Context): Promise<void> {
  const permissionDelay = 'RequestType' in event ? PERMISSION_DELAY.deployment : PERMISSION_DELAY.otherwise;
  const patience = new Patience(() => context.getRemainingTimeInMillis(), permissionDelay);
  const aws = new Aws(patience);
  if (isStreamEnd(event, context)) return streamEnded(event.StreamEnd, aws, patience);
  if ('Step' in event) return carryOutStep(event, aws, patience);
  return answerRequest(event, aws, patience);
}

/** By how it came, not by what it says: whoever may make a rule may have it say anything. */
function isStreamEnd(_event: Event, { invokedFunctionArn }: Context): _event is StreamEndEvent {
  return invokedFunctionArn.endsWith(`:${STREAM_ENDS}`);
}
