import { Arn, ArnFormat, IResource, Resource, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Metric, METRIC_NAMESPACE } from './stream-key-contract';

/**
 * A channel's stream key, and the secret that holds its value.
 */
export interface IManagedStreamKey extends IResource, ivs.IStreamKeyRef {
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
   * The id of the secret's version that the last deployment stored. It changes when a deployment rotates the key,
   * and with the first deployment after another rotation that changes the stream key's properties.
   *
   * @attribute
   */
  readonly secretVersionId: string;

  /**
   * The ARN of the stream key that the last deployment found or made, such as
   * `arn:aws:ivs:us-west-2:123456789012:stream-key/abcdABCDefgh`. It is not secret. Every rotation makes another one.
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

  /**
   * A metric that the handler writes into its log, in the namespace `ManagedStreamKey` with the dimension `Channel`.
   *
   * @param metricName the name of the metric, such as `Rotations`
   * @param props what to change of it
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How often another key came into the secret in place of an older one. Sum, count.
   *
   * @param props what to change of it
   */
  metricRotations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How often a rotation has failed or could not be finished. The handler's log says why, in one line each with
   * `"message":"rotation failed"` or `"message":"rotation not finished"`. Sum, count.
   *
   * @param props what to change of it
   */
  metricRotationFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * For how long a rotation left the secret with a key that is dead: from the old key deleted to the new one stored. Maximum, milliseconds.
   *
   * @param props what to change of it
   */
  metricRotationGap(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How often a rotation had to wait for the end of a broadcast. Sum, count.
   *
   * @param props what to change of it
   */
  metricRotationsDeferred(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * What can be done with a stream key wherever it is managed.
 *
 * @internal
 */
export abstract class ManagedStreamKeyBase extends Resource implements IManagedStreamKey {
  public abstract readonly channel: ivs.IChannelRef;
  public abstract readonly secret: secretsmanager.ISecret;
  public abstract readonly secretVersionId: string;
  public abstract readonly streamKeyArn: string;

  /** A reference to the stream key that the last deployment found or made. */
  public get streamKeyRef(): ivs.StreamKeyReference {
    return { streamKeyArn: this.streamKeyArn };
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

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const channel = Arn.split(this.channel.channelRef.channelArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
    return new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { Channel: channel }, ...props }).attachTo(this);
  }

  public metricRotations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.ROTATIONS, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  public metricRotationFailures(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.FAILURES, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }

  public metricRotationGap(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.GAP, { statistic: cloudwatch.Stats.MAXIMUM, unit: cloudwatch.Unit.MILLISECONDS, ...props });
  }

  public metricRotationsDeferred(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(Metric.DEFERRED, { statistic: cloudwatch.Stats.SUM, unit: cloudwatch.Unit.COUNT, ...props });
  }
}
