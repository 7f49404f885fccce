import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, Dependable } from 'constructs';
import { ManagedStreamKeyBase } from './managed-stream-key-base';
import { MANAGED_STREAM_KEY_ATTRIBUTES } from './managed-stream-key-shape';
import { Channel } from '../channel/channel';
import type { IChannel } from '../channel/channel-interface';
import { validateChannelArn } from '../channel/channel-rules';
import { validProps } from '../core/valid-props';
import { known } from '../known-place';
import { importError, propError } from '../prop-error';
import { importSecret } from '../secret/imported-secret';
import { completeArnFault } from '../secret/secret-arn';

/**
 * What is known of a stream key that is managed elsewhere.
 */
export interface ManagedStreamKeyAttributes {
  /**
   * The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`.
   */
  readonly channelArn: string;

  /**
   * The complete ARN of the secret, with the six characters at its end that Secrets Manager adds,
   * such as `arn:aws:secretsmanager:us-west-2:123456789012:secret:live-AbCdEf`: of the secret itself, or of its replica in another region.
   */
  readonly secretArn: string;

  /**
   * The region of the stack that manages the stream key, where the metrics are.
   *
   * @default - the region of the channel
   */
  readonly primaryRegion?: string;

  /**
   * The KMS key that the secret is encrypted with, or its replica, if `secretArn` is one. Grants to read the secret then allow to decrypt it.
   *
   * @default - the account's key `aws/secretsmanager`
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The ARN of the stream key, such as `arn:aws:ivs:us-west-2:123456789012:stream-key/efghEFGHijkl`. Every rotation makes another one.
   *
   * @default - `streamKeyArn` is unknown, and throws an error when it is asked for
   */
  readonly streamKeyArn?: string;

  /**
   * The id of the secret's version that the last deployment of the stream key stored.
   *
   * @default - `secretVersionId` is unknown, and throws an error when it is asked for
   */
  readonly secretVersionId?: string;
}

/** A stream key that is managed elsewhere. */
export class ImportedStreamKey extends ManagedStreamKeyBase {
  public readonly channel: IChannel;
  public readonly secret: secretsmanager.ISecret;

  private readonly primaryRegion: string;
  private readonly attrs: ManagedStreamKeyAttributes;

  constructor(scope: Construct, id: string, attributes: ManagedStreamKeyAttributes) {
    const attrs = validProps(scope, id, attributes, MANAGED_STREAM_KEY_ATTRIBUTES, 'attrs');
    const fault = completeArnFault('secretArn', attrs.secretArn);
    if (fault) throw importError(scope, id, fault);
    validateChannelArn(scope, id, attrs.channelArn);
    super(scope, id, { environmentFromArn: attrs.secretArn });
    this.attrs = attrs;
    Dependable.implement(this, { dependencyRoots: [] });
    this.channel = Channel.fromChannelArn(this, 'Channel', attrs.channelArn);
    this.secret = importSecret(this, attrs).secret;
    this.primaryRegion = attrs.primaryRegion ?? known(this.channel.env.region) ?? this.env.region;
  }

  /**
   * @param metricName the name of the metric, such as `Rotations`
   * @param props how it differs from the default
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return super.metric(metricName, { region: known(this.primaryRegion), ...props });
  }

  public get streamKeyArn(): string {
    return this.given('streamKeyArn');
  }

  public get secretVersionId(): string {
    return this.given('secretVersionId');
  }

  private given(prop: 'streamKeyArn' | 'secretVersionId'): string {
    const value = this.attrs[prop];
    if (value !== undefined) return value;
    throw propError(this, {
      prop,
      rule: 'must have been given to fromManagedStreamKeyAttributes where it is asked for',
      got: value,
      advice: 'Add it to the attributes',
    });
  }
}
