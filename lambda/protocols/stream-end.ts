import { SecretTask, withSecret } from './secret-task';
import { wantedBySecret } from './wanted-by-secret';
import { RotationReason } from '../../src/contract/rotation-reason';
import type { StreamEnd } from '../../src/contract/stream-end';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import { log } from '../report/log';
import { Outdated, Refusal } from '../report/refusal';
import { reconcile } from '../stream-key/reconcile';
import { MAX_VERSIONS, Rotation, WantedStreamKey } from '../stream-key/wanted';

/** The milliseconds during which IVS may show a stream that has ended. */
const LAG = 30_000;
/** The versions that a burst of broadcasts leaves to deployments and to rotations by hand. */
const RESERVED_VERSIONS = 10;

/**
 * Rotates at the end of a broadcast, or carries out a deferred rotation. Throws a failure, and Lambda tries again; not a refusal, which would be the same.
 *
 * Events come twice, late or out of order: a stream id rotates once, a key made after the end needs no rotation,
 * and while a newer broadcast is running everything waits for its end.
 */
export async function streamEnded({ ChannelArn, SecretArn, StreamId, Time, Rotate }: StreamEnd, aws: Aws): Promise<void> {
  const task: SecretTask = {
    channelArn: ChannelArn, secretArn: SecretArn, task: `Rotation after the end of ${StreamId}`, reason: RotationReason.STREAM_END, again: 'It is retried.',
  };
  await withSecret(task, aws, async (secret) => {
    const rotation: Rotation = {
      reason: RotationReason.STREAM_END,
      versionLimit: MAX_VERSIONS - RESERVED_VERSIONS,
      ...(Rotate ? { id: StreamId, unlessMadeAfter: Time } : {}),
    };
    const wish = (now = secret): WantedStreamKey => {
      const wanted = wantedBySecret(now, rotation);
      if (wanted.channelArn !== ChannelArn) throw new Outdated(`The secret ${SecretArn} is for the channel ${wanted.channelArn} by now, not for ${ChannelArn}.`);
      return { ...wanted, whileLive: WhileLive.DEFER };
    };
    const { channelArn } = wish();
    // A stream that is still there after that was resumed, and will end again.
    await aws.budget.waitUntil(async () => (await aws.ivs.findStream(channelArn))?.id !== StreamId, LAG);
    const { streamKeyArn, secretVersionId } = await reconcile(aws, wish);
    log('stream ended', { streamId: StreamId, channelArn, streamKeyArn, secretArn: SecretArn, secretVersionId });
  }).catch((error) => {
    if (error instanceof Outdated) return log('stream end outdated', { streamId: StreamId, channelArn: ChannelArn, secretArn: SecretArn, why: error.message });
    if (!(error instanceof Refusal)) throw error;
  });
}
