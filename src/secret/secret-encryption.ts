import { CfnResource } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { isCustomerKey, templateProperties } from '../core/customer-key';

/** A KMS key of a secret or of a replica, as a template names it. */
const isCustomers = ({ KmsKeyId }: { KmsKeyId?: unknown }) => isCustomerKey(KmsKeyId, 'alias/aws/secretsmanager');

/**
 * Whether a stream key may be stored with a customer managed KMS key: that of the secret or of a replica.
 *
 * Nothing tells how an imported secret is encrypted, and somebody may change that later, so that the answer is yes: a handler
 * that cannot encrypt would find out after it has deleted the old key.
 */
export function mayUseCustomerKey(secret: secretsmanager.CfnSecret | undefined, streamKey: CfnResource): boolean {
  if (!secret) return true;
  const properties = templateProperties(secret);
  return [properties, ...properties.ReplicaRegions ?? [], ...templateProperties(streamKey).ReplicaRegions ?? []].some(isCustomers);
}
