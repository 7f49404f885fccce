import { CHANNEL } from '../function-role';
import type { Observation } from '../observation';
import { refusalOf } from '../refusal';
import { createKey } from '../stream-key';

export const ivsSecondKey: Observation = {
  id: 'ivs-second-key',
  question: 'With which error does CreateStreamKey refuse a second key?',
  resources: { SecondKeyChannel: CHANNEL },
  async observe(context) {
    const channelArn = context.id('SecondKeyChannel');
    await createKey(context, channelArn);
    const refusal = await refusalOf(createKey(context, channelArn));
    return {
      seen: refusal ? `It was refused with ${refusal.name} (HTTP ${refusal.status}).` : 'It was not refused: the channel has two keys.',
      reading: { secondKey: refusal?.name ?? 'accepted' },
      evidence: { refusal },
    };
  },
};
