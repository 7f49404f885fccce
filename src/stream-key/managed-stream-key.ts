import { CfnDeletionPolicy, CfnResource, CustomResource, Duration, ITaggableV2, Lazy, RemovalPolicy, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, Dependable, IConstruct } from 'constructs';
import { alarm } from './alarms';
import { ImportedStreamKey } from './imported-stream-key';
import { KeyOwners } from './key-owners';
import { asChannel, cfnChannelOf, claimChannel, validateChannel, validateStreamEvents } from './managed-channel';
import type { ManagedStreamKeyAttributes } from './managed-stream-key-attributes';
import { IManagedStreamKey, ManagedStreamKeyBase } from './managed-stream-key-base';
import { ManagedStreamKeyProps } from './managed-stream-key-props';
import { MANAGED_STREAM_KEY_PROPS, ROTATION_SCHEDULE_OPTIONS } from './managed-stream-key-shape';
import { prepareAdoption } from './prepare-adoption';
import { reconnectWindowOf } from './reconnect-window';
import { rotatingAttribute } from './rotating-attribute';
import { RotationGrants } from './rotation-grants';
import { tagsOfStack } from './stack-tags';
import { StreamKeyRotationSchedule } from './stream-key-rotation-schedule';
import { validateProvider, validateSerial, validateWhileLive } from './stream-key-rules';
import { findTagFaults } from './tag-rules';
import { Channel } from '../channel/channel';
import type { IChannel } from '../channel/channel-interface';
import { CHANNEL } from '../channel/channel-reference';
import { METADATA, STREAM_KEY_RESOURCE_TYPE, StreamKeyAttributes, StreamKeyMetadata, StreamKeyProperties } from '../contract/resource';
import { SERVICE_TIMEOUT } from '../contract/timeouts';
import { AppResources } from '../core/app-resources';
import { GRANTEE } from '../core/argument-kinds';
import { propError } from '../core/prop-error';
import { referenceFrom } from '../core/reference';
import { validateArgument, validProps } from '../core/valid-props';
import { oneOf, struct } from '../core/value-kinds';
import { StreamKeyProvider } from '../provider/stream-key-provider';
import type { StreamKeyRotationScheduleOptions } from '../rotation/stream-key-rotation-schedule-options';
import { findSecretConflicts } from '../secret/secret-conflicts';
import { mayUseCustomerKey } from '../secret/secret-encryption';
import { validateDescription, validateReplicaRegions, validateSecretName } from '../secret/secret-rules';
import { StreamKeySecret } from '../secret/stream-key-secret';
import { claimSecret, validateUserSuppliedSecret } from '../secret/user-supplied-secret';

/**
 * An Amazon IVS channel and its one stream key, which is created, rotated and deleted with the stack,
 * and kept in Secrets Manager and nowhere else.
 *
 * @resource AWS::CloudFormation::CustomResource
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
@propertyInjectable
export class ManagedStreamKey extends ManagedStreamKeyBase implements ITaggableV2 {
  /** The id under which `PropertyInjectors` find this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.ManagedStreamKey';

  /**
   * Imports a stream key of another app, region or account, to grant encoders of this stack read access and to use its metrics.
   * The stream key itself does not change.
   *
   * If it is in another account, the policies of the secret and of its KMS key must allow the access as well.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param attrs the attributes; an error is thrown for an invalid or incomplete ARN
   */
  public static fromManagedStreamKeyAttributes(scope: Construct, id: string, attrs: ManagedStreamKeyAttributes): IManagedStreamKey {
    return new ImportedStreamKey(scope, id, attrs);
  }

  /**
   * Prepares a stream key that CloudFormation created (`AWS::IVS::StreamKey`) for a `ManagedStreamKey` that replaces it with the same value.
   * This takes two deployments:
   *
   * 1. Deploy with this call, and without a `ManagedStreamKey` for the channel. The resource gets the removal policy `RETAIN`
   *    and the tag `managed-stream-key:adopt`; the key does not change.
   * 2. Remove resource and call, add a `ManagedStreamKey` for the channel under another id, and deploy again. It adopts the key.
   *
   * A single deployment would leave the channel without a key: CloudFormation deletes removed resources after everything else
   * has succeeded, the adoption included. Therefore a `ManagedStreamKey` refuses a key that CloudFormation created, unless it has this tag.
   *
   * @param streamKey an L1, or a construct that has one as its default child, such as the `StreamKey` of aws-ivs-alpha; an error is thrown for anything else
   *
   * @example
   * import * as ivs from 'aws-cdk-lib/aws-ivs';
   * import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';
   *
   * declare const channel: ivs.CfnChannel;
   *
   * const streamKey = new ivs.CfnStreamKey(this, 'StreamKey', { channelArn: channel.attrArn });
   * ManagedStreamKey.prepareAdoption(streamKey);
   *
   * // With the second deployment, instead of the two: new ManagedStreamKey(this, 'Live', { channel });
   */
  public static prepareAdoption(streamKey: IConstruct): void {
    prepareAdoption(streamKey);
  }

  /** The channel that the stream key opens. */
  public readonly channel: IChannel;

  /** The secret that holds the stream key. Resources that refer to it are created after the key is in it. */
  public readonly secret: secretsmanager.ISecret;

  /** The id of the secret's version that the last deployment stored. */
  public readonly secretVersionId: string;

  /** The ARN of the stream key. */
  public readonly streamKeyArn: string;

  /** The function that creates, rotates and deletes the stream key. */
  public readonly provider: StreamKeyProvider;

  /**
   * The tags of the stream key: those of the construct and of its stack in the app. Tags of the CLI (`cdk deploy --tags`,
   * `tags` in cdk.json) reach the channel and the secret only, as CloudFormation does not pass them to custom resources.
   */
  public readonly cdkTagManager = new TagManager(TagType.STANDARD, 'AWS::IVS::StreamKey');

  private readonly keySecret: StreamKeySecret;
  private readonly streamKey: CfnResource;
  private readonly removables: CfnResource[];
  private schedule?: StreamKeyRotationSchedule;
  private readonly rotationGrants = new RotationGrants(this);
  private readonly stackTags = tagsOfStack(Stack.of(this));

  constructor(scope: Construct, id: string, props: ManagedStreamKeyProps = {}) {
    props = validProps(scope, id, props, MANAGED_STREAM_KEY_PROPS);
    super(scope, id);
    validateSerial(this, props.serial);
    validateSecretName(this, props.secretName);
    validateDescription(this, props.description);
    validateReplicaRegions(this, props.replicaRegions);
    validateWhileLive(this, props.whileLive);
    validateProvider(this, props.provider);
    validateUserSuppliedSecret(this, props);

    const resources = AppResources.seenFrom(this);
    this.node.addValidation({
      validate: () => [
        ...findTagFaults(Object.keys(this.tags), this.keySecret.tagNames),
        ...findSecretConflicts(resources, this.keySecret, this.schedule?.node.defaultChild),
        ...this.rotationGrants.findFaults(this.schedule !== undefined),
        ...owners.findFaults(this),
      ],
    });

    const channel = props.channel ? referenceFrom(props.channel, CHANNEL) : new Channel(this, 'Channel');
    validateChannel(this, channel);
    claimChannel(this, channel);
    const owners = KeyOwners.inAppOf(this);
    owners.add(this, channel, { isItsOwn: !props.channel });
    this.channel = asChannel(this, channel);

    const provider = props.provider ?? StreamKeyProvider._sharedBy(Stack.of(this));
    this.provider = provider;
    const { channelArn } = channel.channelRef;
    const reconnectWindow = reconnectWindowOf(this, props);
    const secret = new StreamKeySecret(this, channelArn, props, { rotatesAfterStream: props.rotateAfterStream, reconnectWindow });
    this.keySecret = secret;
    if (secret.isTaggedByHandler) provider._allowUserSuppliedSecrets();

    const properties: { [name in keyof StreamKeyProperties]: unknown } = {
      ChannelArn: channelArn,
      SecretArn: secret.secretArn,
      Serial: props.serial ?? 0,
      Tags: Lazy.any({ produce: () => Object.entries(this.tags).map(([Key, Value]) => ({ Key, Value })) }, { omitEmptyArray: true }),
      Retained: Lazy.any({ produce: () => this.streamKey.cfnOptions.deletionPolicy === CfnDeletionPolicy.RETAIN || undefined }),
      InsecureIngest: Lazy.any({ produce: () => cfnChannelOf(channel)?.insecureIngest }),
      WhileLive: props.whileLive,
      RotateAfterStream: props.rotateAfterStream || undefined,
      ReconnectWindow: reconnectWindow,
      ManagesChannel: props.channel ? undefined : 'true',
      ...secret.properties,
    };
    const streamKey = new CustomResource(this, 'Resource', {
      resourceType: STREAM_KEY_RESOURCE_TYPE,
      serviceToken: provider.handler.functionArn,
      serviceTimeout: Duration.seconds(SERVICE_TIMEOUT),
      properties,
    });
    const metadata: { [name in keyof StreamKeyMetadata]: unknown } = {
      ...properties, UserSuppliedSecret: props.secret && true, Handler: provider.handler.functionName,
    };
    (streamKey.node.defaultChild as CfnResource).addMetadata(METADATA, metadata);
    provider._distinguish(streamKey.node.defaultChild as CfnResource);
    // The permissions have to be there before the key, and to stay until it has gone.
    streamKey.node.addDependency(provider);

    const attribute = (name: keyof StreamKeyAttributes) => streamKey.getAtt(name);
    this.streamKeyArn = rotatingAttribute(this, 'streamKeyArn', attribute('StreamKeyArn'));
    this.secretVersionId = rotatingAttribute(this, 'secretVersionId', attribute('SecretVersionId'));
    this.secret = secret.handOut(streamKey);
    claimSecret(this, [secret.secretArn, this.secret.secretArn], props.secret);

    this.streamKey = streamKey.node.defaultChild as CfnResource;
    provider._allowEncryption(() => mayUseCustomerKey(secret.resource, this.streamKey));
    this.removables = [this.streamKey];
    if (secret.made) this.removables.push(secret.made);
    if (!props.channel) this.removables.push(channel.node.defaultChild as CfnResource);
    // CustomResource sets a policy of its own, which would keep MissingRemovalPolicies away from the key, but not from its channel and secret.
    Object.assign(this.streamKey.cfnOptions, { deletionPolicy: undefined, updateReplacePolicy: undefined });
    if (props.removalPolicy) this.applyRemovalPolicy(props.removalPolicy);
    // Without the rules, schedules and policies below: a function that waits for the key may be the target of one.
    Dependable.implement(this, { dependencyRoots: this.removables });

    if (props.rotationSchedule) this.addRotationSchedule('RotationSchedule', props.rotationSchedule);
    if (reconnectWindow !== undefined) {
      validateStreamEvents(this, channel, props.rotateAfterStream ? 'rotateAfterStream' : 'whileLive');
      provider._followBroadcasts();
    }
  }

  /**
   * Returns the ARN of the secret's replica in one of the `replicaRegions`, for an encoder in that region. `grantRead` includes the replica
   * for a grantee whose stack is in that region.
   *
   * In a stack of that region, the ARN lacks the six characters at its end, and requires a `secretName`.
   *
   * @param region the region of the replica; an error is thrown for one that is not among `replicaRegions`
   */
  public replicaSecretArn(region: string): string {
    return this.keySecret.replicaArn(this.secret, region);
  }

  /**
   * Lets Secrets Manager rotate the stream key, on a schedule or with `rotate-secret`. Adding a schedule does not rotate.
   *
   * @param id the id of the schedule
   * @param options the times of rotation
   */
  public addRotationSchedule(id: string, options: StreamKeyRotationScheduleOptions = {}): StreamKeyRotationSchedule {
    validateArgument(this, 'options', options, struct(ROTATION_SCHEDULE_OPTIONS, '{ automaticallyAfter: Duration.days(30) }'));
    return new StreamKeyRotationSchedule(this, id, { ...options, streamKey: this });
  }

  /**
   * Takes the rotation schedule, and returns the secret and the function that it rotates with.
   *
   * @internal
   */
  public _rotatedBy(schedule: StreamKeyRotationSchedule): Pick<secretsmanager.CfnRotationScheduleProps, 'secretId' | 'rotationLambdaArn'> {
    if (this.schedule) {
      throw propError(this, {
        prop: 'rotationSchedule',
        rule: 'must be the only one, as Secrets Manager has one schedule for each secret',
        got: `${schedule.node.id} besides ${this.schedule.node.id}`,
        advice: 'Use one schedule; a cron expression can name several times',
      });
    }
    this.schedule = schedule;
    // Once the key is in the secret. The schedule refers to the secret itself, not through the key: cdk-nag looks for it there.
    schedule.node.addDependency(this.streamKey, this.provider._allowRotation());
    return { secretId: this.keySecret.secretArn, rotationLambdaArn: this.provider.handler.functionArn };
  }

  /**
   * Allows a grantee to rotate the stream key at once, with `aws secretsmanager rotate-secret`. The key has to have a rotation schedule.
   *
   * The grantee may start a rotation, but change neither schedule nor function. Roles, users and groups of the account can have the permission.
   * A grantee known to be of another account, or without a policy of its own, gets nothing, and a warning says so.
   *
   * RotateSecret requires `lambda:InvokeFunction` on the handler as well. The grantee gets it for calls that AWS services make on its
   * behalf, because a caller that invokes the handler directly can have it do anything that CloudFormation can. AWS does not document that
   * Secrets Manager makes the check as such a call. If `rotate-secret` is refused for `lambda:InvokeFunction`, decide whether
   * `provider.handler.grantInvoke(grantee)` is acceptable.
   *
   * @param grantee the principal to grant to
   */
  public grantRotate(grantee: iam.IGrantable): iam.Grant {
    validateArgument(this, 'grantee', grantee, GRANTEE);
    return this.rotationGrants.grant(grantee, { secretArn: this.secret.secretArn, functionArn: this.provider.handler.functionArn });
  }

  /** @param topic the topic to notify */
  public addAlarms(topic: sns.ITopic): cloudwatch.Alarm[] {
    const alarms = super.addAlarms(topic);
    const undelivered = this.provider._watchEvents((scope, id, metric) => alarm(scope, id, metric, topic,
      `The handler of the stream keys in ${Stack.of(this).node.path} failed to handle events: looks at the keys, or ends of broadcasts. They are in the queue of dead letters.`));
    return [...alarms, ...undelivered];
  }

  /**
   * Sets the removal policy of the stream key, and of the secret and the channel if this construct creates them.
   *
   * @param policy the removal policy
   */
  public applyRemovalPolicy(policy: RemovalPolicy): void {
    validateArgument(this, 'policy', policy, oneOf('RemovalPolicy', RemovalPolicy));
    for (const resource of this.removables) resource.applyRemovalPolicy(policy);
  }

  private get tags(): Record<string, string> {
    return { ...this.stackTags, ...this.cdkTagManager.tagValues() };
  }
}
