import type { PresentKey } from './ensure';
import { KeyChanged } from './key-changed';
import type { KeyMemory } from './memory';
import { currentVersion, labelsOf, Seen } from './observe';
import { currentVersionWith, versionIds } from './secret-version';
import type { WantedStreamKey } from './wanted';
import { Aws, LISTING_LAG } from '../aws/aws';

/**
 * Throws if the key was replaced a moment ago, and IVS goes on showing it: the secret has had it, and has the new one already.
 *
 * It may also be that somebody has overwritten the secret by hand. So the key is looked at for as long as IVS may show an old one.
 */
export async function requireNotOvertaken(aws: Aws, wanted: WantedStreamKey, seen: Seen, key: Pick<PresentKey, 'arn' | 'memory' | 'value'>): Promise<void> {
  const current = currentVersion(seen.secret);
  const isMadeHere = key.value !== undefined;
  if (isMadeHere || wanted.isOtherChannel || !current) return;
  if (!wasStored(key.arn, key.memory, seen) || currentVersionWith(key.arn, key.memory, seen)) return;
  const stored = await aws.findVersionDate(wanted.secretArn, current);
  const remaining = LISTING_LAG - (Date.now() - (stored?.getTime() ?? 0));
  if (remaining <= 0) return;
  const isReplaced = async () => (await aws.findStreamKey(wanted.channelArn))?.arn !== key.arn;
  if (await aws.patience.until(isReplaced, remaining)) throw new KeyChanged(`the stream key ${key.arn} was replaced`);
}

/** Whether a version that holds the key has a label still: AWSPREVIOUS, as a rule. */
function wasStored(keyArn: string, memory: KeyMemory, seen: Seen): boolean {
  return versionIds(keyArn, memory, seen).some((id) => labelsOf(seen.secret, id).some((label) => label !== 'AWSPENDING'));
}
