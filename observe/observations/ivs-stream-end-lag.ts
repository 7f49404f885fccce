import { StopStreamCommand } from '@aws-sdk/client-ivs';
import { CHANNEL } from '../function-role';
import { streamState, whileLive } from '../live-channel';
import { NotObserved, Observation } from '../observation';

export const ivsStreamEndLag: Observation = {
  id: 'ivs-stream-end-lag',
  question: 'How long after StopStream does GetStream show the stream that has ended?',
  resources: { StreamEndLagChannel: CHANNEL },
  async observe(context) {
    const { id, ivs, paces, waiting } = context;
    const channelArn = id('StreamEndLagChannel');
    // ffmpeg does not connect again.
    return whileLive(context, channelArn, async () => {
      await ivs.send(new StopStreamCommand({ channelArn }));
      const lag = await waiting.lag(paces.lag, async () => await streamState(context, channelArn) === undefined);
      if (lag === undefined) throw new NotObserved(`the stream was still shown after ${paces.lag.longest} ms`);
      return { seen: `GetStream showed it for ${lag} ms.`, reading: { streamEndLag: lag }, evidence: { lag } };
    });
  },
};
