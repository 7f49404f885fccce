import { GetChannelCommand } from '@aws-sdk/client-ivs';
import { CHANNEL } from '../function-role';
import type { Observation } from '../observation';
import { createKey } from '../stream-key';

const isUrlSafe = (text: string) => encodeURIComponent(text) === text;

export const ivsUrlSafe: Observation = {
  id: 'ivs-url-safe',
  question: 'Do stream keys and SRT passphrases need no escaping in a URL?',
  resources: { UrlSafeChannel: CHANNEL },
  async observe(context) {
    const arn = context.id('UrlSafeChannel');
    const { value } = await createKey(context, arn);
    const { channel } = await context.ivs.send(new GetChannelCommand({ arn }));
    const { endpoint, passphrase } = channel?.srt ?? {};
    const reading = { keyIsUrlSafe: isUrlSafe(value), ...(passphrase ? { passphraseIsUrlSafe: isUrlSafe(passphrase) } : {}) };
    return {
      seen: `Key: ${reading.keyIsUrlSafe ? 'safe' : 'not safe'}. Passphrase: ${passphrase ? (isUrlSafe(passphrase) ? 'safe' : 'not safe') : 'none'}.`,
      reading,
      evidence: { hasSrtEndpoint: endpoint !== undefined, keyLength: value.length, passphraseLength: passphrase?.length },
    };
  },
};
