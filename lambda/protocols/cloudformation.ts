import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { Answer, sendAnswer } from './cloudformation-answer';
import { isOver } from './request-time';
import type { ResourceHandler } from './resource-handler';
import { streamKeyResource } from './stream-key-resource';
import { STREAM_KEY_RESOURCE_TYPE } from '../../src/contract/resource';
import type { Aws } from '../aws/aws';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';

const RESOURCE_TYPES: Record<string, ResourceHandler<any>> = { [STREAM_KEY_RESOURCE_TYPE]: streamKeyResource };

/** Carries out a request of CloudFormation, and answers it. */
export async function answerRequest(request: CloudFormationCustomResourceEvent, aws: Aws): Promise<void> {
  const { RequestType, RequestId, LogicalResourceId, ResourceType } = request;
  const about = { request: RequestType, requestId: RequestId, resource: LogicalResourceId };
  if (isOver(request)) return log('request over', about);
  const resource = RESOURCE_TYPES[ResourceType];
  const presentId = 'PhysicalResourceId' in request ? request.PhysicalResourceId : undefined;
  const answer = await aws.budget.within(() => carryOut(request, resource, aws)).then(
    // Without a reason, which nothing shows: what a person should know after a success is in the log and in metrics.
    (Data): Answer => ({ Status: 'SUCCESS', PhysicalResourceId: RequestType === 'Delete' ? presentId! : resource.physicalId(request), Data }),
    (error): Answer => ({
      Status: 'FAILED',
      PhysicalResourceId: presentId ?? resource?.physicalId(request) ?? LogicalResourceId,
      Reason: resource ? resource.explain(error, request) : (error as Error).message,
    }),
  );
  log('answer', { ...about, ...answer });
  await sendAnswer(request, answer);
}

async function carryOut(
  request: CloudFormationCustomResourceEvent, resource: ResourceHandler<any> | undefined, aws: Aws,
): Promise<object | undefined> {
  const { RequestType, ResourceType } = request;
  if (!resource) throw new Refusal(`ResourceType must be ${Object.keys(RESOURCE_TYPES).join(' or ')}, got: ${ResourceType}.`);
  switch (RequestType) {
    case 'Create':
    case 'Update':
      return resource.keep(request, aws);
    case 'Delete':
      await resource.remove(request, aws);
      return undefined;
    default:
      throw new Refusal(`RequestType must be Create, Update or Delete, got: ${RequestType}.`);
  }
}
