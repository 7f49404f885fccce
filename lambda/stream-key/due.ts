import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { Due, KeyMemory } from './memory';
import { pendingVersion } from './staging-labels';
import type { WantedStreamKey } from './wanted';
import { RotationReason } from '../../src/contract/rotation-reason';

const { DEPLOYMENT, ROTATE_SECRET } = RotationReason;

/** The deferred rotation that nothing else asks for. */
export function dueRotation({ due }: KeyMemory): Due | undefined {
  return due?.reason === DEPLOYMENT ? undefined : due;
}

/** The memory without the deferred rotation of a deployment that was rolled back. */
export function withoutRolledBack(memory: KeyMemory, { serial }: WantedStreamKey): KeyMemory {
  const { due } = memory;
  return due?.reason === DEPLOYMENT && Number(due.id) > serial ? { ...memory, due: undefined } : memory;
}

/**
 * The rotation that a key remembers when one is deferred.
 *
 * @param asked the reason for which the request asks for it; absent if it was due before
 */
export function deferred({ due }: KeyMemory, { rotation, serial }: WantedStreamKey, asked?: RotationReason): Due | undefined {
  if (asked === undefined) return due;
  const wanted: Due = asked === DEPLOYMENT ? { reason: asked, id: String(serial) } : { reason: asked, id: rotation.id };
  // For a rotation of Secrets Manager, a version waits for the key.
  const [first] = [wanted, due].sort((one, other) => rank(other) - rank(one));
  return first;
}

/** Among equals the later one: Secrets Manager may retry a rotation with another token. */
function rank(due?: Due): number {
  if (!due) return 0;
  return due.reason === DEPLOYMENT ? 1 : due.reason === ROTATE_SECRET ? 3 : 2;
}

/** The token of the rotation that a new key completes: its version stores the key. The rotation may have been deferred before. */
export function completedToken({ rotation }: WantedStreamKey, { due }: KeyMemory, secret: DescribeSecretResponse): string | undefined {
  if (rotation.isToken) return rotation.id;
  return due?.reason === ROTATE_SECRET && due.id === pendingVersion(secret) ? due.id : undefined;
}
