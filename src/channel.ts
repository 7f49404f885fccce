import { IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct } from 'constructs';
import {
  validateChannelArn, validateChannelName, validateInsecureIngest, validateMultitrackFormat, validateMultitrackType, validatePreset,
} from './channel-props';
import type { ChannelType, Preset } from './channel-type';
import type { ContainerFormat } from './container-format';
import type { MultitrackInputConfiguration } from './multitrack-input';

/**
 * How much delay there is between the broadcaster and the viewers.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/streaming-config.html
 */
export enum LatencyMode {
  /** Near-real-time interaction with viewers. */
  LOW = 'LOW',
  /** Live video for which a few seconds do not matter. */
  NORMAL = 'NORMAL',
}

/**
 * An Amazon IVS channel.
 */
export interface IChannel extends IResource, ivs.IChannelRef {
  /**
   * The ARN of the channel, such as `arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh`.
   *
   * @attribute
   */
  readonly channelArn: string;
}

/**
 * Properties of a `Channel`.
 */
export interface ChannelProps {
  /**
   * The name of the channel: 0 to 128 letters, digits, `-` and `_`. It need not be unique.
   *
   * @default - no name
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
   * @default ContainerFormat.TS
   */
  readonly containerFormat?: ContainerFormat;

  /**
   * How the channel takes video of which the encoder itself sends several qualities. Only for the type `STANDARD`
   * with the container format `FRAGMENTED_MP4`: an error is thrown with others.
   *
   * @default - encoders send one quality
   */
  readonly multitrackInputConfiguration?: MultitrackInputConfiguration;

  /**
   * Where broadcasts are recorded to.
   *
   * @default - broadcasts are not recorded
   */
  readonly recordingConfiguration?: ivs.IRecordingConfigurationRef;

  /**
   * What happens to the channel when it is taken out of the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

abstract class ChannelBase extends Resource implements IChannel {
  public abstract readonly channelArn: string;

  public get channelRef(): ivs.ChannelReference {
    return { channelArn: this.channelArn };
  }
}

/**
 * An Amazon IVS channel. CloudFormation makes it without a stream key: `ManagedStreamKey` gives it one.
 *
 * @resource AWS::IVS::Channel
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ivs-channel.html
 */
export class Channel extends ChannelBase {
  /**
   * A channel that exists already.
   *
   * @param scope where the reference is put
   * @param id its id there
   * @param channelArn the ARN of the channel; an error is thrown if it is the ARN of something else
   */
  public static fromChannelArn(scope: Construct, id: string, channelArn: string): IChannel {
    validateChannelArn(scope, channelArn);
    class Import extends ChannelBase {
      public readonly channelArn = channelArn;
    }
    return new Import(scope, id, { environmentFromArn: channelArn });
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
    super(scope, id, { physicalName: props.channelName });
    validateChannelName(this, props.channelName);
    validatePreset(this, props);
    validateMultitrackType(this, props);
    validateMultitrackFormat(this, props);
    validateInsecureIngest(this, props.insecureIngest);

    const resource = new ivs.CfnChannel(this, 'Resource', {
      name: this.physicalName,
      type: props.type,
      latencyMode: props.latencyMode,
      authorized: props.authorized,
      insecureIngest: props.insecureIngest,
      preset: props.preset,
      containerFormat: props.containerFormat,
      multitrackInputConfiguration: props.multitrackInputConfiguration && { enabled: true, ...props.multitrackInputConfiguration },
      recordingConfigurationArn: props.recordingConfiguration?.recordingConfigurationRef.recordingConfigurationArn,
    });
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);

    this.channelArn = resource.attrArn;
    this.channelIngestEndpoint = resource.attrIngestEndpoint;
    this.channelPlaybackUrl = resource.attrPlaybackUrl;
  }
}
