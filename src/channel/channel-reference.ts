import * as ivs from 'aws-cdk-lib/aws-ivs';
import type { ReferenceKind } from '../core/reference';

/** A channel, as a stream key takes it. */
export const CHANNEL: ReferenceKind<ivs.IChannelRef> = {
  ref: 'channelRef',
  l1: ivs.CfnChannel,
  rule: 'must be an IVS channel: a Channel, an L1, or a construct that has one as its default child',
  advice: 'Import one with Channel.fromChannelArn',
};
