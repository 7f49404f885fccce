import { IResource, Resource, SecretValue } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { addAlarms } from './alarms';
import { privateIngestUrl, takeoverUrl, validateIngestEndpoint, validatePriority } from './ingest-url';
import type { IChannel } from '../channel/channel-interface';
import { metricOfChannel } from '../channel/metric-of-channel';
import { Metric, METRIC_NAMESPACE } from '../contract/metrics';
import { SecretField } from '../contract/secret-field';
import { GRANTEE, METRIC_NAME, ruleOptions } from '../core/argument-kinds';
import { validateRuleScope } from '../core/rule-scope';
import { validateArgument } from '../core/valid-props';
import { number, oneOf, thing } from '../core/value-kinds';

const ENDPOINT = thing('an ec2.InterfaceVpcEndpoint', 'vpcEndpointDnsEntries', 'An imported one has no DNS names here: write the URL with secretValue(SecretField.STREAM_KEY)');

const TOPIC = thing('a topic', 'topicArn', 'Import it with sns.Topic.fromTopicArn');

/** The maximum length of a rule's description. */
const MAX_RULE_DESCRIPTION = 512;

const FIELD = oneOf('SecretField', SecretField);

/**
 * A channel's stream key, and the secret that holds its value.
 */
export interface IManagedStreamKey extends IResource, ivs.IStreamKeyRef {
  /**
   * The channel of the stream key. Its ingest endpoint and playback URL throw an error if it was imported without them,
   * or passed by another library without an L1.
   */
  readonly channel: IChannel;

  /**
   * The secret that holds the stream key. Resources that refer to it are created after the key is in it.
   *
   * Its `addRotationSchedule` throws an error: use that of `ManagedStreamKey`.
   *
   * Its value is a JSON object with the fields of `SecretField`: `channelArn`, `streamKeyArn`, `streamKey`, `ingestEndpoint`,
   * `rtmpsServer`, `rtmpsUrl`, `playbackUrl`; while the channel has SRT `srtServer`, `srtStreamId`, `srtPassphrase` and `srtUrl`;
   * while it allows insecure ingest `rtmpServer` and `rtmpUrl`.
   */
  readonly secret: secretsmanager.ISecret;

  /**
   * The id of the secret's version that the last deployment stored. It changes when a deployment rotates the key,
   * and with the first deployment after another rotation that changes the stream key's properties.
   *
   * For the stack of the stream key and those nested in it. Used in another stack, it throws an error when the app is synthesized:
   * CloudFormation changes no export while another stack imports it, and a weak reference does not update the stack that has it.
   *
   * @attribute
   */
  readonly secretVersionId: string;

  /**
   * The ARN of the stream key after the last deployment, such as
   * `arn:aws:ivs:us-west-2:123456789012:stream-key/abcdABCDefgh`. It is not secret. Every rotation changes it.
   *
   * For the stack of the stream key and those nested in it, as `secretVersionId` is.
   *
   * @attribute
   */
  readonly streamKeyArn: string;

  /**
   * Allows a grantee to read the stream key from the secret, and to decrypt it.
   *
   * A grantee without a policy of its own, or of another account, is added to the policies of the secret and of its KMS key.
   * If these cannot be extended, because secret or key are imported, a warning says so. An error is thrown for a grantee outside
   * the account if the secret has no customer managed KMS key, as `aws/secretsmanager` decrypts for no other account.
   *
   * A grantee whose stack is in one of the `replicaRegions` may read and decrypt the replica as well.
   * This is the same as `grantRead` of the `secret`, which other constructs call.
   *
   * @param grantee the principal to grant to
   */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /**
   * A field of the secret, for properties of other resources: a dynamic reference, so that the value is in no template.
   *
   * CloudFormation resolves it to the version that is current when it creates or updates that resource, and only then:
   * the resource does not see a rotation that comes afterwards until something else about it changes.
   * A program that can read the secret itself at its start should do so instead.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
   * @param field the field
   */
  secretValue(field: SecretField): SecretValue;

  /**
   * A field of the secret, for a container of ECS: its agent reads the current version whenever it starts a task,
   * and the task's execution role is allowed to as soon as a container has it.
   *
   * Running tasks keep the version that they started with. Restart the service with `onRotated`; with `secretVersionId` in the environment
   * of the container, a deployment that rotates also replaces the tasks (in the stack of the stream key and those nested in it).
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
   * @param field the field
   */
  ecsSecret(field: SecretField): ecs.Secret;

  /**
   * The RTMPS URL with the stream key and a priority, for stream takeover: an encoder with a higher priority replaces the one that is on air.
   * A dynamic reference, as `secretValue` is.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/streaming-config.html
   * @param priority the priority: a whole number, 1 to 2147483647
   */
  takeoverUrl(priority: number): SecretValue;

  /**
   * The RTMPS URL with the stream key, for encoders in a VPC, through an interface endpoint of the service `com.amazonaws.<region>.ivs.contribute`.
   * A dynamic reference, as `secretValue` is.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/security-infrastructure.html
   * @param endpoint the endpoint; an error is thrown for one of another service, and for an imported one, whose DNS names are not known
   */
  privateIngestUrl(endpoint: ec2.InterfaceVpcEndpoint): SecretValue;

  /**
   * Sends an event to a target whenever another value becomes the current one in the secret, for example to restart an encoder:
   * after each rotation, when the key is stored for the first time, and when a value was put right or changed by hand.
   *
   * It is the event of AWS Secrets Manager with source `aws.secretsmanager` and detail type `Secret Label Updated`, which needs no trail.
   * Its `resources` have the ARN of the secret; its detail has `name`, `labelUpdated` (`AWSCURRENT`) and `versionId`, never a value.
   * It does not have the reason: that is in the handler's log. An `eventPattern` narrows the match; source, detail type, resources and label are set already.
   *
   * The event is sent in the region of the secret. AWS does not document whether it is sent for replicas.
   *
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  onRotated(id: string, options?: events.OnEventOptions): events.Rule;

  /**
   * A metric that the handler writes into its log, in the namespace `ManagedStreamKey` with the dimension `Channel`.
   *
   * @param metricName the name of the metric, such as `Rotations`
   * @param props metric options that override the defaults
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of rotations: a new key is stored in place of an older one. Sum, count.
   *
   * @param props metric options that override the defaults
   */
  metricRotations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of rotations that failed or could not be finished. The handler's log says why, in one line each with
   * `"message":"rotation failed"` or `"message":"rotation not finished"`. Sum, count.
   *
   * @param props metric options that override the defaults
   */
  metricRotationFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The time during which a rotation left a dead key in the secret: from the old key deleted to the new one stored. Maximum, milliseconds.
   *
   * @param props metric options that override the defaults
   */
  metricRotationGap(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of rotations that were deferred to the end of a broadcast. Sum, count.
   *
   * @param props metric options that override the defaults
   */
  metricRotationsDeferred(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of times that the look after the keys put the stream key or its secret right. The handler's log says what was wrong,
   * in one line each with `"message":"repaired"`. Sum, count.
   *
   * @param props metric options that override the defaults
   */
  metricRepairs(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of looks that found something wrong that only a person can put right. The handler's log says what, once a day,
   * in a line with `"message":"repair needed"`. Sum, count.
   *
   * @param props metric options that override the defaults
   */
  metricRepairsNeeded(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Adds the alarms that a team needs, and no more: a rotation has failed; something is wrong that only a person can put right; and, once
   * for each provider, events could not be handled. They notify the topic, each at the first occurrence. The second one stays in alarm until
   * two hours have passed without it, so that the topic is not notified again with each look.
   *
   * If the topic has a KMS key, the key's policy must allow `cloudwatch.amazonaws.com` to use it. An error is thrown for a second call,
   * and if stack and metrics are in different regions: CloudWatch has alarms only where the metrics are.
   *
   * @param topic the topic to notify, in the region of the stack; add other actions to the alarms with `addAlarmAction`
   */
  addAlarms(topic: sns.ITopic): cloudwatch.Alarm[];
}

/**
 * The methods of every stream key. jsii copies their descriptions from the interface, but not those of their parameters.
 *
 * @internal
 */
export abstract class ManagedStreamKeyBase extends Resource implements IManagedStreamKey {
  public abstract readonly channel: IChannel;
  public abstract readonly secret: secretsmanager.ISecret;
  public abstract readonly secretVersionId: string;
  public abstract readonly streamKeyArn: string;

  /** A reference to the stream key that the last deployment found or made. */
  public get streamKeyRef(): ivs.StreamKeyReference {
    return { streamKeyArn: this.streamKeyArn };
  }

  /** @param grantee the principal to grant to */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    validateArgument(this, 'grantee', grantee, GRANTEE);
    return this.secret.grantRead(grantee);
  }

  /** @param field the field */
  public secretValue(field: SecretField): SecretValue {
    validateArgument(this, 'field', field, FIELD);
    return this.secret.secretValueFromJson(field);
  }

  /** @param field the field */
  public ecsSecret(field: SecretField): ecs.Secret {
    validateArgument(this, 'field', field, FIELD);
    return ecs.Secret.fromSecretsManager(this.secret, field);
  }

  /** @param priority the priority: a whole number, 1 to 2147483647 */
  public takeoverUrl(priority: number): SecretValue {
    validateArgument(this, 'priority', priority, number('Use a number without quotes'));
    validatePriority(this, priority);
    return takeoverUrl(this.secretValue(SecretField.RTMPS_URL), priority);
  }

  /** @param endpoint the endpoint; an error is thrown for one of another service, and for an imported one, whose DNS names are not known */
  public privateIngestUrl(endpoint: ec2.InterfaceVpcEndpoint): SecretValue {
    validateArgument(this, 'endpoint', endpoint, ENDPOINT);
    validateIngestEndpoint(this, endpoint);
    return privateIngestUrl(this.secretValue(SecretField.STREAM_KEY), endpoint);
  }

  /**
   * @param id the id of the rule
   * @param options the rule's target, name and pattern
   */
  public onRotated(id: string, options: events.OnEventOptions = {}): events.Rule {
    validateArgument(this, 'options', options, ruleOptions('source', 'resources', 'detailType', 'detail.labelUpdated'));
    const scope = options.crossStackScope ?? this;
    validateRuleScope(this, scope, { of: 'secret', by: 'Secrets Manager' });
    const rule = new events.Rule(scope, id, {
      ruleName: options.ruleName,
      description: options.description ?? `The IVS stream key of ${this.node.path} was rotated`.slice(0, MAX_RULE_DESCRIPTION),
    });
    rule.addEventPattern(options.eventPattern);
    rule.addEventPattern({
      source: ['aws.secretsmanager'],
      detailType: ['Secret Label Updated'],
      resources: [this.secret.secretArn],
      detail: { labelUpdated: ['AWSCURRENT'] },
    });
    rule.addTarget(options.target);
    return rule;
  }

  /**
   * @param metricName the name of the metric, such as `Rotations`
   * @param props metric options that override the defaults
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    validateArgument(this, 'metricName', metricName, METRIC_NAME);
    return metricOfChannel(this, { namespace: METRIC_NAMESPACE, metricName, channelArn: this.channel.channelRef.channelArn }, props);
  }

  /** @param props metric options that override the defaults */
  public metricRotations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.ROTATIONS, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  /** @param props metric options that override the defaults */
  public metricRotationFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.FAILURES, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  /** @param props metric options that override the defaults */
  public metricRotationGap(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.GAP, { statistic: cloudwatch.Stats.MAXIMUM, unit: cloudwatch.Unit.MILLISECONDS, ...props });
  }

  /** @param props metric options that override the defaults */
  public metricRotationsDeferred(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.DEFERRED, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  /** @param props metric options that override the defaults */
  public metricRepairs(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.REPAIRS, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  /** @param props metric options that override the defaults */
  public metricRepairsNeeded(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.REPAIRS_NEEDED, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  /** @param topic the topic to notify, in the region of the stack; add other actions to the alarms with `addAlarmAction` */
  public addAlarms(topic: sns.ITopic): cloudwatch.Alarm[] {
    validateArgument(this, 'topic', topic, TOPIC);
    return addAlarms(this, topic);
  }
}
