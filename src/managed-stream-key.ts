import { Aws, CfnResource, CustomResource, IResource, ITaggableV2, Lazy, RemovalPolicy, Resource, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Channel } from './channel';
import { cfnChannelOf, claimChannel, validateChannel } from './managed-channel';
import {
  findTagFaults, MAX_DESCRIPTION, validateDescription, validateReplicaRegions, validateSecretName, validateSerial,
} from './managed-stream-key-props';
import { CHANNEL_TAG, KeyTag, STREAM_KEY_RESOURCE_TYPE, StreamKeyAttributes, StreamKeyProperties } from './stream-key-contract';
import { StreamKeyProvider } from './stream-key-provider';

/**
 * A channel's stream key, and the secret that holds its value.
 */
export interface IManagedStreamKey extends IResource {
  /**
   * The channel that the stream key opens.
   */
  readonly channel: ivs.IChannelRef;

  /**
   * The secret that holds the stream key. Whatever refers to it is made after the key is in it.
   *
   * Its value is a JSON object with the fields `channelArn`, `streamKeyArn`, `streamKey`, `ingestEndpoint`,
   * `rtmpsServer`, `rtmpsUrl`, `srtUrl` (when the channel has SRT) and `playbackUrl`.
   */
  readonly secret: secretsmanager.ISecret;

  /**
   * The id of the secret's version that the last deployment stored. It changes when a deployment rotates the key.
   *
   * @attribute
   */
  readonly secretVersionId: string;

  /**
   * The ARN of the stream key, such as `arn:aws:ivs:us-west-2:123456789012:stream-key/abcdABCDefgh`.
   * It is not secret. It changes with every rotation.
   *
   * @attribute
   */
  readonly streamKeyArn: string;

  /**
   * Allows a grantee to read the stream key from the secret, and to decrypt it.
   *
   * @param grantee who gets the permission
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;
}

/**
 * Properties of a `ManagedStreamKey`.
 */
export interface ManagedStreamKeyProps {
  /**
   * The channel whose stream key is managed: a `Channel`, an L1, or one of another library, in this account.
   *
   * A stream key that the channel has already is adopted: it keeps its value, and stays when this construct goes,
   * unless it has been rotated in between. IVS allows one stream key per channel, so only one
   * `ManagedStreamKey` can manage a channel.
   *
   * @default - a new `Channel` with default properties
   */
  readonly channel?: ivs.IChannelRef;

  /**
   * A whole number, 0 or more. Count it up to rotate the stream key once, with the next deployment.
   *
   * It only ever rotates upwards: neither a roll-back nor a lower number brings an old key back,
   * because IVS cannot make a key with a given value.
   *
   * @default 0
   */
  readonly serial?: number;

  /**
   * The name of the secret: 1 to 512 letters, digits and `/_+=.@-`. Changing it replaces the secret and rotates nothing.
   *
   * @default - a name that CloudFormation makes
   */
  readonly secretName?: string;

  /**
   * The description of the secret, up to 2048 characters.
   *
   * @default - the construct's path
   */
  readonly description?: string;

  /**
   * The KMS key that the secret is encrypted with.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The regions that the secret is replicated to. The replicas appear once the stream key is in the secret.
   *
   * @default - the secret is not replicated
   */
  readonly replicaRegions?: secretsmanager.ReplicaRegion[];

  /**
   * What happens to the stream key, its secret and the channel that this construct has made
   * when it is taken out of the stack. With `RETAIN` all three stay.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An Amazon IVS channel and its one stream key: created, rotated and deleted with the stack,
 * its value kept in Secrets Manager and nowhere else.
 *
 * @resource Custom::IvsStreamKey
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/create-channel.html
 *
 * @example
 * import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';
 *
 * declare const encoder: ecs.FargateTaskDefinition;
 *
 * const live = new ManagedStreamKey(this, 'Live');
 * live.grantRead(encoder.taskRole);
 */
export class ManagedStreamKey extends Resource implements IManagedStreamKey, ITaggableV2 {
  /** The channel that the stream key opens. */
  public readonly channel: ivs.IChannelRef;

  /** The secret that holds the stream key. Whatever refers to it is made after the key is in it. */
  public readonly secret: secretsmanager.ISecret;

  /** The id of the secret's version that the last deployment stored. */
  public readonly secretVersionId: string;

  /** The ARN of the stream key. */
  public readonly streamKeyArn: string;

  /** The tags of the stream key. */
  public readonly cdkTagManager = new TagManager(TagType.STANDARD, 'AWS::IVS::StreamKey');

  private readonly removables: CfnResource[];
  /** The tags of the stack itself, which CloudFormation puts on everything but custom resources. */
  private readonly stackTags = Stack.of(this).tags.tagValues();

  constructor(scope: Construct, id: string, props: ManagedStreamKeyProps = {}) {
    super(scope, id);
    validateSerial(this, props.serial);
    validateSecretName(this, props.secretName);
    validateDescription(this, props.description);
    validateReplicaRegions(this, props.replicaRegions);

    this.node.addValidation({ validate: () => findTagFaults(this.tags) });

    const channel = props.channel ?? new Channel(this, 'Channel');
    validateChannel(this, channel);
    claimChannel(this, channel);
    this.channel = channel;

    const secret = this.emptySecret(channel, props);
    const provider = StreamKeyProvider.forStackOf(this);
    if (props.encryptionKey) this.allowEncryption(provider, props.encryptionKey);
    if (props.replicaRegions?.some((replica) => replica.encryptionKey)) provider.allowEncryption();

    const properties: { [name in keyof StreamKeyProperties]: unknown } = {
      ChannelArn: channel.channelRef.channelArn,
      SecretArn: secret.ref,
      Serial: props.serial ?? 0,
      Tags: Lazy.any({ produce: () => Object.entries(this.tags).map(([Key, Value]) => ({ Key, Value })) }, { omitEmptyArray: true }),
      ReplicaRegions: props.replicaRegions?.map((replica) => ({
        Region: replica.region,
        KmsKeyId: replica.encryptionKey?.keyArn,
      })),
      InsecureIngest: Lazy.any({ produce: () => cfnChannelOf(channel)?.insecureIngest }),
    };
    const streamKey = new CustomResource(this, 'Resource', {
      resourceType: STREAM_KEY_RESOURCE_TYPE,
      serviceToken: provider.serviceToken,
      serviceTimeout: provider.serviceTimeout,
      properties,
    });
    // The permissions have to be there before the key, and to stay until it has gone.
    streamKey.node.addDependency(provider);

    const attribute = (name: keyof StreamKeyAttributes) => streamKey.getAttString(name);
    this.streamKeyArn = attribute('StreamKeyArn');
    this.secretVersionId = attribute('SecretVersionId');
    this.secret = secretsmanager.Secret.fromSecretAttributes(this, 'StoredSecret', {
      secretCompleteArn: attribute('SecretArn'),
      encryptionKey: props.encryptionKey,
    });

    this.removables = [streamKey.node.defaultChild as CfnResource, secret];
    if (!props.channel) this.removables.push(channel.node.defaultChild as CfnResource);
    this.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
  }

  public grantRead(grantee: iam.IGrantable): iam.Grant {
    const grant = this.secret.grantRead(grantee);
    const key = this.secret.encryptionKey;
    if (!key) return grant;
    // The policy of an imported key cannot be extended: it has to leave the decision to the grantee's.
    return grant.combine(iam.Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
    }));
  }

  /**
   * Sets what happens to the stream key, its secret and the channel that this construct has made
   * when it is taken out of the stack.
   *
   * @param policy what happens to them
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    for (const resource of this.removables) resource.applyRemovalPolicy(policy);
  }

  /**
   * An L1, because the L2 never makes an empty secret: it has a random password generated,
   * which an encoder could read until the stream key arrives.
   */
  private emptySecret(channel: ivs.IChannelRef, props: ManagedStreamKeyProps): secretsmanager.CfnSecret {
    return new secretsmanager.CfnSecret(this, 'Secret', {
      name: props.secretName,
      description: props.description ?? `Amazon IVS stream key of ${this.node.path}`.slice(0, MAX_DESCRIPTION),
      kmsKeyId: props.encryptionKey?.keyArn,
      tags: [{ key: KeyTag.STACK, value: Aws.STACK_ID }, { key: CHANNEL_TAG, value: channel.channelRef.channelArn }],
    });
  }

  /** What secretsmanager.Secret does: the key's policy lets the account use it, but only through Secrets Manager. */
  private allowEncryption(provider: StreamKeyProvider, key: kms.IKey): void {
    provider.allowEncryption();
    const account = new kms.ViaServicePrincipal(`secretsmanager.${Stack.of(this).region}.amazonaws.com`, new iam.AccountPrincipal(Stack.of(this).account));
    key.grantEncryptDecrypt(account);
    key.grant(account, 'kms:CreateGrant', 'kms:DescribeKey');
  }

  private get tags(): Record<string, string> {
    return { ...this.stackTags, ...this.cdkTagManager.tagValues() };
  }
}
