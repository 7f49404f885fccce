import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { PresentKey } from './ensure';
import { KeyChanged, unlessChanged } from './key-changed';
import { KeyMemory, writeMemory } from './memory';
import { tagsOf } from './observe';
import type { WantedStreamKey } from './wanted';
import { Metric } from '../../src/contract/metrics';
import { ROTATED_EVENT, RotatedDetail } from '../../src/contract/rotated-event';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import { measure } from '../report/log';

/** How much the handler's clock and that of IVS may differ. No encoder has the new key as soon as that. */
const CLOCK_SKEW = 1000;

/**
 * Does what a rotation leaves to be done once the new key is in the secret: cuts the old key's broadcast off, and tells whoever listens.
 *
 * The key is rotated, whatever comes of this: a failure is no failure of the rotation. It is logged and counted,
 * the key goes on remembering what is unfinished, and whatever runs next tries again.
 */
export async function finish(
  aws: Aws, { channelArn, secretArn }: WantedStreamKey, secret: DescribeSecretResponse, secretVersionId: string, key: PresentKey,
): Promise<void> {
  const { unfinished } = key.memory;
  if (!unfinished) return;
  const { reason, disconnects } = unfinished;
  try {
    if (disconnects) await cutOff(aws, channelArn, key.memory);
    if (SecretTag.LISTENED_TO in tagsOf(secret)) {
      await tell(aws, { channelArn, streamKeyArn: key.arn, secretArn, secretVersionId, reason, time: new Date().toISOString() });
    }
    // It may be counted twice, but never not at all: the key remembers until it has been.
    measure('rotated', channelArn, { [Metric.ROTATIONS]: 1 }, { reason, streamKeyArn: key.arn, secretArn, versionId: secretVersionId });
    await forget(aws, channelArn, key);
  } catch (error) {
    // Another rotation has come in between, and does the same for its key.
    if (error instanceof KeyChanged) return;
    if (!(error instanceof CallFailure)) throw error;
    const remark = `The stream key is rotated, but what comes after it failed at ${error.action}: ${error.name}: ${error.message.replace(/\.?$/, '.')} It is tried again with the next deployment or rotation.`;
    measure('rotation not finished', channelArn, { [Metric.FAILURES]: 1 }, { secretArn, action: error.action, error: error.name, remark });
  }
}

/** Takes off the tag that says what is unfinished. Where that is forbidden, it is emptied: each later run would report the rotation once more. */
async function forget(aws: Aws, channelArn: string, { arn, memory }: PresentKey): Promise<void> {
  const tags = writeMemory(memory);
  try {
    await aws.untag(arn, [KeyTag.UNFINISHED]);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    await unlessChanged(aws, channelArn, { arn, tags }, () => aws.tag(arn, { ...tags, [KeyTag.UNFINISHED]: '' }));
  }
}

/** Ends the broadcast, unless it began with the new key. It need not be the one that the rotation has seen: the old key was good until it was deleted. */
async function cutOff(aws: Aws, channelArn: string, { created = '' }: KeyMemory): Promise<void> {
  const stream = await aws.findStream(channelArn);
  const isLater = stream?.startTime && stream.startTime.getTime() > Date.parse(created) + CLOCK_SKEW;
  if (stream && !isLater) await aws.stopStream(channelArn);
}

async function tell(aws: Aws, detail: RotatedDetail): Promise<void> {
  await aws.putEvent({
    Source: ROTATED_EVENT.source,
    DetailType: ROTATED_EVENT.detailType,
    Resources: [detail.channelArn, detail.secretArn],
    Detail: JSON.stringify(detail),
    Time: new Date(detail.time),
  });
}
