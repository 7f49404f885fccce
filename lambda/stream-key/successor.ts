import { completedToken, dueRotation } from './due';
import type { KeyMemory } from './memory';
import { currentVersion, Observed } from './observe';
import { contentDigest } from './stored-secret';
import type { WantedStreamKey } from './wanted';
import type { RotationReason } from '../../src/contract/rotation-reason';
import { WhileLive } from '../../src/contract/while-live';

/** The memory of the key that takes another one's place, but for its time of creation. */
export function successorOf(memory: KeyMemory, wanted: WantedStreamKey, { channel, secret, stream }: Observed, reason: RotationReason): KeyMemory {
  const { serial, rotation, whileLive } = wanted;
  const disconnects = whileLive === WhileLive.DISCONNECT;
  const token = completedToken(wanted, memory, secret);
  // The end of a stream that this rotation stops asks for no other rotation.
  const streamId = disconnects ? stream?.id : undefined;
  const rotations = [...new Set([token, rotation.id, dueRotation(memory)?.id, streamId])].filter((id) => id !== undefined);
  return {
    owner: memory.owner,
    serial: Math.max(memory.serial, serial),
    secret: memory.secret,
    origin: memory.origin === 'retained' ? 'retained' : 'created',
    predecessor: memory.predecessor,
    rotations: rotations.length ? rotations : undefined,
    // A current version with the token as its id holds another key: one that was made for the same token, and was lost.
    content: token !== undefined && token !== currentVersion(secret) ? contentDigest(channel) : undefined,
    unfinished: { reason, disconnects },
  };
}
