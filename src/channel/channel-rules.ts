import { Annotations, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ChannelProps } from './channel-props';
import { ChannelType } from './channel-type';
import { ContainerFormat } from './container-format';
import { parseChannelArn } from '../contract/channel-arn';
import { importError, propError } from '../core/prop-error';

/** The ARN is one of a channel. */
export function validateChannelArn(scope: Construct, id: string, channelArn: string): void {
  if (Token.isUnresolved(channelArn) || parseChannelArn(channelArn)) return;
  throw importError(scope, id, {
    prop: 'channelArn',
    rule: 'must be the ARN of an IVS channel, like arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh',
    got: channelArn,
    advice: 'Copy it from the output of `aws ivs list-channels`',
  });
}

/** Only channels of the advanced types have presets to choose from. */
export function validatePreset(scope: Construct, { preset, type = ChannelType.STANDARD }: ChannelProps): void {
  if (preset === undefined || Token.isUnresolved(preset) || Token.isUnresolved(type)) return;
  if ([ChannelType.ADVANCED_SD, ChannelType.ADVANCED_HD].includes(type)) return;
  throw propError(scope, {
    prop: 'preset',
    rule: 'must not be given unless `type` is ADVANCED_SD or ADVANCED_HD',
    got: `${preset} where it is ${type}`,
    advice: 'Leave the preset out, or choose one of these types',
  });
}

/** Multitrack input is for the one type that can transcode, and does not have to. */
export function validateMultitrackType(scope: Construct, { multitrackInputConfiguration, type = ChannelType.STANDARD }: ChannelProps): void {
  if (!multitrackInputConfiguration || Token.isUnresolved(type) || type === ChannelType.STANDARD) return;
  throw propError(scope, {
    prop: 'multitrackInputConfiguration',
    rule: 'must not be given unless `type` is STANDARD',
    got: type,
    advice: 'Leave one of the two out',
  });
}

/** Multitrack input comes in fragmented MP4 only. */
export function validateMultitrackFormat(scope: Construct, props: ChannelProps): void {
  const { multitrackInputConfiguration, containerFormat = ContainerFormat.FRAGMENTED_MP4 } = props;
  if (!multitrackInputConfiguration || Token.isUnresolved(containerFormat) || containerFormat === ContainerFormat.FRAGMENTED_MP4) return;
  throw propError(scope, {
    prop: 'multitrackInputConfiguration',
    rule: 'must not be given unless `containerFormat` is FRAGMENTED_MP4',
    got: containerFormat,
    advice: 'Leave `containerFormat` out, or set it to ContainerFormat.FRAGMENTED_MP4',
  });
}

/** Warns of stream keys in clear text. */
export function validateInsecureIngest(scope: Construct, insecureIngest?: boolean): void {
  if (insecureIngest !== true) return;
  Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:insecureIngest',
    '`insecureIngest` lets encoders publish without encryption: anyone on the network path can read the stream key. '
    + 'Leave it out, unless you have an encoder with neither RTMPS nor SRT; then acknowledge this warning.');
}
