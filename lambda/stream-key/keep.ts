import { ensure } from './ensure';
import { finish } from './finish';
import { KeyChanged } from './key-changed';
import { observe } from './observe';
import { requireNotOvertaken } from './overtaken';
import { Replacement, ReplacementFailure } from './replacement';
import { store } from './store';
import type { Wish } from './wanted';
import type { Aws } from '../aws/aws';
import type { Patience } from '../aws/patience';

/** The key that there is now. */
export interface KeptStreamKey {
  readonly channelArn: string;
  readonly streamKeyArn: string;
  readonly secretVersionId: string;
  /** Why the rotation that was asked for is put off, and until when. */
  readonly deferral?: string;
}

/**
 * Sees to it that the channel has the wanted key, and the secret its value.
 *
 * It goes by what is there, never by what an earlier attempt was to have done: running it twice,
 * or again after a crash at any point, ends in the same state.
 */
export async function keepStreamKey(aws: Aws, patience: Patience, wish: Wish): Promise<KeptStreamKey> {
  const replacement: Replacement = {};
  let wanted = wish();
  for (let round = 0; ; round++) {
    try {
      const seen = await observe(aws, wanted);
      const { channelArn } = wanted;
      wanted = wish(seen.secret);
      if (wanted.channelArn !== channelArn) continue;
      const key = await ensure(aws, patience, wanted, seen, replacement);
      await requireNotOvertaken(aws, wanted, seen, key);
      const secretVersionId = await store(aws, patience, wanted, seen, key, replacement);
      await finish(aws, wanted, seen.secret, secretVersionId, key);
      return { channelArn, streamKeyArn: key.arn, secretVersionId, deferral: key.deferral };
    } catch (error) {
      if (!(error instanceof KeyChanged) || !patience.lasts) throw replacement.reason ? new ReplacementFailure(replacement.reason, error) : error;
      await patience.pause(round);
    }
  }
}
