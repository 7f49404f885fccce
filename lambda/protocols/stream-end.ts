import { SecretTask, withSecret } from './rotation-of-secret';
import { wantedBySecret } from './wanted-by-secret';
import { RotationReason } from '../../src/contract/rotation-reason';
import type { StreamEnd } from '../../src/contract/stream-end';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import type { Patience } from '../aws/patience';
import { log } from '../report/log';
import { Outdated, Refusal } from '../report/refusal';
import { keepStreamKey } from '../stream-key/keep';
import { MAX_VERSIONS, Rotation, WantedStreamKey } from '../stream-key/wanted';

/** How long IVS may go on showing a stream that has ended. */
const LAG = 30_000;
/** Versions that a burst of broadcasts leaves to deployments and to whoever has to rotate by hand. */
const RESERVED_VERSIONS = 10;

/**
 * Carries out what is due when a broadcast has ended; a failure is thrown, and Lambda tries it again. A refusal is not: it would be the same.
 *
 * Events come twice, late or out of order: a stream id rotates once, a key that was made after the end needs no rotation,
 * and with a newer broadcast running everything waits for the end of that one.
 */
export async function streamEnded({ ChannelArn, SecretArn, StreamId, Time, Rotate }: StreamEnd, aws: Aws, patience: Patience): Promise<void> {
  const task: SecretTask = {
    channelArn: ChannelArn, secretArn: SecretArn, task: `Rotation after the end of ${StreamId}`, reason: RotationReason.STREAM_END, again: 'It is tried again.',
  };
  await withSecret(task, aws, patience, async (secret) => {
    const rotation: Rotation = {
      reason: RotationReason.STREAM_END,
      expected: true,
      versionLimit: MAX_VERSIONS - RESERVED_VERSIONS,
      ...(Rotate ? { id: StreamId, unlessMadeAfter: Time } : {}),
    };
    const wish = (now = secret): WantedStreamKey => {
      const wanted = wantedBySecret(now, rotation);
      if (wanted.channelArn !== ChannelArn) throw new Outdated(`The secret ${SecretArn} is for the channel ${wanted.channelArn} by now, not for ${ChannelArn}.`);
      return { ...wanted, whileLive: WhileLive.DEFER };
    };
    const { channelArn } = wish();
    // A stream that is still there after that has been resumed, and will end again.
    await patience.until(async () => (await aws.findStream(channelArn))?.id !== StreamId, LAG);
    const { streamKeyArn, secretVersionId } = await keepStreamKey(aws, patience, wish);
    log('stream ended', { streamId: StreamId, channelArn, streamKeyArn, secretArn: SecretArn, secretVersionId });
  }).catch((error) => {
    if (error instanceof Outdated) return log('stream end outdated', { streamId: StreamId, channelArn: ChannelArn, secretArn: SecretArn, why: error.message });
    if (!(error instanceof Refusal)) throw error;
  });
}
