import { KeyTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import { LISTING_LAG, StreamKey } from '../aws/ivs';

/** The state changed since the look: look again. */
export class KeyChanged extends Error {}

/**
 * Acts on a key. A failure because the key is gone or another stack's is no failure but a reason to look again.
 *
 * IAM refuses access to a missing key, too, as the policies are written on tags; so a refusal is waited out only if the channel still has the key.
 * A key that is listed but not found may be so young that only ListStreamKeys shows it.
 */
export async function unlessChanged<T>(aws: Aws, channelArn: string, key: Pick<StreamKey, 'arn' | 'tags'>, act: () => Promise<T>): Promise<T> {
  const { budget } = aws;
  const start = budget.elapsed;
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
      const present = await aws.ivs.findStreamKey(channelArn);
      if (present?.arn !== key.arn) throw new KeyChanged(`the stream key ${key.arn} is gone`);
      if (present.tags[KeyTag.STACK] !== key.tags[KeyTag.STACK]) throw new KeyChanged(`the stream key ${key.arn} has another owner`);
      const waited = budget.elapsed - start;
      const isYoung = budget.hasTime && waited < LISTING_LAG;
      if (!isYoung && !(error.isAccessDenied && budget.awaitsPermissions)) throw error.after(waited);
      await budget.pause(attempt);
    }
  }
}
