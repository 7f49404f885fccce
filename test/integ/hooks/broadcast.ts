import { GetChannelCommand, GetStreamCommand } from '@aws-sdk/client-ivs';
import { Deployed, isKept, Observed } from './deployed';
import { requireAll, run } from './hook';
import { ffmpegBroadcaster } from '../../../observe/broadcaster';
import { Pace, Waiting } from '../../../observe/waiting';

const GOES_LIVE: Pace = { every: 2000, longest: 60_000 };
/** The reconnect window of a minute, the delay of the event, and the rotation. */
const IS_REPLACED: Pace = { every: 5000, longest: 600_000 };
const waiting = new Waiting(new AbortController().signal);

/** Broadcasts for as long as the channel takes to be live, ends it, and waits for another stream key. */
async function broadcast(stackName: string): Promise<void> {
  const broadcaster = ffmpegBroadcaster();
  if (!broadcaster) throw new Error('there is no ffmpeg in the PATH, and the end of a broadcast takes an encoder. Install it, or leave this test out');
  const deployed = await Deployed.find(stackName);
  const before = await deployed.observe();
  const { channel } = await deployed.ivs.send(new GetChannelCommand({ arn: deployed.channelArn }));

  const running = broadcaster({ ingestEndpoint: channel!.ingestEndpoint!, streamKey: before.stored });
  let isLive: boolean | undefined;
  let meanwhile: Observed;
  try {
    isLive = await waiting.until(GOES_LIVE, async () => (await stateOf(deployed)) === 'LIVE' || undefined);
    meanwhile = await deployed.observe();
  } finally {
    await running.stop();
  }
  const after = await waiting.until(IS_REPLACED, async () => {
    const seen = await deployed.observe();
    return isKept(seen) && seen.arn !== before.arn ? seen : undefined;
  });

  requireAll({
    'the channel was live with the key in the secret': isLive === true,
    'the stream key stayed during the broadcast': meanwhile.arn === before.arn,
    'the end of the broadcast replaced the stream key': after !== undefined && after.value !== before.value,
    'the version of the secret is another': after !== undefined && after.version !== before.version,
  });
}

async function stateOf({ ivs, channelArn }: Deployed): Promise<string | undefined> {
  try {
    return (await ivs.send(new GetStreamCommand({ channelArn }))).stream?.state;
  } catch (error) {
    if ((error as Error).name === 'ChannelNotBroadcasting') return undefined;
    throw error;
  }
}

run(broadcast);
