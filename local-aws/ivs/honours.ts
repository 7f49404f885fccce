import type { HonouredMembers } from '../endpoint/operation';

const SETTINGS = ['name', 'latencyMode', 'type', 'authorized', 'insecureIngest', 'preset', 'containerFormat', 'multitrackInputConfiguration'];

/** The members of inputs that IVS honours here. */
export const HONOURS: HonouredMembers = {
  CreateChannel: [...SETTINGS, 'tags'],
  GetChannel: ['arn'],
  ListChannels: ['filterByName', 'maxResults', 'nextToken'],
  UpdateChannel: ['arn', ...SETTINGS],
  DeleteChannel: ['arn'],
  CreateStreamKey: ['channelArn', 'tags'],
  GetStreamKey: ['arn'],
  // A channel has one key at most, so no answer has a token for the next page.
  ListStreamKeys: ['channelArn', 'maxResults'],
  DeleteStreamKey: ['arn'],
  TagResource: ['resourceArn', 'tags'],
  UntagResource: ['resourceArn', 'tagKeys'],
  ListTagsForResource: ['resourceArn'],
  GetStream: ['channelArn'],
  // Without an id it answers with the latest session.
  GetStreamSession: ['channelArn'],
  ListStreams: ['filterBy.health', 'maxResults', 'nextToken'],
  StopStream: ['channelArn'],
};
