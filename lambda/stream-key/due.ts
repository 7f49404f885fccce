import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { Due, KeyMemory } from './memory';
import { pendingVersion } from './staging-labels';
import type { WantedStreamKey } from './wanted';
import { RotationReason } from '../../src/contract/rotation-reason';

const { DEPLOYMENT, ROTATE_SECRET } = RotationReason;

/** The rotation that a key is due for although nothing asks for it now. */
export function dueRotation({ due }: KeyMemory): Due | undefined {
  return due?.reason === DEPLOYMENT ? undefined : due;
}

/** The memory without a rotation that a deployment had asked for and that was rolled back since. */
export function withoutRolledBack(memory: KeyMemory, { serial }: WantedStreamKey): KeyMemory {
  const { due } = memory;
  return due?.reason === DEPLOYMENT && Number(due.id) > serial ? { ...memory, due: undefined } : memory;
}

/**
 * What a key has to remember whose rotation is put off.
 *
 * @param asked why somebody asks for the rotation now; absent if it is merely found to be due
 */
export function putOff({ due }: KeyMemory, { rotation, serial }: WantedStreamKey, asked?: RotationReason): Due | undefined {
  if (asked === undefined) return due;
  const wanted: Due = asked === DEPLOYMENT ? { reason: asked, id: String(serial) } : { reason: asked, id: rotation.id };
  // The rotation of Secrets Manager has a version that waits for the key.
  const [first] = [wanted, due].sort((one, other) => rank(other) - rank(one));
  return first;
}

/** Among equals the later one: Secrets Manager may try a rotation again with another token. */
function rank(due?: Due): number {
  if (!due) return 0;
  return due.reason === DEPLOYMENT ? 1 : due.reason === ROTATE_SECRET ? 3 : 2;
}

/** The token of the rotation that a new key completes, whose version it is stored in. It may have been put off before. */
export function completedToken({ rotation }: WantedStreamKey, { due }: KeyMemory, secret: DescribeSecretResponse): string | undefined {
  if (rotation.isToken) return rotation.id;
  return due?.reason === ROTATE_SECRET && due.id === pendingVersion(secret) ? due.id : undefined;
}
