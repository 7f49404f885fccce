import { CfnResource } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { isCustomerKey, templateProperties } from '../core/customer-key';

/** Whether a queue is known to be encrypted with a customer managed key: by the template, or by how it was imported. */
export function isEncryptedQueue({ node: { defaultChild }, encryptionMasterKey }: sqs.IQueue): boolean {
  if (!defaultChild || !CfnResource.isCfnResource(defaultChild)) return encryptionMasterKey !== undefined;
  return isCustomerKey(templateProperties(defaultChild).KmsMasterKeyId, 'alias/aws/sqs');
}
