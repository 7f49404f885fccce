import { GetStreamCommand, StopStreamCommand, GetChannelCommand } from '@aws-sdk/client-ivs';
import { Context, NotObserved } from './observation';
import { createKey } from './stream-key';

/** The state of the channel's stream; undefined if it is offline. */
export async function streamState({ ivs }: Pick<Context, 'ivs'>, channelArn: string): Promise<string | undefined> {
  try {
    return (await ivs.send(new GetStreamCommand({ channelArn }))).stream?.state;
  } catch (error) {
    if ((error as Error).name === 'ChannelNotBroadcasting') return undefined;
    throw error;
  }
}

/** Does something while a channel is live, and takes it offline afterwards: CloudFormation cannot delete a live channel. */
export async function whileLive<T>(context: Context, channelArn: string, work: (keyArn: string) => Promise<T>): Promise<T> {
  const { broadcaster, ivs, paces, waiting } = context;
  if (!broadcaster) throw new NotObserved('it needs a broadcast: pass --broadcast, with ffmpeg installed');
  const key = await createKey(context, channelArn);
  const { channel } = await ivs.send(new GetChannelCommand({ arn: channelArn }));
  const broadcast = broadcaster({ ingestEndpoint: channel!.ingestEndpoint!, streamKey: key.value });
  try {
    const isLive = await waiting.until(paces.permission, async () => ((await streamState(context, channelArn)) === 'LIVE' ? true : undefined));
    if (!isLive) throw new NotObserved('the channel did not go live');
    return await work(key.arn);
  } finally {
    await broadcast.stop();
    await ivs.send(new StopStreamCommand({ channelArn })).catch(() => {});
  }
}
