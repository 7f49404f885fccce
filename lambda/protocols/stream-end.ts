import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { desiredState } from './desired-state';
import { findOwnKey } from './own-key';
import { SecretTask, withSecret } from './secret-task';
import { wantedBySecret } from './wanted-by-secret';
import { DesiredState, missingTags, readDesiredState } from '../../src/contract/desired-state';
import { STREAM_KEY_RESOURCE_TYPE } from '../../src/contract/resource';
import { RotationReason } from '../../src/contract/rotation-reason';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import { log } from '../report/log';
import { Outdated, Refusal } from '../report/refusal';
import { KeyMemory, readMemory } from '../stream-key/memory';
import { tagsOf } from '../stream-key/observe';
import { reconcile } from '../stream-key/reconcile';
import { isRequested } from '../stream-key/rotation-reason';
import { MAX_VERSIONS, Rotation, WantedStreamKey } from '../stream-key/wanted';

/** The end of a broadcast, as the event has it. */
export interface StreamEnd {
  readonly channelArn: string;
  readonly streamId: string;
  /** ISO 8601. */
  readonly time: string;
}

/** A key, its secret, and the broadcast that is said to have ended. */
export interface AfterBroadcast {
  /** What the last deployment wants. */
  readonly deployed: DesiredState;
  readonly secretArn: string;
  /** Absent if nothing says so: the latest one may have. */
  readonly end?: StreamEnd;
  /** What the key remembers, if nothing is due but what the latest broadcast may ask for. */
  readonly memory?: KeyMemory;
}

const SECOND = 1000;
/** The milliseconds during which IVS may show a stream that has ended. */
const LAG = 30_000;
/** The milliseconds during which IVS may show no end of a broadcast whose end it has sent an event of. */
const END_LAG = 120_000;
/** The seconds until the end of such a broadcast is looked for again. */
const LOOK_AGAIN = 10;
/** The milliseconds within which a deployment that has changed the tags of the secret changes the resource, too. */
const DEPLOYMENT = 3_600_000;
/** The seconds until it is looked whether that has happened. */
const LOOK_AT_DEPLOYMENT = 60;
/** The versions that a burst of broadcasts leaves to deployments and to rotations by hand. */
const RESERVED_VERSIONS = 10;

/** Handles the event of a broadcast's end on any channel of the account. Returns the seconds after which it has to come again, if it has to. */
export async function streamEnded(end: StreamEnd, aws: Aws): Promise<number | undefined> {
  const { channelArn } = end;
  const resource = await ownerOf(channelArn, aws);
  const own = resource === undefined ? undefined : await findOwnKey(aws, resource);
  if (own?.ChannelArn !== channelArn) return undefined;
  const deployed = desiredState({ stack: aws.stack.id, resource: resource! }, own);
  return afterBroadcast({ deployed, secretArn: own.SecretArn, end }, aws);
}

/** The resource of this stack that owns the channel's key; the one that stands for the channel if the key is lost. */
async function ownerOf(channelArn: string, aws: Aws): Promise<string | undefined> {
  const key = await aws.ivs.findStreamKey(channelArn);
  if (!key) {
    const resources = await aws.stack.listResources();
    return resources.find(({ type, physicalId }) => type === STREAM_KEY_RESOURCE_TYPE && physicalId === channelArn)?.logicalId;
  }
  const owner = readMemory(key.tags)?.owner;
  return owner?.stack === aws.stack.id ? owner.resource : undefined;
}

/**
 * Rotates after a broadcast, or carries out a deferred rotation, once the encoder has had its time to come back.
 * Returns the seconds until then, if it is too early. Throws a failure; not a refusal, which would be the same again.
 *
 * Events come twice, late or out of order: only the latest broadcast counts, and IVS says which that is and when it ended.
 * A broadcast rotates once, and a key made after its end needs no rotation.
 */
export async function afterBroadcast({ deployed, secretArn, end, memory }: AfterBroadcast, aws: Aws): Promise<number | undefined> {
  const { channelArn, rotatesAfterStream, reconnectWindow } = deployed;
  const isYounger = (age: number) => end !== undefined && Math.abs(Date.now() - Date.parse(end.time)) < age;
  const about = { channelArn, secretArn, streamId: end?.streamId };
  const task: SecretTask = {
    channelArn, secretArn, task: `Rotation after the end of ${end?.streamId ?? 'a broadcast'}`, reason: RotationReason.STREAM_END, again: 'It is retried.',
  };
  try {
    return await withSecret(task, aws, async (secret) => {
      checkChannel(secret, channelArn);
      if (Object.keys(missingTags(tagsOf(secret), deployed)).length) {
        return isYounger(DEPLOYMENT) ? LOOK_AT_DEPLOYMENT : drop('The secret has other tags than the last deployment gave it.', about);
      }
      if (reconnectWindow === undefined) return undefined;
      const session = await aws.ivs.findLatestSession(channelArn);
      if (!session || (end && session.id !== end.streamId)) return drop('Another broadcast has begun since.', about);
      if (!session.endTime) return isYounger(END_LAG) ? LOOK_AGAIN : drop('The channel is live.', about);
      const wait = session.endTime.getTime() + Number(reconnectWindow) * SECOND - Date.now();
      if (wait > 0) return Math.ceil(wait / SECOND);
      const asked = rotatesAfterStream ? { id: session.id, unlessMadeAfter: session.endTime.toISOString() } : {};
      if (memory && !isRequested(asked, memory)) return undefined;
      await rotateAfter(aws, secret, channelArn, asked);
      return undefined;
    });
  } catch (error) {
    if (error instanceof Outdated) return drop(error.message, about);
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function rotateAfter(aws: Aws, secret: DescribeSecretResponse, channelArn: string, asked: Partial<Rotation>): Promise<void> {
  const rotation: Rotation = { reason: RotationReason.STREAM_END, versionLimit: MAX_VERSIONS - RESERVED_VERSIONS, ...asked };
  const wish = (now = secret): WantedStreamKey => {
    checkChannel(now, channelArn);
    return { ...wantedBySecret(now, rotation), whileLive: WhileLive.DEFER };
  };
  // A stream that is still there after that was resumed, and will end again.
  await aws.budget.waitUntil(async () => await aws.ivs.findStream(channelArn) === undefined, LAG);
  const { streamKeyArn, secretVersionId } = await reconcile(aws, wish);
  log('stream ended', { streamId: asked.id, channelArn, streamKeyArn, secretArn: secret.ARN, secretVersionId });
}

/** Throws `Outdated` if the secret is for another channel by now. */
function checkChannel(secret: DescribeSecretResponse, channelArn: string): void {
  const desired = readDesiredState(tagsOf(secret));
  if (desired?.channelArn !== channelArn) throw new Outdated(`The secret ${secret.ARN} is for ${desired?.channelArn ?? 'no channel'} by now.`);
}

/** Logs why an event is not followed up. */
function drop(why: string, about: { readonly streamId?: string }): undefined {
  if (about.streamId !== undefined) log('stream end outdated', { ...about, why });
  return undefined;
}
