import { KeyChanged, unlessChanged } from './key-changed';
import { KeyMemory, writeMemory } from './memory';
import type { WantedStreamKey } from './wanted';
import { Metric } from '../../src/contract/metrics';
import { KeyTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import { measure } from '../report/log';

/** A key in its secret. */
export interface StoredKey {
  readonly arn: string;
  readonly memory: KeyMemory;
  readonly versionId: string;
}

/** The difference that the clocks of the handler and of IVS may have. No encoder has the new key as soon as that. Milliseconds. */
const CLOCK_SKEW = 1000;

/**
 * Finishes a rotation once the new key is in the secret: stops the stream of the old key, and counts the rotation.
 *
 * A failure here is no failure of the rotation. It is logged and counted, the key goes on remembering the unfinished work,
 * and the next run tries again.
 */
export async function finish(aws: Aws, { channelArn, secretArn }: WantedStreamKey, key: StoredKey): Promise<void> {
  const { unfinished } = key.memory;
  if (!unfinished) return;
  const { reason, disconnects } = unfinished;
  try {
    if (disconnects) await stopStreamOfOldKey(aws, channelArn, key.memory);
    // Counted at least once: the key remembers until it has been.
    measure('rotated', channelArn, { [Metric.ROTATIONS]: 1 }, { reason, streamKeyArn: key.arn, secretArn, versionId: key.versionId });
    await forgetUnfinished(aws, channelArn, key);
  } catch (error) {
    // Another rotation has replaced the key, and finished this one first.
    if (error instanceof KeyChanged) return;
    if (!(error instanceof CallFailure)) throw error;
    const remark = `The stream key is rotated, but a later step failed at ${error.action}: ${error.name}: ${error.message.replace(/\.?$/, '.')} It is retried with the next deployment or rotation.`;
    measure('rotation not finished', channelArn, { [Metric.FAILURES]: 1 }, { secretArn, action: error.action, error: error.name, remark });
  }
}

/** Removes the tag of the unfinished work. If that is forbidden, empties it: each later run would count the rotation once more. */
async function forgetUnfinished(aws: Aws, channelArn: string, { arn, memory }: StoredKey): Promise<void> {
  const tags = writeMemory(memory);
  try {
    await aws.ivs.untag(arn, [KeyTag.UNFINISHED]);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    await unlessChanged(aws, channelArn, { arn, tags }, () => aws.ivs.tag(arn, { ...tags, [KeyTag.UNFINISHED]: '' }));
  }
}

/** Stops the stream, unless it began with the new key. It may be younger than the look: the old key worked until it was deleted. */
async function stopStreamOfOldKey({ ivs }: Aws, channelArn: string, { created = '' }: KeyMemory): Promise<void> {
  const stream = await ivs.findStream(channelArn);
  const isLater = stream?.startTime && stream.startTime.getTime() > Date.parse(created) + CLOCK_SKEW;
  if (stream && !isLater) await ivs.stopStream(channelArn);
}
