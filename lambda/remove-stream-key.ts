import type { Aws, StreamKey } from './aws';
import { CallFailure } from './call-failure';
import { isMemory, isSameOwner, KeyMemory, Owner, readMemory, writeMemory } from './key-memory';
import { KeyTag } from '../src/stream-key-contract';

/** The stream key that a resource no longer wants. */
export interface UnwantedStreamKey {
  readonly owner: Owner;
  readonly channelArn: string;
  /** The names of the tags that the resource has put on the key. */
  readonly tagKeys: string[];
}

/**
 * Removes the channel's key if it is this very resource's, and gives an adopted one back as it was.
 *
 * A key of anybody else is left alone, as is a channel that has gone, and its key with it.
 */
export async function removeStreamKey(aws: Aws, unwanted: UnwantedStreamKey): Promise<void> {
  const key = await findStreamKey(aws, unwanted.channelArn);
  const memory = key && readMemory(key.tags);
  if (!memory || memory.owner.stack !== unwanted.owner.stack) return;

  try {
    if (isSameOwner(memory.owner, unwanted.owner)) await letGo(aws, unwanted, key, memory);
    // The late end of a rename: from now on there is no way back to the old name. Or the old name has the key back already.
    else if ([unwanted.owner.resource, memory.owner.resource].includes(key.tags[KeyTag.PREDECESSOR])) await aws.untag(key.arn, [KeyTag.PREDECESSOR]);
  } catch (error) {
    const gone = error instanceof CallFailure && error.mayBeGone && (await findStreamKey(aws, unwanted.channelArn))?.arn !== key.arn;
    if (!gone) throw error;
  }
}

async function letGo(aws: Aws, { tagKeys }: UnwantedStreamKey, key: StreamKey, memory: KeyMemory): Promise<void> {
  if (memory.predecessor) {
    // A rename that is rolled back: its old name, which CloudFormation does not call, has the key again.
    await aws.tag(key.arn, writeMemory({ ...memory, owner: { ...memory.owner, resource: memory.predecessor }, predecessor: undefined }));
    await aws.untag(key.arn, [KeyTag.PREDECESSOR]);
  } else if (memory.origin === 'adopted') {
    await aws.untag(key.arn, Object.keys(key.tags).filter((name) => isMemory(name) || tagKeys.includes(name)));
  } else {
    await aws.deleteStreamKey(key.arn);
  }
}

async function findStreamKey(aws: Aws, channelArn: string): Promise<StreamKey | undefined> {
  try {
    return await aws.findStreamKey(channelArn);
  } catch (error) {
    if (error instanceof CallFailure && error.isNotFound) return undefined;
    throw error;
  }
}
