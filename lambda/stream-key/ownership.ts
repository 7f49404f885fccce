import type { Decision } from './decision';
import { isSameOwner, KeyMemory, Origin, readMemory, secretDigest } from './memory';
import type { Deployment, WantedStreamKey } from './wanted';
import { ADOPT_TAG, KeyTag } from '../../src/contract/tags';
import type { StreamKey } from '../aws/ivs';

/** The difference that the clocks of the handler and of CloudFormation may have. Milliseconds. */
const TOLERANCE = 5_000;

/** Refuses a key of another stack. */
export function keyOfAnotherStack({ owner, channelArn }: WantedStreamKey, key: StreamKey): Decision | undefined {
  const memory = readMemory(key.tags);
  if (!memory || memory.owner.stack === owner.stack) return undefined;
  return refuse(`The channel ${channelArn} has a stream key that ${memory.owner.resource} of the stack ${memory.owner.stack} manages (${key.arn}), `
    + 'and IVS allows one stream key per channel. To take it over with its value: if that stack still manages it, deploy it with RemovalPolicy.RETAIN and then '
    + 'without the ManagedStreamKey; once it is gone from there, '
    + `"aws ivs untag-resource --resource-arn ${key.arn} --tag-keys ${KeyTag.STACK}", and deploy this stack again. `
    + `To leave it there, use that stack's secret. If nobody needs it: "aws ivs delete-stream-key --arn ${key.arn}".`);
}

/** Refuses a rotation in the name of a resource that was renamed. */
export function keyOfAnotherResource({ owner, channelArn, deployment }: WantedStreamKey, key: StreamKey): Decision | undefined {
  const memory = readMemory(key.tags);
  if (!memory || deployment || isSameOwner(memory.owner, owner)) return undefined;
  return refuse(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack by now, not to ${owner.resource}. `
    + `Rotate the secret of ${memory.owner.resource}.`);
}

/** Refuses a rename that would rotate as well: a roll-back could not undo it. */
export function renameWithRotation({ owner, channelArn, serial }: WantedStreamKey, key: StreamKey): Decision | undefined {
  const memory = readMemory(key.tags);
  if (!memory || isSameOwner(memory.owner, owner) || memory.serial >= serial) return undefined;
  return refuse(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack, which ${owner.resource} seems to replace, `
    + `and serial ${serial} asks for a rotation as well. Were the deployment rolled back, the secret of ${memory.owner.resource} would hold a dead key. `
    + `Rename the construct first, with serial ${memory.serial}, and count serial up in the next deployment.`);
}

/**
 * Refuses a rotation by a secret that no longer holds the key: the secret that does would hold a dead one.
 * Only a deployment moves a key from one secret to another, and until its clean-up the old secret rotates, too.
 */
export function keyInAnotherSecret({ channelArn, secretArn, deployment }: WantedStreamKey, key: StreamKey): Decision | undefined {
  const holder = readMemory(key.tags)?.secret;
  if (deployment || holder === undefined || holder === secretDigest(secretArn)) return undefined;
  return refuse(`The stream key of the channel ${channelArn} is kept in another secret than ${secretArn}. Rotate that one.`);
}

/**
 * Refuses a key that CloudFormation may still delete: its clean-up deletes what a template no longer has once everything else has succeeded,
 * so a key adopted in the same deployment would be gone afterwards. `ADOPT_TAG` and RETAIN are deployed together: with the tag, the key stays.
 */
export function keyOfCloudFormation({ owner, channelArn }: WantedStreamKey, { arn, tags, madeFor }: StreamKey): Decision | undefined {
  if (readMemory(tags) || !madeFor || tags[ADOPT_TAG] === 'true') return undefined;
  const { stack, logicalId } = madeFor;
  const isOurs = stack === owner.stack;
  const risk = isOurs
    ? `If ${logicalId} leaves the template in this deployment, CloudFormation deletes the key afterwards. Nothing has been changed. Deploy twice: `
      + `first keep ${logicalId}, with RemovalPolicy.RETAIN and the tag ${ADOPT_TAG}=true (ManagedStreamKey.prepareAdoption sets both); `
      + 'then put the ManagedStreamKey in its place, under another construct id.'
    : `That stack may delete the key. Nothing has been changed. First deploy that stack with RemovalPolicy.RETAIN and the tag ${ADOPT_TAG}=true on ${logicalId} `
      + `(ManagedStreamKey.prepareAdoption sets both), then take ${logicalId} out of it, and deploy this stack again.`;
  return refuse(`The stream key ${arn} of the channel ${channelArn} was made by CloudFormation for ${logicalId} of ${isOurs ? 'this stack' : `the stack ${stack}`}. ${risk} `
    + `If ${logicalId} is no longer in its stack, or the stack is gone: "aws ivs tag-resource --resource-arn ${arn} --tags ${ADOPT_TAG}=true", and deploy again.`);
}

/** The memory of a key once it is ours. */
export function claimed({ owner, serial, secretArn, knownSince, deployment }: WantedStreamKey, key: StreamKey): KeyMemory {
  const memory = readMemory(key.tags);
  const secret = secretDigest(secretArn);
  if (!memory) return { owner, serial: deployment?.serialBefore ?? serial, secret, origin: 'adopted', created: knownSince?.toISOString() };
  if (!isSameOwner(memory.owner, owner)) {
    // The roll-back of an Update is no Delete. And for a retained resource comes none: neither a late one for the old name, nor in a roll-back.
    const predecessor = deployment?.isRetained || deployment?.type === 'update' ? undefined : memory.owner.resource;
    return { ...memory, owner, secret, origin: originOf(memory, deployment, false), predecessor };
  }
  return {
    ...memory,
    secret,
    origin: originOf(memory, deployment, wasThereBefore(memory, deployment)),
    // Once the resource is updated under its name, no roll-back returns to another one.
    predecessor: deployment?.type === 'update' ? undefined : memory.predecessor,
  };
}

/** A Create that finds a key from before, because its template retained it, must not take it along when it is rolled back. */
function originOf({ origin }: KeyMemory, deployment: Deployment | undefined, isFromBefore: boolean): Origin {
  if (!deployment || origin === 'adopted') return origin;
  if (deployment.isRetained) return 'retained';
  const isItsOwn = deployment.type === 'update' || deployment.isReturn;
  return !isItsOwn && (origin === 'retained' || isFromBefore) ? 'adopted' : 'created';
}

/** Whether the key is older than the request. */
function wasThereBefore({ created }: KeyMemory, { requested }: Partial<Deployment> = {}): boolean {
  return created !== undefined && requested !== undefined && Date.parse(created) < requested.getTime() - TOLERANCE;
}

function refuse(message: string): Decision {
  return { action: 'refuse', message };
}
