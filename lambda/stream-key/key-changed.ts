import { KeyTag } from '../../src/contract/tags';
import { Aws, LISTING_LAG, StreamKey } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';

/** The key is another one than a moment ago: look again. */
export class KeyChanged extends Error {}

/**
 * Does something with a key. If it fails because the key is gone, or another's, that is no failure but a reason to look again.
 *
 * IAM refuses what is gone, too, as the policies are written on tags; so the channel's key is looked at before a refusal is waited out.
 * A key that is shown and not found may be so young that only ListStreamKeys knows it.
 */
export async function unlessChanged<T>(aws: Aws, channelArn: string, key: Pick<StreamKey, 'arn' | 'tags'>, act: () => Promise<T>): Promise<T> {
  const { patience } = aws;
  const start = patience.elapsed;
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
      const present = await aws.findStreamKey(channelArn);
      if (present?.arn !== key.arn) throw new KeyChanged(`the stream key ${key.arn} is gone`);
      if (present.tags[KeyTag.STACK] !== key.tags[KeyTag.STACK]) throw new KeyChanged(`the stream key ${key.arn} has another owner`);
      const waited = patience.elapsed - start;
      const isYoung = patience.lasts && waited < LISTING_LAG;
      if (!isYoung && !(error.isAccessDenied && patience.awaitsPermissions)) throw error.after(waited);
      await patience.pause(attempt);
    }
  }
}
