import { KeyChanged, unlessChanged } from './key-changed';
import { isSameOwner, Owner, readMemory, writeMemory } from './memory';
import { isMemoryTag, KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import type { Tags } from '../aws/aws-tags';
import { CallFailure } from '../aws/call-failure';
import type { LiveStream, StreamKey } from '../aws/ivs';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';

/** The stream key that a resource no longer wants. */
export interface UnwantedStreamKey {
  readonly owner: Owner;
  readonly channelArn: string;
  /** The names of the tags that the resource has put on the key. */
  readonly tagKeys: string[];
  readonly whileLive: WhileLive;
}

/** The observed state of a channel whose key is to go. */
export interface ObservedForRemoval {
  readonly key?: StreamKey;
  readonly stream?: LiveStream;
  /** Whether the channel is gone, and its key with it; or its region has no IVS. */
  readonly channelIsGone?: boolean;
}

/** What is to be done about the key. */
export type Removal =
  | { readonly action: 'leave'; readonly isRetained?: boolean }
  | { readonly action: 'delete' | 'stopStream' }
  | { readonly action: 'refuse'; readonly message: string }
  /** Takes tags off; sets others first. */
  | { readonly action: 'changeTags'; readonly set?: Tags; readonly removed: string[] };

/** The milliseconds during which a channel is asked for a key that it does not show. */
const YOUNG_KEY_LAG = 5_000;

/**
 * Deletes the channel's key if it belongs to this very resource, and gives an adopted one back.
 *
 * Leaves the keys of others alone, and a channel that is gone, and its key with it.
 */
export async function removeStreamKey(aws: Aws, unwanted: UnwantedStreamKey): Promise<void> {
  for (let round = 0; ; round++) {
    const observed = await lookFor(aws, unwanted.channelArn);
    try {
      return await carryOut(aws, unwanted, observed.key, decideRemoval(observed, unwanted));
    } catch (error) {
      // An earlier attempt, whose answer was lost, has deleted it or given it back, or a rotation has replaced it.
      if (!(error instanceof KeyChanged) || !aws.budget.hasTime) throw error;
      await aws.budget.pause(round);
    }
  }
}

export function decideRemoval({ key, stream }: ObservedForRemoval, unwanted: UnwantedStreamKey): Removal {
  const { owner, tagKeys, whileLive } = unwanted;
  // An interrupted attempt has deleted the key, and the stream goes on without one.
  if (!key) return { action: 'stopStream' };
  const memory = readMemory(key.tags);
  if (!memory || memory.owner.stack !== owner.stack) return { action: 'leave' };
  if (!isSameOwner(memory.owner, owner)) {
    // The late end of a rename: from now on there is no way back to the old name. Or the old name has the key back already.
    const isRenamed = [owner.resource, memory.owner.resource].includes(key.tags[KeyTag.PREDECESSOR]);
    return isRenamed ? { action: 'changeTags', removed: [KeyTag.PREDECESSOR] } : { action: 'leave' };
  }
  if (memory.predecessor) {
    // A rename that is rolled back: CloudFormation does not call the old name, whose secret only its next rotation tells.
    const before = writeMemory({ ...memory, owner: { ...memory.owner, resource: memory.predecessor }, predecessor: undefined });
    return { action: 'changeTags', set: { ...before, [KeyTag.SECRET]: '' }, removed: [KeyTag.PREDECESSOR] };
  }
  if (memory.origin === 'retained') return { action: 'leave', isRetained: true };
  if (memory.origin === 'adopted') {
    return { action: 'changeTags', removed: Object.keys(key.tags).filter((name) => isMemoryTag(name) || tagKeys.includes(name)) };
  }
  return stream && whileLive !== WhileLive.DISCONNECT ? { action: 'refuse', message: isLive(unwanted, stream) } : { action: 'delete' };
}

async function carryOut(aws: Aws, unwanted: UnwantedStreamKey, key: StreamKey | undefined, removal: Removal): Promise<void> {
  const { channelArn } = unwanted;
  const onKey = (act: () => Promise<void>) => unlessChanged(aws, channelArn, key!, act);
  switch (removal.action) {
    case 'leave':
      if (removal.isRetained) log('stream key retained', { channelArn, streamKeyArn: key!.arn });
      return;
    case 'refuse': throw new Refusal(removal.message);
    case 'stopStream': return stopStreamAndWait(aws, unwanted);
    case 'changeTags': {
      const { set, removed } = removal;
      if (set) await onKey(() => aws.ivs.tag(key!.arn, set));
      return onKey(() => aws.ivs.untag(key!.arn, removed));
    }
    case 'delete':
      await onKey(() => aws.ivs.deleteStreamKey(key!.arn));
      return stopStreamAndWait(aws, unwanted);
  }
}

function isLive({ channelArn, whileLive }: UnwantedStreamKey, { id }: LiveStream): string {
  return `The channel ${channelArn} is live (${id}), and whileLive is ${whileLive}: its stream key is not deleted. `
    + `End the broadcast, for example with "aws ivs stop-stream --channel-arn ${channelArn}", and delete again. `
    + 'A deletion stops the broadcast itself if whileLive: WhileLive.DISCONNECT was deployed before.';
}

/** Stops a stream, which may have begun just before the key was deleted, and waits: a channel can be deleted only once it is offline. */
async function stopStreamAndWait(aws: Aws, { channelArn, whileLive }: UnwantedStreamKey): Promise<void> {
  if (whileLive !== WhileLive.DISCONNECT) return;
  const { stream } = await observe(aws, channelArn);
  if (!stream) return;
  await aws.ivs.stopStream(channelArn);
  await aws.budget.waitUntil(async () => (await aws.ivs.findStream(channelArn))?.id !== stream.id);
}

/** Looks for a key for a while: one that was made just before may not be shown yet. */
async function lookFor(aws: Aws, channelArn: string): Promise<ObservedForRemoval> {
  let observed: ObservedForRemoval = {};
  await aws.budget.waitUntil(async () => {
    observed = await observe(aws, channelArn);
    return observed.key !== undefined || observed.channelIsGone === true;
  }, YOUNG_KEY_LAG);
  return observed;
}

async function observe({ ivs }: Aws, channelArn: string): Promise<ObservedForRemoval> {
  try {
    const [key, stream] = await Promise.all([ivs.findStreamKey(channelArn), ivs.findStream(channelArn)]);
    return { key, stream };
  } catch (error) {
    if (error instanceof CallFailure && (error.isNotFound || error.isNoEndpoint)) return { channelIsGone: true };
    throw error;
  }
}
