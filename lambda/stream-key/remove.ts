import { KeyChanged, unlessChanged } from './key-changed';
import { isMemory, isSameOwner, KeyMemory, Owner, readMemory, writeMemory } from './memory';
import { KeyTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws, LiveStream, StreamKey } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';
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

interface Found {
  readonly key?: StreamKey;
  readonly stream?: LiveStream;
  /** And the key with it; or there is no IVS where it should be. */
  readonly channelIsGone?: boolean;
}

/** For so many milliseconds a channel is asked for a key that it does not show. */
const YOUNG_KEY_LAG = 5_000;

/**
 * Removes the channel's key if it is this very resource's, and gives an adopted one back as it was.
 *
 * A key of anybody else is left alone, as is a channel that has gone, and its key with it.
 */
export async function removeStreamKey(aws: Aws, patience: Patience, unwanted: UnwantedStreamKey): Promise<void> {
  for (let round = 0; ; round++) {
    const { key, stream } = await lookFor(aws, patience, unwanted.channelArn);
    // An attempt that was interrupted has deleted the key, and the broadcast goes on without one.
    if (!key) return cutOff(aws, patience, unwanted);
    const memory = readMemory(key.tags);
    if (!memory || memory.owner.stack !== unwanted.owner.stack) return;
    try {
      await release(aws, patience, unwanted, { key, stream }, memory);
      return;
    } catch (error) {
      // An attempt whose answer was lost has deleted it or given it back, or a rotation has put another in its place.
      if (!(error instanceof KeyChanged) || !patience.lasts) throw error;
      await patience.pause(round);
    }
  }
}

async function release(
  aws: Aws, patience: Patience, unwanted: UnwantedStreamKey, { key, stream }: Required<Pick<Found, 'key'>> & Found, memory: KeyMemory,
): Promise<void> {
  const { channelArn, owner, tagKeys } = unwanted;
  const withKey = (act: () => Promise<void>) => unlessChanged(aws, channelArn, key, act);
  if (!isSameOwner(memory.owner, owner)) {
    // The late end of a rename: from now on there is no way back to the old name. Or the old name has the key back already.
    if ([owner.resource, memory.owner.resource].includes(key.tags[KeyTag.PREDECESSOR])) await withKey(() => aws.untag(key.arn, [KeyTag.PREDECESSOR]));
  } else if (memory.predecessor) {
    // A rename that is rolled back: its old name, which CloudFormation does not call, has the key again, in a secret that only its next rotation names.
    const before = writeMemory({ ...memory, owner: { ...memory.owner, resource: memory.predecessor }, predecessor: undefined });
    await withKey(() => aws.tag(key.arn, { ...before, [KeyTag.SECRET]: '' }));
    await withKey(() => aws.untag(key.arn, [KeyTag.PREDECESSOR]));
  } else if (memory.origin === 'retained') {
    log('stream key retained', { channelArn, streamKeyArn: key.arn });
  } else if (memory.origin === 'adopted') {
    await withKey(() => aws.untag(key.arn, Object.keys(key.tags).filter((name) => isMemory(name) || tagKeys.includes(name))));
  } else {
    requireOffline(unwanted, stream);
    await withKey(() => aws.deleteStreamKey(key.arn));
    await cutOff(aws, patience, unwanted);
  }
}

function requireOffline({ channelArn, whileLive }: UnwantedStreamKey, stream?: LiveStream): void {
  if (!stream || whileLive === WhileLive.DISCONNECT) return;
  throw new Refusal(`The channel ${channelArn} is live (${stream.id}), and whileLive is ${whileLive}: its stream key is not deleted. `
    + `End the broadcast, such as by "aws ivs stop-stream --channel-arn ${channelArn}", and delete again. `
    + 'A deletion cuts it off by itself if whileLive: WhileLive.DISCONNECT was deployed before.');
}

/** Ends the broadcast, which may have begun while the key was about to die, and waits: the channel can be deleted only once it is offline. */
async function cutOff(aws: Aws, patience: Patience, { channelArn, whileLive }: UnwantedStreamKey): Promise<void> {
  if (whileLive !== WhileLive.DISCONNECT) return;
  const { stream } = await find(aws, channelArn);
  if (!stream) return;
  await aws.stopStream(channelArn);
  await patience.until(async () => (await aws.findStream(channelArn))?.id !== stream.id);
}

/** Looks for a key once more before it says that there is none: a key that was made just before may not be shown yet. */
async function lookFor(aws: Aws, patience: Patience, channelArn: string): Promise<Found> {
  let found: Found = {};
  await patience.until(async () => {
    found = await find(aws, channelArn);
    return found.key !== undefined || found.channelIsGone === true;
  }, YOUNG_KEY_LAG);
  return found;
}

async function find(aws: Aws, channelArn: string): Promise<Found> {
  try {
    const [key, stream] = await Promise.all([aws.findStreamKey(channelArn), aws.findStream(channelArn)]);
    return { key, stream };
  } catch (error) {
    if (error instanceof CallFailure && (error.isNotFound || error.isNoEndpoint)) return { channelIsGone: true };
    throw error;
  }
}
