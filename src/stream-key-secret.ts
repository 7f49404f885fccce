import { Aws, CfnResource, CustomResource, Lazy, Stack, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ManagedStreamKeyProps } from './managed-stream-key';
import { MAX_DESCRIPTION } from './managed-stream-key-props';
import { KeyTag, SecretTag } from './stream-key-contract';

/**
 * The empty secret that the stream key is put into. An L1, because the L2 never makes an empty one: it has a random password
 * generated, which an encoder could read until the stream key arrives.
 *
 * In its tags it says what is wanted of the key.
 */
export class StreamKeySecret extends secretsmanager.CfnSecret {
  constructor(scope: Construct, id: string, channelArn: string, props: ManagedStreamKeyProps) {
    super(scope, id, {
      name: props.secretName,
      description: props.description ?? `Amazon IVS stream key of ${scope.node.path}`.slice(0, MAX_DESCRIPTION),
      kmsKeyId: props.encryptionKey?.keyArn,
    });
    this.say(KeyTag.STACK, Aws.STACK_ID);
    this.say(SecretTag.CHANNEL, channelArn);
    this.say(KeyTag.SERIAL, Tokenization.stringifyNumber(props.serial ?? 0));
    if (props.whileLive) this.say(SecretTag.WHILE_LIVE, props.whileLive);
    if (props.encryptionKey) this.allowEncryption(props.encryptionKey);
  }

  /** Names the resource that stands for the key. */
  public belongsTo(streamKey: CustomResource): void {
    const resource = streamKey.node.defaultChild as CfnResource;
    this.say(KeyTag.RESOURCE, Lazy.string({ produce: () => resource.logicalId }));
  }

  /** Notes that somebody wants to be told of rotations. */
  public isListenedTo(): void {
    this.say(SecretTag.LISTENED_TO, 'true');
  }

  /** In a tag that no aspect changes. */
  private say(name: KeyTag | SecretTag, value: string): void {
    this.tags.setTag(name, value, Infinity);
  }

  /** What secretsmanager.Secret does: the key's policy lets the account use it, but only through Secrets Manager. */
  private allowEncryption(key: kms.IKey): void {
    const { account, region } = Stack.of(this);
    const principal = new kms.ViaServicePrincipal(`secretsmanager.${region}.amazonaws.com`, new iam.AccountPrincipal(account));
    key.grantEncryptDecrypt(principal);
    key.grant(principal, 'kms:CreateGrant', 'kms:DescribeKey');
  }
}
