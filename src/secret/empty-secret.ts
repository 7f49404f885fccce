import { AspectPriority, Aspects, CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ManagedStreamKeyProps } from '../stream-key/managed-stream-key-props';
import { MAX_DESCRIPTION } from '../stream-key/stream-key-rules';

/**
 * The empty secret that a stream key is put into. An L1, because the L2 never makes an empty one: it has a random password
 * generated, which an encoder could read until the stream key arrives.
 */
export class EmptySecret extends secretsmanager.CfnSecret {
  constructor(scope: Construct, id: string, props: ManagedStreamKeyProps) {
    super(scope, id, {
      name: props.secretName,
      description: props.description ?? `Amazon IVS stream key of ${scope.node.path}`.slice(0, MAX_DESCRIPTION),
      kmsKeyId: props.encryptionKey?.keyArn,
    });
    if (props.encryptionKey) this.allowEncryption(props.encryptionKey);
    // The CDK demands a removal policy of secrets. After the aspects that mutate, so that MissingRemovalPolicies find none.
    Aspects.of(this).add({ visit: () => this.completePolicies() }, { priority: AspectPriority.READONLY });
  }

  private completePolicies(): void {
    this.cfnOptions.deletionPolicy ??= CfnDeletionPolicy.DELETE;
    this.cfnOptions.updateReplacePolicy ??= CfnDeletionPolicy.DELETE;
  }

  /** What secretsmanager.Secret does: the key's policy lets the account use it, but only through Secrets Manager. */
  private allowEncryption(key: kms.IKey): void {
    const { account, region } = Stack.of(this);
    const principal = new kms.ViaServicePrincipal(`secretsmanager.${region}.amazonaws.com`, new iam.AccountPrincipal(account));
    key.grantEncryptDecrypt(principal);
    key.grant(principal, 'kms:CreateGrant', 'kms:DescribeKey');
  }
}
