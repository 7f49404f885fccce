import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, Dependable } from 'constructs';
import type { ManagedStreamKeyAttributes } from './managed-stream-key-attributes';
import { ManagedStreamKeyBase } from './managed-stream-key-base';
import { MANAGED_STREAM_KEY_ATTRIBUTES } from './managed-stream-key-shape';
import { Channel } from '../channel/channel';
import type { IChannel } from '../channel/channel-interface';
import { validateChannelArn } from '../channel/channel-rules';
import { known } from '../core/environment';
import { importError, propError } from '../core/prop-error';
import { validProps } from '../core/valid-props';
import { importSecret } from '../secret/imported-secret';
import { completeArnFault } from '../secret/secret-arn';

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
   * @param props metric options that override the defaults
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
