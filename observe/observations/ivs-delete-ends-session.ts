import { CHANNEL } from '../function-role';
import { streamState, whileLive } from '../live-channel';
import type { Observation } from '../observation';
import { deleteKey } from '../stream-key';

export const ivsDeleteEndsSession: Observation = {
  id: 'ivs-delete-ends-session',
  question: 'Does DeleteStreamKey end the session that runs with the key?',
  resources: { DeleteEndsSessionChannel: CHANNEL },
  async observe(context) {
    const { id, paces: { lag }, waiting } = context;
    const channelArn = id('DeleteEndsSessionChannel');
    return whileLive(context, channelArn, async (keyArn) => {
      await deleteKey(context, keyArn);
      const start = Date.now();
      const ended = await waiting.until(lag, async () => (await streamState(context, channelArn) === undefined ? Date.now() - start : undefined));
      return {
        seen: ended === undefined ? `The session still ran ${lag.longest} ms after DeleteStreamKey.` : `The session ended ${ended} ms after DeleteStreamKey.`,
        reading: { deleteEndsSession: ended !== undefined },
        evidence: { ended, watchedFor: lag.longest },
      };
    });
  },
};
