import { Answer, sendAnswer } from './answer';
import { Aws } from './aws';
import { carryOut, physicalResourceId } from './cloudformation';
import { explain } from './explain';
import { log } from './log';
import { Patience } from './patience';
import type { CloudFormationRequest } from './request';
import { withoutSecrets } from './secret-values';

/** The handler of the custom resource. */
export async function handler(request: CloudFormationRequest, context: { getRemainingTimeInMillis(): number }): Promise<void> {
  const patience = new Patience(() => context.getRemainingTimeInMillis());
  const answer = await patience.within(() => carryOut(request, new Aws(patience), patience)).then(
    (attributes): Answer => ({
      Status: 'SUCCESS',
      PhysicalResourceId: request.RequestType === 'Delete' ? request.PhysicalResourceId! : physicalResourceId(request),
      Data: attributes,
    }),
    (error): Answer => ({
      Status: 'FAILED',
      PhysicalResourceId: request.PhysicalResourceId ?? physicalResourceId(request),
      Reason: withoutSecrets(explain(error, request)),
    }),
  );
  const { RequestType, RequestId, LogicalResourceId } = request;
  log('answer', { request: RequestType, requestId: RequestId, resource: LogicalResourceId, ...answer });
  await sendAnswer(request, answer);
}
