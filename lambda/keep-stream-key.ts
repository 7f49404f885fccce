import type { Channel } from '@aws-sdk/client-ivs';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { Aws, OpenStreamKey, StreamKey, Tags } from './aws';
import { CallFailure } from './call-failure';
import { isMemory, isSameOwner, KeyMemory, Owner, readMemory, writeMemory } from './key-memory';
import type { Patience } from './patience';
import { Refusal } from './refusal';
import { secretValue, secretVersionId } from './stored-secret';
import type { StreamKeyAttributes } from '../src/stream-key-contract';

/** The stream key that there should be. */
export interface WantedStreamKey {
  readonly owner: Owner;
  readonly channelArn: string;
  readonly secretArn: string;
  /** A key that was made for a lower serial is due for rotation. */
  readonly serial: number;
  readonly tags: Tags;
  /** Tags that were wanted before, and no longer are. */
  readonly unwantedTags: string[];
}

interface Seen {
  readonly key?: StreamKey;
  readonly channel: Channel;
  readonly secret: DescribeSecretResponse;
}

interface PresentKey {
  readonly arn: string;
  /** Known without asking if the key has just been made. */
  readonly value?: string;
  /** The secret holds a key that is dead already. */
  readonly isSuccessor?: boolean;
}

/** The key is another one than a moment ago: look again. */
class KeyChanged extends Error {}

/**
 * Sees to it that the channel has the wanted key, and the secret its value.
 *
 * It goes by what is there, never by what an earlier attempt was to have done: running it twice,
 * or again after a crash at any point, ends in the same state.
 */
export async function keepStreamKey(aws: Aws, patience: Patience, wanted: WantedStreamKey): Promise<StreamKeyAttributes> {
  for (let round = 0; ; round++) {
    try {
      const seen = await observe(aws, wanted);
      const key = await ensure(aws, patience, wanted, seen);
      return await store(aws, wanted, seen, key);
    } catch (error) {
      if (!(error instanceof KeyChanged) || !patience.lasts) throw error;
      await patience.pause(round);
    }
  }
}

async function observe(aws: Aws, { channelArn, secretArn }: WantedStreamKey): Promise<Seen> {
  const [key, channel, secret] = await Promise.all([aws.findStreamKey(channelArn), aws.getChannel(channelArn), aws.describeSecret(secretArn)]);
  return { key, channel, secret };
}

/** Before anything is done of which the secret would have to hold the result. */
function requireWritable(secret: DescribeSecretResponse, { secretArn }: WantedStreamKey): void {
  if (!secret.DeletedDate) return;
  throw new Refusal(`The secret ${secretArn} is scheduled for deletion (${secret.DeletedDate.toISOString()}). `
    + `Restore it with "aws secretsmanager restore-secret --secret-id ${secretArn}" and deploy again.`);
}

async function ensure(aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen): Promise<PresentKey> {
  if (!seen.key) {
    requireWritable(seen.secret, wanted);
    const memory: KeyMemory = { owner: wanted.owner, serial: wanted.serial, origin: 'created' };
    return create(aws, patience, wanted, { ...wanted.tags, ...writeMemory(memory) });
  }
  const { key } = seen;
  const memory = claim(wanted, key);
  const isDue = memory.serial < wanted.serial;
  if (isDue) requireWritable(seen.secret, wanted);
  const tags = await retag(aws, wanted, key, memory);
  if (!isDue) return key;

  await remove(aws, wanted.channelArn, key);
  const rotated: KeyMemory = { ...memory, serial: wanted.serial, origin: 'created' };
  return { ...await create(aws.insisting(), patience, wanted, { ...tags, ...writeMemory(rotated) }, key.arn), isSuccessor: true };
}

/** What the key has to remember so that it is ours; throws if it cannot be. */
function claim({ owner, serial, channelArn }: WantedStreamKey, key: StreamKey): KeyMemory {
  const memory = readMemory(key.tags);
  if (!memory) return { owner, serial, origin: 'adopted' };
  if (isSameOwner(memory.owner, owner)) return memory;

  if (memory.owner.stack !== owner.stack) {
    throw new Refusal(`The channel ${channelArn} has a stream key that ${memory.owner.resource} of the stack ${memory.owner.stack} manages (${key.arn}), `
      + 'and IVS allows one stream key per channel. Use that stack\'s secret, or take the ManagedStreamKey out of one of the two stacks. '
      + `If that stack is gone, delete the key with "aws ivs delete-stream-key --arn ${key.arn}".`);
  }
  if (memory.serial < serial) {
    throw new Refusal(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack, which ${owner.resource} seems to replace, `
      + `and serial ${serial} asks for a rotation as well. Were the deployment rolled back, the secret of ${memory.owner.resource} would hold a dead key. `
      + `Rename the construct first, with serial ${memory.serial}, and count serial up in the next deployment.`);
  }
  return { ...memory, owner, predecessor: memory.owner.resource };
}

/** Brings the key's tags up to date. It comes before a rotation, because a tag that IVS refuses must not cost the key. */
async function retag(aws: Aws, wanted: WantedStreamKey, key: StreamKey, memory: KeyMemory): Promise<Tags> {
  // On a key that nobody manages no tag can be ours.
  const isManaged = readMemory(key.tags) !== undefined;
  const unwanted = wanted.unwantedTags.filter((name) => isManaged && name in key.tags && !isMemory(name));
  const kept = Object.entries(key.tags).filter(([name]) => !unwanted.includes(name));
  const tags = { ...Object.fromEntries(kept), ...wanted.tags, ...writeMemory(memory) };
  await unlessChanged(aws, wanted.channelArn, key, async () => {
    if (unwanted.length) await aws.untag(key.arn, unwanted);
    if (Object.entries(tags).some(([name, value]) => key.tags[name] !== value)) await aws.tag(key.arn, tags);
  });
  return tags;
}

async function remove(aws: Aws, channelArn: string, key: StreamKey): Promise<void> {
  await unlessChanged(aws, channelArn, key, () => aws.deleteStreamKey(key.arn));
}

/** @param removed the key that has just been deleted, which IVS may still count for a moment */
async function create(aws: Aws, patience: Patience, { channelArn }: WantedStreamKey, tags: Tags, removed?: string): Promise<OpenStreamKey> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await aws.createStreamKey(channelArn, tags);
    } catch (error) {
      if (!(error instanceof CallFailure) || error.name !== 'ServiceQuotaExceededException') throw error;
      // Somebody was faster, or an attempt of ours has worked without our knowing it.
      const present = await aws.findStreamKey(channelArn);
      if (present && present.arn !== removed) throw new KeyChanged('the channel has another stream key than a moment ago');
      if (!patience.lasts) throw error;
      await patience.pause(attempt);
    }
  }
}

async function store(aws: Aws, wanted: WantedStreamKey, { channel, secret, key: before }: Seen, key: PresentKey): Promise<StreamKeyAttributes> {
  const { channelArn, secretArn } = wanted;
  const versionId = secretVersionId(channel, key.arn);
  const stored = { StreamKeyArn: key.arn, SecretArn: secretArn, SecretVersionId: versionId };
  if (secret.VersionIdsToStages?.[versionId]?.includes('AWSCURRENT')) return stored;

  requireWritable(secret, wanted);
  const value = key.value ?? await unlessChanged(aws, channelArn, before!, async () => (await aws.getStreamKey(key.arn)).value);
  if (!value) throw new Refusal(`IVS made the stream key ${key.arn} without a value. Delete it with "aws ivs delete-stream-key --arn ${key.arn}" and deploy again.`);

  const patiently = key.isSuccessor ? aws.insisting() : aws;
  const labels = await patiently.putSecretValue(secretArn, versionId, secretValue(channel, { arn: key.arn, value }));
  if (!labels.includes('AWSCURRENT')) await makeCurrent(aws, secretArn, versionId);

  // A rotation and a deployment at the same time: the last word in the secret has to be the key that exists.
  const last = await aws.findStreamKey(channelArn);
  if (last?.arn !== key.arn) throw new KeyChanged('the channel has another stream key than the one that was stored');
  return stored;
}

/** A version that somebody has overwritten: to store it again does nothing, only the label can be moved back. */
async function makeCurrent(aws: Aws, secretArn: string, versionId: string): Promise<void> {
  const { VersionIdsToStages = {} } = await aws.describeSecret(secretArn);
  const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
  if (current !== versionId) await aws.makeCurrent(secretArn, versionId, current);
}

/** Does something with a key. If it fails because the key has gone meanwhile, that is no failure but a reason to look again. */
async function unlessChanged<T>(aws: Aws, channelArn: string, key: StreamKey, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
    if ((await aws.findStreamKey(channelArn))?.arn === key.arn) throw error;
    throw new KeyChanged(`the stream key ${key.arn} has gone`);
  }
}
