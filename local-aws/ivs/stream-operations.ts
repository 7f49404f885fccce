import type { IvsChannel } from './channel';
import type { IvsStream, IvsStreams } from './streams';
import { invalidToken } from './validation';
import { AwsError } from '../core/aws-error';
import { pageOf } from '../core/page';
import type { Operation } from '../endpoint/operation';

/** The channels that the operations look up. */
interface Channels {
  readonly streams: IvsStreams;
  /** Throws `ResourceNotFoundException` if the region has no such channel. */
  channel(arn: string, region: string): IvsChannel;
  tagsOf(arn: string): Record<string, string> | undefined;
}

/** The operations on streams. */
export function streamOperations(ivs: Channels): Record<string, Operation> {
  return {
    GetStream: async ({ channelArn }, call) => {
      await call.authorize('ivs:GetStream', channelArn, { resourceTags: ivs.tagsOf(channelArn) });
      return { stream: ivs.streams.shown(ivs.channel(channelArn, call.region)) };
    },
    GetStreamSession: async ({ channelArn }, call) => {
      await call.authorize('ivs:GetStreamSession', channelArn, { resourceTags: ivs.tagsOf(channelArn) });
      const channel = ivs.channel(channelArn, call.region);
      const { stream, ended } = ivs.streams.latestSession(channel.arn) ?? {};
      if (!stream) throw new AwsError('ResourceNotFoundException', 'Stream session does not exist', 404);
      const { streamId: id, startTime } = stream;
      return { streamSession: { streamId: id, startTime, endTime: ended, truncatedEvents: [] } };
    },
    ListStreams: async ({ filterBy: { health } = {}, maxResults = 100, nextToken }, call) => {
      await call.authorize('ivs:ListStreams', `arn:aws:ivs:${call.region}:${call.account}:channel/*`);
      const found = ivs.streams.allShown.filter((stream) => stream.channelArn.split(':')[3] === call.region && (!health || stream.health === health));
      const { items, next } = pageOf(found, maxResults, nextToken, invalidToken(nextToken));
      return { streams: items.map(summary), nextToken: next };
    },
    StopStream: async ({ channelArn }, call) => {
      await call.authorize('ivs:StopStream', channelArn, { resourceTags: ivs.tagsOf(channelArn) });
      ivs.streams.stop(ivs.channel(channelArn, call.region).arn);
    },
  };
}

function summary({ playbackUrl: _, ...rest }: IvsStream): Omit<IvsStream, 'playbackUrl'> {
  return rest;
}
