import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct, Dependable } from 'constructs';
import { ChannelBase } from '../channel/channel-base';
import type { IChannel } from '../channel/channel-interface';
import { ImportedChannel } from '../channel/imported-channel';
import { parseChannelArn } from '../contract/channel-arn';
import { IVS_REGIONS } from '../contract/ivs-regions';
import { cfnResourceOf } from '../core/cfn-resource-of';
import { Claims } from '../core/claims';
import { differ, placeOf } from '../core/environment';
import { propError } from '../core/prop-error';

/** Which construct manages which channel. */
const managers = new Claims();

/** Throws if `channel` is none, or one whose stream key cannot be managed from the stack of `scope`. */
export function validateChannel(scope: Construct, channel: ivs.IChannelRef): void {
  const { channelArn } = channel.channelRef;
  if (!Token.isUnresolved(channelArn) && !parseChannelArn(channelArn)) {
    throw propError(scope, {
      prop: 'channel',
      rule: 'must have the ARN of an IVS channel, like arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh',
      got: channelArn,
      advice: 'Copy it from the output of `aws ivs list-channels`',
    });
  }

  const { account, region } = placeOf(channel, channelArn);
  const ours = Stack.of(scope).account;
  if (differ(account, ours)) {
    throw propError(scope, {
      prop: 'channel',
      rule: `must be in the account of the stack, ${ours}`,
      got: `${channelArn} in ${account}`,
      advice: 'Put the ManagedStreamKey into a stack of the account that has the channel: IVS does not allow access to a stream key from another account',
    });
  }
  if (!Token.isUnresolved(region) && !IVS_REGIONS.includes(region)) {
    Annotations.of(scope).addWarningV2('cdk-ivs-managed-stream-key:regionWithoutIvs',
      `Amazon IVS had no channels in ${region} when this version of cdk-ivs-managed-stream-key was made, only in ${IVS_REGIONS.join(', ')}. `
      + `Correct the region, or acknowledge this warning if IVS has come to ${region} since.`);
  }
}

/** Throws if the event of a broadcast's end would not arrive, as IVS sends it in another region. */
export function validateStreamEvents(scope: Construct, channel: ivs.IChannelRef, prop: 'rotateAfterStream' | 'whileLive'): void {
  const { region } = placeOf(channel, channel.channelRef.channelArn);
  const ours = Stack.of(scope).region;
  if (!differ(region, ours)) return;
  throw propError(scope, {
    prop,
    rule: `must not be used with a channel in another region than the stack (${ours}): IVS sends the event of a broadcast's end in the channel's region only`,
    got: region,
    advice: 'Put the ManagedStreamKey into a stack of that region',
  });
}

/** Notes that `manager` manages the one stream key of `channel`; throws if another construct of the app does already. */
export function claimChannel(manager: Construct, channel: ivs.IChannelRef): void {
  const first = managers.claim(manager, namesOf(channel));
  if (!first) return;
  throw propError(manager, {
    prop: 'channel',
    rule: 'must be managed by one ManagedStreamKey only, as IVS allows one stream key per channel',
    got: `${channel.node.path}, which ${first.node.path} manages already`,
    advice: 'Use that one here, or give this one a channel of its own',
  });
}

/** The L1 of a channel that is made in this app. */
export function cfnChannelOf(channel: ivs.IChannelRef): ivs.CfnChannel | undefined {
  return cfnResourceOf(channel, ivs.CfnChannel);
}

/** The channel with all methods of one. It adds nothing to the template unless these are called. */
export function asChannel(scope: Construct, channel: ivs.IChannelRef): IChannel {
  if (channel instanceof ChannelBase) return channel;
  const { channelArn } = channel.channelRef;
  const resource = cfnChannelOf(channel);
  const attrs = { channelArn, channelIngestEndpoint: resource?.attrIngestEndpoint, channelPlaybackUrl: resource?.attrPlaybackUrl };
  // A token does not tell where its channel is: events and metrics would be looked for in the stack's region.
  const whole = new ImportedChannel(scope, 'Channel', attrs, placeOf(channel, channelArn));
  Dependable.implement(whole, { dependencyRoots: resource ? [resource] : Dependable.of(channel).dependencyRoots });
  return whole;
}

/** The ARN of a channel in all the ways that it may be referred to. */
function namesOf(channel: ivs.IChannelRef): string[] {
  const resource = cfnChannelOf(channel);
  return [...new Set([channel.channelRef.channelArn, ...(resource ? [resource.ref, resource.attrArn] : [])])];
}
