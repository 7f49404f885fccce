import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** A copy of the secret in another region. */
export interface Replica {
  readonly region: string;
  readonly encryptionKey?: kms.IKeyRef;
}

/**
 * The ARN of a secret's replica, which differs from the secret's in the region only.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export function replicaArn(scope: Construct, secretArn: string, region: string): string {
  const stack = Stack.of(scope);
  const { resourceName, partition, account } = stack.splitArn(secretArn, ArnFormat.COLON_RESOURCE_NAME);
  const place = Token.isUnresolved(secretArn) ? {} : { partition, account };
  return stack.formatArn({ ...place, service: 'secretsmanager', region, resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
