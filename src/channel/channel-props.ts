import type { RemovalPolicy } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import type { ChannelType, Preset } from './channel-type';
import { ContainerFormat } from './container-format';
import type { LatencyMode } from './latency-mode';
import type { MultitrackInputConfiguration } from './multitrack-input';

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
   * Determines what the channel accepts and how it transcodes.
   *
   * @default ChannelType.STANDARD
   */
  readonly type?: ChannelType;

  /**
   * The delay between the broadcaster and the viewers.
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
   * The format in which players get the video.
   *
   * @default - ContainerFormat.FRAGMENTED_MP4 with `multitrackInputConfiguration`, else ContainerFormat.TS
   */
  readonly containerFormat?: ContainerFormat;

  /**
   * Multitrack input, for encoders that send several qualities. Only for the type `STANDARD`
   * with the container format `FRAGMENTED_MP4`, which it implies: an error is thrown with others.
   *
   * @default - encoders send one quality
   */
  readonly multitrackInputConfiguration?: MultitrackInputConfiguration;

  /**
   * The recording of broadcasts: a `RecordingConfiguration`, an L1, or one of another library that has an L1 as its default child
   * (in TypeScript, pass `theirs.node.defaultChild as ivs.CfnRecordingConfiguration`).
   * It must be in the account and in the region of the stack: an error is thrown if it is not.
   *
   * @default - broadcasts are not recorded
   */
  readonly recordingConfiguration?: ivs.IRecordingConfigurationRef;

  /**
   * The removal policy of the channel.
   *
   * @default - no policy in the template: CloudFormation deletes the channel, unless `MissingRemovalPolicies` say otherwise
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Attributes of an existing channel.
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
