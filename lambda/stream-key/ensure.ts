import { claim } from './claim';
import { completedToken, dueRotation, putOff, withoutRolledBack } from './due';
import { finish } from './finish';
import { KeyChanged, unlessChanged } from './key-changed';
import { forgetting, isMemory, isSameOwner, KeyMemory, readMemory, secretDigest, writeMemory } from './memory';
import { currentVersion, lookAhead, Outlook, Seen } from './observe';
import type { Replacement } from './replacement';
import { currentVersionWith, versionIds } from './secret-version';
import { pendingVersion } from './staging-labels';
import { contentDigest } from './stored-secret';
import type { Rotation, WantedStreamKey } from './wanted';
import { proveWritable, requireWritable } from './writable';
import { Metric } from '../../src/contract/metrics';
import { RotationReason } from '../../src/contract/rotation-reason';
import { ADOPT_TAG, KeyTag, MAX_TAGS } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws, OpenStreamKey, StreamKey, Tags } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';
import { log, measure } from '../report/log';
import { Refusal } from '../report/refusal';

/** The key that a channel has, or has got. */
export interface PresentKey {
  readonly arn: string;
  readonly memory: KeyMemory;
  /** Known without asking if the key has just been made. */
  readonly value?: string;
  /** Why the rotation that was asked for is put off, and until when. */
  readonly deferral?: string;
}

/** Sees to it that the channel has the wanted key. */
export async function ensure(aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen, replacement: Replacement): Promise<PresentKey> {
  if (!seen.key) {
    requireWritable(seen, wanted);
    const memory: KeyMemory = { owner: wanted.owner, serial: wanted.serial, secret: secretDigest(wanted.secretArn), origin: wanted.isRetained ? 'retained' : 'created' };
    const tags = wanted.tagsOfLost ?? wanted.tags;
    if (wanted.isFirst || !currentVersion(seen.secret)) return create(aws, patience, wanted, tags, { ...memory, created: now() });
    replacement.reason ??= wanted.rotation.reason;
    const patiently = replacement.deletedAt === undefined ? aws : aws.insisting();
    return create(patiently, patience, wanted, tags, { ...successor(memory, wanted, seen, replacement.reason, seen.outlook), created: now() });
  }
  const { key } = seen;
  const memory = withoutRolledBack(claim(wanted, key), wanted);
  const asked = askedFor(wanted, memory);
  const reason = asked ?? dueRotation(memory)?.reason;
  // With a rename no rotation: a roll-back could not undo it.
  if (reason && memory.predecessor && !wanted.takesOver) return defer(aws, wanted, key, memory, WAITS_FOR_RENAME, asked);
  if (!reason || isTakenOver(wanted, key)) {
    await retag(aws, wanted, key, memory);
    return { arn: key.arn, memory };
  }
  requireWritable(seen, wanted);
  const outlook = seen.outlook ?? await lookAhead(aws, wanted);
  if (outlook.stream && (wanted.whileLive === WhileLive.DEFER || (!asked && waitsForEnd(wanted, memory)))) {
    const byItself = wanted.whileLive === WhileLive.DEFER ? 'when the broadcast ends, or ' : '';
    return defer(aws, wanted, key, memory, `because the channel is live. It is carried out ${byItself}${LATER} that finds the channel offline.`, asked);
  }
  replacement.reason = reason;
  requireRoom(outlook, seen, wanted, currentVersionWith(key.arn, memory, seen) !== undefined);
  return rotate(aws, patience, wanted, seen, memory, outlook, replacement);
}

const LATER = 'by the next scheduled rotation or change of the construct\'s props';
const WAITS_FOR_RENAME = `because the construct is being renamed, which a roll-back could not undo. It is carried out ${LATER} that comes after the rename.`;

/** What has waited for the end of a broadcast does not cut off the next one, nor end its key. */
function waitsForEnd({ whileLive }: WantedStreamKey, { due }: KeyMemory): boolean {
  return whileLive === WhileLive.DISCONNECT || due?.reason === RotationReason.STREAM_END;
}

/** A key whose successor cannot be stored must not be deleted. The version of a rotation under way takes room, but is not counted while it has no value. */
function requireRoom(
  { recentVersions }: Outlook, { secret }: Seen, { secretArn, channelArn, rotation }: WantedStreamKey, isStored: boolean,
): void {
  // With a KMS key, the present key may have to be stored first.
  const count = recentVersions + ([undefined, rotation.id].includes(pendingVersion(secret)) ? 0 : 1) + (secret.KmsKeyId && !isStored ? 1 : 0);
  if (count < rotation.versionLimit) return;
  throw new Refusal(`The stream key of ${channelArn} is not rotated: the secret ${secretArn} got ${count} versions within 24 hours, `
    + 'and Secrets Manager keeps about 100 and removes none that is younger. The key stays as it is; rotate it less often.');
}

/** Why somebody asks for a rotation now, if somebody does. */
function askedFor({ serial, rotation }: WantedStreamKey, memory: KeyMemory): RotationReason | undefined {
  if (memory.serial < serial) return RotationReason.DEPLOYMENT;
  return isWanted(rotation, memory) ? rotation.reason : undefined;
}

function isWanted({ id, unlessMadeAfter }: Rotation, { rotations = [], created }: KeyMemory): boolean {
  const isYounger = created !== undefined && unlessMadeAfter !== undefined && secondOf(created) > secondOf(unlessMadeAfter);
  return id !== undefined && !rotations.includes(id) && !isYounger;
}

/** Events tell their time to the second. */
function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function isTakenOver({ owner }: WantedStreamKey, { tags }: StreamKey): boolean {
  const before = readMemory(tags);
  return before !== undefined && !isSameOwner(before.owner, owner);
}

/**
 * Leaves the key as it is, and has it remember what a higher serial would say anyway.
 *
 * @param because why the rotation waits, and for how long
 * @param asked why somebody asks for the rotation now, if it is not merely found to be due: the first time is counted
 */
async function defer(
  aws: Aws, wanted: WantedStreamKey, key: StreamKey, memory: KeyMemory, because: string, asked?: RotationReason,
): Promise<PresentKey> {
  const due = putOff(memory, wanted, asked);
  await retag(aws, wanted, key, { ...memory, due });
  const remark = `The rotation is due, and waits, ${because}`;
  if (asked) {
    const { channelArn, secretArn } = wanted;
    if (memory.due) log('rotation still deferred', { reason: asked, channelArn, secretArn });
    else measure('rotation deferred', channelArn, { [Metric.DEFERRED]: 1 }, { reason: asked, secretArn, remark });
  }
  return { arn: key.arn, memory: { ...memory, due }, deferral: asked && remark };
}

async function rotate(
  aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen, memory: KeyMemory, outlook: Outlook, replacement: Replacement,
): Promise<PresentKey> {
  const key = seen.key!;
  const tags = await retag(aws, wanted, key, memory);
  const made = successor(memory, wanted, seen, replacement.reason!, outlook);
  requireTaggable(tags, made, wanted);
  await proveWritable(aws, patience, wanted, seen, key, memory);
  // With the key goes its memory of what is unfinished.
  await finish(aws, wanted, seen.secret, versionIds(key.arn, memory, seen)[0], { arn: key.arn, memory });
  if (outlook.stream && wanted.whileLive === WhileLive.KEEP) {
    const remark = 'The encoder needs the new key when it reconnects.';
    log('rotating while live', { channelArn: wanted.channelArn, streamId: outlook.stream.id, secretArn: wanted.secretArn, remark });
  }
  // If the answer is lost, the key may be dead from now on.
  replacement.deletedAt = performance.now();
  await unlessChanged(aws, wanted.channelArn, key, () => aws.deleteStreamKey(key.arn));
  replacement.deletedAt = performance.now();
  return create(aws.insisting(), patience, wanted, tags, { ...made, created: now() });
}

/** A key whose successor IVS would refuse for its tags must not be deleted. An adopted key may have more of them than a construct. */
function requireTaggable(tags: Tags, made: KeyMemory, { channelArn }: WantedStreamKey): void {
  const count = Object.keys({ ...withoutMemory(tags), ...writeMemory(made) }).length;
  if (count <= MAX_TAGS) return;
  throw new Refusal(`The stream key of ${channelArn} is not rotated: its successor would have ${count} tags, and IVS accepts ${MAX_TAGS}. `
    + 'Take some off the key with "aws ivs untag-resource". The key stays as it is.');
}

/** What a key remembers that takes the place of another one, but for when it is made. */
function successor(memory: KeyMemory, wanted: WantedStreamKey, { channel, secret }: Seen, reason: RotationReason, outlook?: Outlook): KeyMemory {
  const { serial, rotation, whileLive } = wanted;
  const disconnects = whileLive === WhileLive.DISCONNECT;
  const token = completedToken(wanted, memory, secret);
  // The end of a broadcast that this rotation cuts off asks for no other.
  const streamId = disconnects ? outlook?.stream?.id : undefined;
  const rotations = [...new Set([token, rotation.id, dueRotation(memory)?.id, streamId])].filter((id) => id !== undefined);
  return {
    owner: memory.owner,
    serial: Math.max(memory.serial, serial),
    secret: memory.secret,
    origin: memory.origin === 'retained' ? 'retained' : 'created',
    predecessor: memory.predecessor,
    rotations: rotations.length ? rotations : undefined,
    // A version that is current already holds another key: one that was made for the same token, and has gone since.
    content: token !== undefined && token !== currentVersion(secret) ? contentDigest(channel) : undefined,
    unfinished: { reason, disconnects },
  };
}

/** Brings the key's tags up to date. It comes before a rotation, because a tag that IVS refuses must not cost the key. */
async function retag(aws: Aws, wanted: WantedStreamKey, key: StreamKey, memory: KeyMemory): Promise<Tags> {
  // On a key that nobody manages no tag can be ours.
  const isManaged = readMemory(key.tags) !== undefined;
  const unwanted = wanted.unwantedTags.filter((name) => isManaged && name in key.tags && !isMemory(name));
  const written = writeMemory(memory);
  if (isManaged) unwanted.push(...[KeyTag.DUE, KeyTag.PREDECESSOR].filter((name) => key.tags[name] && !(name in written)));
  const kept = Object.entries(key.tags).filter(([name]) => !unwanted.includes(name));
  const tags = { ...Object.fromEntries(kept), ...wanted.tags, ...(isManaged ? {} : forgetting(key.tags)), ...written };
  await unlessChanged(aws, wanted.channelArn, key, async () => {
    if (unwanted.length) await aws.untag(key.arn, unwanted);
    if (Object.entries(tags).some(([name, value]) => key.tags[name] !== value)) await aws.tag(key.arn, tags);
  });
  return tags;
}

async function create(
  aws: Aws, patience: Patience, { channelArn }: WantedStreamKey, tags: Tags, memory: KeyMemory,
): Promise<OpenStreamKey & PresentKey> {
  for (let attempt = 0; ; attempt++) {
    try {
      return { ...await aws.createStreamKey(channelArn, { ...withoutMemory(tags), ...writeMemory(memory) }), memory };
    } catch (error) {
      if (!(error instanceof CallFailure) || error.name !== 'ServiceQuotaExceededException') throw error;
      // Somebody was faster, or an attempt of ours has worked without our knowing it; or IVS still counts the key that was deleted.
      if (await aws.findStreamKey(channelArn)) throw new KeyChanged('the channel has another stream key than a moment ago');
      if (!patience.lasts) throw error;
      await patience.pause(attempt);
    }
  }
}

/** The tags that a key leaves to its successor besides its memory: CloudFormation has nothing to do with that one. */
function withoutMemory(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !isMemory(name) && name !== ADOPT_TAG));
}

function now(): string {
  return new Date().toISOString();
}
