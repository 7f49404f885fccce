import { IResource, Resource, SecretValue } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { IChannel } from '../channel/channel-interface';
import { metricOfChannel } from '../channel/metric-of-channel';
import { Metric, METRIC_NAMESPACE } from '../contract/metrics';
import { SecretField } from '../contract/secret-field';
import { GRANTEE, METRIC_NAME } from '../core/argument-kinds';
import { validateArgument } from '../core/valid-props';
import { oneOf } from '../core/value-kinds';

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
}
