import { Annotations, IResource, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ChannelProps } from './channel';
import { ChannelType } from './channel-type';
import { ContainerFormat } from './container-format';
import { parseChannelArn } from '../contract/channel-arn';
import { propError } from '../prop-error';

/** The name is one that IVS takes. */
export function validateChannelName(scope: Construct, channelName?: string): void {
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

/** The ARN is one of a channel. */
export function validateChannelArn(scope: Construct, channelArn: string): void {
  if (Token.isUnresolved(channelArn) || parseChannelArn(channelArn)) return;
  throw propError(scope, {
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
  const { multitrackInputConfiguration, containerFormat = ContainerFormat.TS } = props;
  if (!multitrackInputConfiguration || Token.isUnresolved(containerFormat) || containerFormat === ContainerFormat.FRAGMENTED_MP4) return;
  throw propError(scope, {
    prop: 'multitrackInputConfiguration',
    rule: 'must not be given unless `containerFormat` is FRAGMENTED_MP4',
    got: containerFormat,
    advice: 'Set `containerFormat` to ContainerFormat.FRAGMENTED_MP4',
  });
}

/** Warns of stream keys in clear text. */
export function validateInsecureIngest(scope: Construct, insecureIngest?: boolean): void {
  if (insecureIngest !== true) return;
  Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:insecureIngest',
    '`insecureIngest` lets encoders publish without encryption: whoever is on the way reads the stream key. Leave it out, unless an encoder knows neither RTMPS nor SRT. If one does not, acknowledge this warning.');
}

/** IVS tells of a channel where the channel is, and nowhere else. */
export function validateRuleScope(channel: IResource, scope: Construct): void {
  const { account, region } = Stack.of(scope);
  for (const [where, ours, theirs] of [['account', account, channel.env.account], ['region', region, channel.env.region]]) {
    if (Token.isUnresolved(ours) || Token.isUnresolved(theirs) || ours === theirs) continue;
    throw propError(channel, {
      prop: 'crossStackScope',
      rule: `must be in a stack of the ${where} of the channel, ${theirs}, as IVS tells of it nowhere else`,
      got: `${scope.node.path} in ${ours}`,
      advice: `Put the rule into a stack of that ${where}; there, a rule can send the events on to another event bus`,
    });
  }
}
