import { METADATA, StreamKeyMetadata } from '../../src/contract/resource';
import type { Aws } from '../aws/aws';

/**
 * A stream key of the handler's stack, as the last deployment wants it. Undefined if the stack has no such resource,
 * or another handler manages it.
 */
export async function findOwnKey(aws: Aws, resource: string): Promise<StreamKeyMetadata | undefined> {
  const { physicalId, metadata } = await aws.stack.findResource(resource) ?? {};
  const own: StreamKeyMetadata | undefined = metadata?.[METADATA];
  const isOurs = own !== undefined && own.Handler === process.env.AWS_LAMBDA_FUNCTION_NAME && own.ChannelArn === physicalId;
  return isOurs ? own : undefined;
}
