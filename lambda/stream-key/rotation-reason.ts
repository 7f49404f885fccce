import { dueRotation } from './due';
import type { KeyMemory } from './memory';
import type { Rotation, WantedStreamKey } from './wanted';
import { RotationReason } from '../../src/contract/rotation-reason';

/** The reason for which the request asks for a rotation; undefined if it does not. */
export function askedRotation(wanted: WantedStreamKey, memory: KeyMemory): RotationReason | undefined {
  if (memory.serial < wanted.serial) return RotationReason.DEPLOYMENT;
  return isRequested(wanted.rotation, memory) ? wanted.rotation.reason : undefined;
}

/** The reason to rotate a key: the request, or a rotation that was deferred. */
export function reasonToRotate(wanted: WantedStreamKey, memory: KeyMemory): RotationReason | undefined {
  return askedRotation(wanted, memory) ?? dueRotation(memory)?.reason;
}

/** The same while the key is unknown, for the report of a failure: by the serial of the last deployment. */
export function presumedReason({ serial, rotation, deployment }: WantedStreamKey): RotationReason | undefined {
  if (rotation.id !== undefined) return rotation.reason;
  return deployment?.serialBefore !== undefined && deployment.serialBefore < serial ? RotationReason.DEPLOYMENT : undefined;
}

/** Whether a rotation asks for another key than this one. */
export function isRequested({ id, unlessMadeAfter }: Pick<Rotation, 'id' | 'unlessMadeAfter'>, { rotations = [], created }: KeyMemory): boolean {
  const isYounger = created !== undefined && unlessMadeAfter !== undefined && secondOf(created) > secondOf(unlessMadeAfter);
  return id !== undefined && !rotations.includes(id) && !isYounger;
}

/** Events have their time in whole seconds. */
function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
