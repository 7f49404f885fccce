import type { Decision } from './decision';
import type { KeyMemory } from './memory';
import { currentVersion, labelsOf, Observed } from './observe';
import { currentVersionWith, versionIds } from './secret-version';
import type { WantedStreamKey } from './wanted';
import { LISTING_LAG, StreamKey } from '../aws/ivs';

/**
 * Waits if the key may have been replaced a moment ago, so that IVS still shows it: the secret has had it, and holds another one by now.
 *
 * The secret may also have been overwritten by hand. The wait ends when IVS can no longer show an old key.
 */
export function overtakenKey({ deployment }: WantedStreamKey, key: StreamKey, memory: KeyMemory, observed: Observed): Decision | undefined {
  const current = currentVersion(observed.secret);
  if (deployment?.type === 'move' || !current) return undefined;
  if (!wasStored(key.arn, memory, observed) || currentVersionWith(key.arn, memory, observed)) return undefined;
  const stored = observed.versions.find(({ VersionId }) => VersionId === current)?.CreatedDate;
  const until = new Date((stored?.getTime() ?? 0) + LISTING_LAG);
  return until > observed.at ? { action: 'wait', until } : undefined;
}

/** Whether a version that held the key still has a label: usually AWSPREVIOUS. */
function wasStored(keyArn: string, memory: KeyMemory, observed: Observed): boolean {
  return versionIds(keyArn, memory, observed).some((id) => labelsOf(observed.secret, id).some((label) => label !== 'AWSPENDING'));
}
