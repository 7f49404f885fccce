import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { ChannelBase } from './channel-base';
import type { IChannel } from './channel-interface';
import { METRIC, METRIC_NAMESPACE } from './channel-metrics';
import type { ChannelAttributes, ChannelProps } from './channel-props';
import { validateChannelArn, validateInsecureIngest, validateMultitrackFormat, validateMultitrackType, validatePreset } from './channel-rules';
import { CHANNEL_ATTRIBUTES, CHANNEL_PROPS } from './channel-shape';
import { ContainerFormat } from './container-format';
import { generatedChannelName } from './generated-name';
import { ImportedChannel } from './imported-channel';
import { validateIvsName } from '../core/ivs-name';
import { referenceFrom } from '../core/reference';
import { validProps } from '../core/valid-props';
import { RECORDING_CONFIGURATION, validateRecordingConfiguration } from '../recording/recording-configuration-rules';

/**
 * An Amazon IVS channel. CloudFormation creates it without a stream key: a `ManagedStreamKey` gives it one.
 *
 * @resource AWS::IVS::Channel
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ivs-channel.html
 *
 * @example
 * import { Channel, ChannelType, ManagedStreamKey, Preset } from 'cdk-ivs-managed-stream-key';
 *
 * declare const encoder: ecs.FargateTaskDefinition;
 *
 * const channel = new Channel(this, 'Channel', {
 *   type: ChannelType.ADVANCED_HD,
 *   preset: Preset.CONSTRAINED_BANDWIDTH_DELIVERY,
 * });
 * const streamKey = new ManagedStreamKey(this, 'StreamKey', { channel });
 * streamKey.grantRead(encoder.taskRole);
 */
@propertyInjectable
export class Channel extends ChannelBase {
  /** Uniquely identifies this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.Channel';

  /**
   * An existing channel. Its ingest endpoint and playback URL are unknown: see `fromChannelAttributes`.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param channelArn the ARN of the channel; an error is thrown for another ARN
   */
  public static fromChannelArn(scope: Construct, id: string, channelArn: string): IChannel {
    return Channel.fromChannelAttributes(scope, id, { channelArn });
  }

  /**
   * An existing channel, in any account and region. An error is thrown if the ARN is not a channel's.
   *
   * @param scope the parent construct
   * @param id the construct id
   * @param attrs the attributes
   */
  public static fromChannelAttributes(scope: Construct, id: string, attrs: ChannelAttributes): IChannel {
    attrs = validProps(scope, id, attrs, CHANNEL_ATTRIBUTES, 'attrs');
    validateChannelArn(scope, id, attrs.channelArn);
    return new ImportedChannel(scope, id, attrs);
  }

  /**
   * The number of the account's live channels in the region, which IVS limits. Maximum, count.
   *
   * @param props metric options that override the defaults
   */
  public static metricAllConcurrentStreams(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName: 'ConcurrentStreams', ...METRIC.ConcurrentStreams, ...props });
  }

  /**
   * The number of viewers of the account's channels in the region, which IVS limits. Maximum, count.
   *
   * @param props metric options that override the defaults
   */
  public static metricAllConcurrentViews(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName: 'ConcurrentViews', ...METRIC.ConcurrentViews, ...props });
  }

  /** The ARN of the channel. */
  public readonly channelArn: string;

  /**
   * The host that encoders connect to, without protocol, port and path.
   *
   * @attribute
   */
  public readonly channelIngestEndpoint: string;

  /**
   * The URL that players load.
   *
   * @attribute
   */
  public readonly channelPlaybackUrl: string;

  constructor(scope: Construct, id: string, props: ChannelProps = {}) {
    props = validProps(scope, id, props, CHANNEL_PROPS);
    super(scope, id, { physicalName: props.channelName ?? generatedChannelName(() => this) });
    const { recordingConfiguration: given } = props;
    const recordingConfiguration = given && referenceFrom(given, RECORDING_CONFIGURATION);
    validateIvsName(this, 'channelName', props.channelName, 'channels are told apart by their ARNs');
    validatePreset(this, props);
    validateMultitrackType(this, props);
    validateMultitrackFormat(this, props);
    validateInsecureIngest(this, props.insecureIngest);
    validateRecordingConfiguration(this, recordingConfiguration);

    const resource = new ivs.CfnChannel(this, 'Resource', {
      name: this.physicalName,
      type: props.type,
      latencyMode: props.latencyMode,
      authorized: props.authorized,
      insecureIngest: props.insecureIngest,
      preset: props.preset,
      containerFormat: props.containerFormat ?? (props.multitrackInputConfiguration && ContainerFormat.FRAGMENTED_MP4),
      multitrackInputConfiguration: props.multitrackInputConfiguration && { enabled: true, ...props.multitrackInputConfiguration },
      recordingConfigurationArn: recordingConfiguration?.recordingConfigurationRef.recordingConfigurationArn,
    });
    if (props.removalPolicy) resource.applyRemovalPolicy(props.removalPolicy);

    this.channelArn = resource.attrArn;
    this.channelIngestEndpoint = resource.attrIngestEndpoint;
    this.channelPlaybackUrl = resource.attrPlaybackUrl;
  }
}
