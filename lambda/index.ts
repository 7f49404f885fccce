import { Aws } from './aws/aws';
import { Patience } from './aws/patience';
import { answerRequest } from './protocols/cloudformation';
import type { CloudFormationRequest } from './protocols/cloudformation-request';
import { carryOutStep, RotationStep } from './protocols/secrets-manager';
import { streamEnded } from './protocols/stream-end';
import type { StreamEnd } from '../src/contract/stream-key-contract';

/** What the function is invoked with: by CloudFormation, by Secrets Manager, or by the rule on the channel. */
type Event = CloudFormationRequest | RotationStep | { readonly StreamEnd: StreamEnd };

/** The handler: three protocols over one algorithm. */
export async function handler(event: Event, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  const patience = new Patience(() => context.getRemainingTimeInMillis());
  const aws = new Aws(patience);
  if ('StreamEnd' in event) return streamEnded(event.StreamEnd, aws, patience);
  if ('Step' in event) return carryOutStep(event, aws, patience);
  return answerRequest(event, aws, patience);
}
