import type { RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { ChannelBase } from './channel-base';
import type { IChannel } from './channel-interface';
import { METRIC, METRIC_NAMESPACE } from './channel-metrics';
import {
  validateChannelArn, validateInsecureIngest, validateMultitrackFormat, validateMultitrackType, validatePreset,
} from './channel-rules';
import { CHANNEL_ATTRIBUTES, CHANNEL_PROPS } from './channel-shape';
import type { ChannelType, Preset } from './channel-type';
import { ContainerFormat } from './container-format';
import { generatedChannelName } from './generated-name';
import { validateIvsName } from './ivs-name';
import type { LatencyMode } from './latency-mode';
import type { MultitrackInputConfiguration } from './multitrack-input';
import { referenceFrom } from '../core/reference';
import { validProps } from '../core/valid-props';
import { propError } from '../prop-error';
import { RECORDING_CONFIGURATION, validateRecordingConfiguration } from '../recording/recording-configuration-rules';
import { ManagedStreamKey } from '../stream-key/managed-stream-key';
import type { ManagedStreamKeyOptions } from '../stream-key/managed-stream-key-props';

/**
 * Properties of a `Channel`.
 */
export interface ChannelProps {
  /**
   * The name of the channel: 0 to 128 letters, digits, `-` and `_`. It need not be unique. IVS refuses to change it while the channel is live.
   *
   * @default - a name made of the stack's name and the construct's path, as aws-ivs-alpha makes it
   */
  readonly channelName?: string;

  /**
   * What the channel accepts and how it transcodes that.
   *
   * @default ChannelType.STANDARD
   */
  readonly type?: ChannelType;

  /**
   * How much delay there is between the broadcaster and the viewers.
   *
   * @default LatencyMode.LOW
   */
  readonly latencyMode?: LatencyMode;

  /**
   * Whether viewers need a signed playback token.
   *
   * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels.html
   * @default false
   */
  readonly authorized?: boolean;

  /**
   * Whether encoders may publish without TLS (RTMP). The stream key then crosses the network in clear text,
   * and the channel has no SRT passphrase. A warning says so.
   *
   * @default false
   */
  readonly insecureIngest?: boolean;

  /**
   * Which qualities the channel transcodes into. Only for the types `ADVANCED_SD` and `ADVANCED_HD`: an error is thrown with another one.
   *
   * @default - Preset.HIGHER_BANDWIDTH_DELIVERY for the advanced types, none for the others
   */
  readonly preset?: Preset;

  /**
   * How the video is packaged for players.
   *
   * @default - ContainerFormat.FRAGMENTED_MP4 with `multitrackInputConfiguration`, else ContainerFormat.TS
   */
  readonly containerFormat?: ContainerFormat;

  /**
   * How the channel takes video of which the encoder itself sends several qualities. Only for the type `STANDARD`
   * with the container format `FRAGMENTED_MP4`, which it implies: an error is thrown with others.
   *
   * @default - encoders send one quality
   */
  readonly multitrackInputConfiguration?: MultitrackInputConfiguration;

  /**
   * Where broadcasts are recorded to: a `RecordingConfiguration`, an L1, or one of another library that has an L1 as its default child
   * (in TypeScript, pass `theirs.node.defaultChild as ivs.CfnRecordingConfiguration`).
   * It must be in the account and in the region of the stack: an error is thrown if it is not.
   *
   * @default - broadcasts are not recorded
   */
  readonly recordingConfiguration?: ivs.IRecordingConfigurationRef;

  /**
   * What happens to the channel when it is taken out of the stack.
   *
   * @default - no policy in the template: CloudFormation deletes the channel, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * What is known of a channel that exists already.
 */
export interface ChannelAttributes {
  /**
   * The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`.
   */
  readonly channelArn: string;

  /**
   * The host that encoders connect to, without protocol, port and path, such as `a1b2c3d4e5f6.global-contribute.live-video.net`.
   *
   * @default - asking the channel for it throws an error
   */
  readonly channelIngestEndpoint?: string;

  /**
   * The URL that players load.
   *
   * @default - asking the channel for it throws an error
   */
  readonly channelPlaybackUrl?: string;
}

/** A channel that stream keys can be added to: here and not in the base, as a stream key in turn may make a channel. */
abstract class KeyableChannel extends ChannelBase {
  /**
   * @param id the id of the stream key
   * @param options how it is rotated, and where it is kept
   */
  public addManagedStreamKey(id: string, options: ManagedStreamKeyOptions = {}): ManagedStreamKey {
    return new ManagedStreamKey(this, id, { ...options, channel: this });
  }
}

/**
 * An Amazon IVS channel. CloudFormation makes it without a stream key: `addManagedStreamKey` gives it one.
 *
 * @resource AWS::IVS::Channel
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ivs-channel.html
 *
 * @example
 * import { Channel, ChannelType, Preset } from 'cdk-ivs-managed-stream-key';
 *
 * declare const encoder: ecs.FargateTaskDefinition;
 *
 * const channel = new Channel(this, 'Channel', {
 *   type: ChannelType.ADVANCED_HD,
 *   preset: Preset.CONSTRAINED_BANDWIDTH_DELIVERY,
 * });
 * channel.addManagedStreamKey('StreamKey').grantRead(encoder.taskRole);
 */
@propertyInjectable
export class Channel extends KeyableChannel {
  /** Uniquely identifies this class. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.Channel';

  /**
   * A channel that exists already. Its ingest endpoint and its playback URL are not known: see `fromChannelAttributes`.
   *
   * @param scope where the reference is put
   * @param id its id there
   * @param channelArn the ARN of the channel; an error is thrown if it is the ARN of something else
   */
  public static fromChannelArn(scope: Construct, id: string, channelArn: string): IChannel {
    return Channel.fromChannelAttributes(scope, id, { channelArn });
  }

  /**
   * A channel that exists already, in any account and region. An error is thrown if the ARN is the ARN of something else.
   *
   * @param scope where the reference is put
   * @param id its id there
   * @param attrs what is known of it
   */
  public static fromChannelAttributes(scope: Construct, id: string, attrs: ChannelAttributes): IChannel {
    attrs = validProps(scope, id, attrs, CHANNEL_ATTRIBUTES, 'attrs');
    validateChannelArn(scope, id, attrs.channelArn);
    class Import extends KeyableChannel {
      public readonly channelArn = attrs.channelArn;

      public get channelIngestEndpoint(): string {
        return this.known('channelIngestEndpoint');
      }

      public get channelPlaybackUrl(): string {
        return this.known('channelPlaybackUrl');
      }

      private known(attribute: keyof ChannelAttributes): string {
        const value = attrs[attribute];
        if (value !== undefined) return value;
        throw propError(this, {
          prop: attribute,
          rule: 'must be given when the channel is imported, as it does not follow from the ARN',
          got: 'none',
          advice: `Import ${attrs.channelArn} by Channel.fromChannelAttributes, with \`${attribute}\``,
        });
      }
    }
    return new Import(scope, id, { environmentFromArn: attrs.channelArn });
  }

  /**
   * How many channels of the account are live in the region at the same time, which IVS limits. Maximum, count.
   *
   * @param props how it differs from the default
   */
  public static metricAllConcurrentStreams(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName: 'ConcurrentStreams', ...METRIC.ConcurrentStreams, ...props });
  }

  /**
   * How many players watch the channels of the account in the region at the same time, which IVS limits. Maximum, count.
   *
   * @param props how it differs from the default
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
