import { IResource, RemovalPolicy, Resource, Token } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct } from 'constructs';
import { parseChannelArn } from './channel-arn';
import { propError } from './prop-error';

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
 * What a channel accepts and how it transcodes that. It determines the price of the input.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/channel-types.html
 */
export enum ChannelType {
  /** Transmuxed: viewers get what the encoder sends. Up to 1080p and 3.5 Mbps, or 480p and 1.5 Mbps. */
  BASIC = 'BASIC',
  /** Transcoded into several qualities. Up to 1080p and 8.5 Mbps. */
  STANDARD = 'STANDARD',
  /** Transcoded, the output limited to SD quality. */
  ADVANCED_SD = 'ADVANCED_SD',
  /** Transcoded, the output limited to HD quality. */
  ADVANCED_HD = 'ADVANCED_HD',
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
   * and the channel has no SRT passphrase.
   *
   * @default false
   */
  readonly insecureIngest?: boolean;

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

    const resource = new ivs.CfnChannel(this, 'Resource', {
      name: this.physicalName,
      type: props.type,
      latencyMode: props.latencyMode,
      authorized: props.authorized,
      insecureIngest: props.insecureIngest,
      recordingConfigurationArn: props.recordingConfiguration?.recordingConfigurationRef.recordingConfigurationArn,
    });
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);

    this.channelArn = resource.attrArn;
    this.channelIngestEndpoint = resource.attrIngestEndpoint;
    this.channelPlaybackUrl = resource.attrPlaybackUrl;
  }
}

function validateChannelName(scope: Construct, channelName?: string): void {
  if (channelName === undefined || Token.isUnresolved(channelName)) return;
  if (!/^[a-zA-Z0-9-_]{0,128}$/.test(channelName)) {
    throw propError(scope, {
      prop: 'channelName',
      rule: 'must be 0 to 128 letters, digits, `-` and `_`',
      got: channelName.length > 128 ? `${channelName} (${channelName.length} characters)` : channelName,
      advice: 'Choose another name, or leave it out: channels are told apart by their ARNs',
    });
  }
}

function validateChannelArn(scope: Construct, channelArn: string): void {
  if (Token.isUnresolved(channelArn) || parseChannelArn(channelArn)) return;
  throw propError(scope, {
    prop: 'channelArn',
    rule: 'must be the ARN of an IVS channel, like arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh',
    got: channelArn,
    advice: 'Copy it from the output of `aws ivs list-channels`',
  });
}
