import { RemovalPolicy } from 'aws-cdk-lib';
import type { ChannelAttributes, ChannelProps } from './channel-props';
import { ChannelType, Preset } from './channel-type';
import { ContainerFormat } from './container-format';
import { LatencyMode } from './latency-mode';
import { MultitrackInputConfiguration, MultitrackMaximumResolution, MultitrackPolicy } from './multitrack-input';
import { reference } from '../core/reference';
import { flag, oneOf, required, Shape, struct, text } from '../core/value-kinds';
import { RECORDING_CONFIGURATION } from '../recording/recording-configuration-rules';

const MULTITRACK: Shape<MultitrackInputConfiguration> = {
  policy: required(oneOf('MultitrackPolicy', MultitrackPolicy)),
  maximumResolution: required(oneOf('MultitrackMaximumResolution', MultitrackMaximumResolution)),
};

/** The kinds of the props of a channel. */
export const CHANNEL_PROPS: Shape<ChannelProps> = {
  channelName: text('Give it as text, or leave it out for a generated name'),
  type: oneOf('ChannelType', ChannelType),
  latencyMode: oneOf('LatencyMode', LatencyMode),
  authorized: flag(),
  insecureIngest: flag(),
  preset: oneOf('Preset', Preset),
  containerFormat: oneOf('ContainerFormat', ContainerFormat),
  multitrackInputConfiguration: struct(MULTITRACK, '{ policy: MultitrackPolicy.ALLOW, maximumResolution: MultitrackMaximumResolution.FULL_HD }'),
  recordingConfiguration: reference(RECORDING_CONFIGURATION),
  removalPolicy: oneOf('RemovalPolicy', RemovalPolicy),
};

/** The kinds of the attributes of an imported channel. */
export const CHANNEL_ATTRIBUTES: Shape<ChannelAttributes> = {
  channelArn: required(text('Copy it from the output of `aws ivs list-channels`')),
  channelIngestEndpoint: text('Copy it from the output of `aws ivs get-channel`, or leave it out'),
  channelPlaybackUrl: text('Copy it from the output of `aws ivs get-channel`, or leave it out'),
};
