import { isSameOwner, KeyMemory, readMemory } from './memory';
import type { WantedStreamKey } from './wanted';
import type { StreamKey } from '../aws/aws';
import { Refusal } from '../report/refusal';

/** What the key has to remember so that it is ours; throws if it cannot be. */
export function claim({ owner, serial, channelArn, takesOver }: WantedStreamKey, key: StreamKey): KeyMemory {
  const memory = readMemory(key.tags);
  if (!memory) return { owner, serial, origin: 'adopted' };
  if (isSameOwner(memory.owner, owner)) return memory;

  if (memory.owner.stack !== owner.stack) {
    throw new Refusal(`The channel ${channelArn} has a stream key that ${memory.owner.resource} of the stack ${memory.owner.stack} manages (${key.arn}), `
      + 'and IVS allows one stream key per channel. Use that stack\'s secret, or take the ManagedStreamKey out of one of the two stacks. '
      + `If that stack is gone, delete the key with "aws ivs delete-stream-key --arn ${key.arn}".`);
  }
  if (!takesOver) {
    throw new Refusal(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack by now, not to ${owner.resource}. `
      + `Rotate the secret of ${memory.owner.resource}.`);
  }
  if (memory.serial < serial) {
    throw new Refusal(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack, which ${owner.resource} seems to replace, `
      + `and serial ${serial} asks for a rotation as well. Were the deployment rolled back, the secret of ${memory.owner.resource} would hold a dead key. `
      + `Rename the construct first, with serial ${memory.serial}, and count serial up in the next deployment.`);
  }
  return { ...memory, owner, predecessor: memory.owner.resource };
}
