import { isSameOwner, KeyMemory, Owner, readMemory, secretDigest } from './memory';
import type { WantedStreamKey } from './wanted';
import { ADOPT_TAG, KeyTag } from '../../src/contract/tags';
import type { StreamKey } from '../aws/aws';
import { Refusal } from '../report/refusal';

/** What the key has to remember so that it is ours; throws if it cannot be. */
export function claim(wanted: WantedStreamKey, key: StreamKey): KeyMemory {
  const { owner, serial, channelArn, secretArn, takesOver } = wanted;
  const memory = readMemory(key.tags);
  const secret = secretDigest(secretArn);
  if (!memory) {
    requireHandedOver(key, owner, channelArn);
    return { owner, serial: wanted.serialOfUnmanaged ?? serial, secret, origin: 'adopted' };
  }
  if (isSameOwner(memory.owner, owner)) {
    requireSameSecret(wanted, memory, secret);
    // Once the construct is updated under its name, no roll-back goes back to another one.
    return { ...memory, secret, origin: originOf(memory, wanted), predecessor: wanted.isUpdate ? undefined : memory.predecessor };
  }

  if (memory.owner.stack !== owner.stack) {
    throw new Refusal(`The channel ${channelArn} has a stream key that ${memory.owner.resource} of the stack ${memory.owner.stack} manages (${key.arn}), `
      + 'and IVS allows one stream key per channel. To take it over with its value: if that stack still manages it, deploy it with RemovalPolicy.RETAIN and then '
      + 'without the ManagedStreamKey; once it is gone from there, '
      + `"aws ivs untag-resource --resource-arn ${key.arn} --tag-keys ${KeyTag.STACK}", and deploy this stack again. `
      + `To leave it there, use that stack's secret. If nobody needs it: "aws ivs delete-stream-key --arn ${key.arn}".`);
  }
  if (!takesOver) {
    throw new Refusal(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack by now, not to ${owner.resource}. `
      + `Rotate the secret of ${memory.owner.resource}.`);
  }
  if (memory.serial < serial) {
    throw new Refusal(`The stream key of the channel ${channelArn} belongs to ${memory.owner.resource} of this stack, which ${owner.resource} seems to replace, `
      + `and serial ${serial} asks for a rotation as well. Were the deployment rolled back, the secret of ${memory.owner.resource} would hold a dead key. `
      + `Rename the construct first, with serial ${memory.serial}, and count serial up in the next deployment.`);
  }
  // Of a retained construct no Delete comes: neither late, for the old name, nor in a roll-back, for the new one.
  const predecessor = wanted.isRetained ? undefined : memory.owner.resource;
  return { ...memory, owner, secret, origin: originOf(memory, wanted), predecessor };
}

/** A key that was retained and is found again was there before: a roll-back must leave it. */
function originOf({ origin }: KeyMemory, { isRetained, isUpdate, takesOver }: WantedStreamKey): KeyMemory['origin'] {
  if (!takesOver || origin === 'adopted') return origin;
  if (isRetained) return 'retained';
  return origin === 'retained' && !isUpdate ? 'adopted' : 'created';
}

/**
 * Throws if a rotation comes by a secret that no longer keeps the key: its own one would hold a dead key.
 * Only a deployment moves a key from one secret to another, and until its clean-up the old one rotates, too.
 */
function requireSameSecret({ channelArn, secretArn, takesOver }: WantedStreamKey, memory: KeyMemory, secret: string): void {
  if (takesOver || memory.secret === undefined || memory.secret === secret) return;
  throw new Refusal(`The stream key of the channel ${channelArn} is kept in another secret than ${secretArn}. Rotate that one.`);
}

/**
 * Throws if CloudFormation may still delete the key. Its clean-up deletes what a template no longer has once everything else has succeeded,
 * so a key that is adopted in the same deployment would be gone afterwards. The tag and RETAIN are deployed together: with the tag, the key stays.
 */
function requireHandedOver({ arn, tags, madeFor }: StreamKey, owner: Owner, channelArn: string): void {
  if (!madeFor || tags[ADOPT_TAG] === 'true') return;
  const { stack, logicalId } = madeFor;
  const isOurs = stack === owner.stack;
  const risk = isOurs
    ? `If ${logicalId} leaves the template in this deployment, CloudFormation deletes the key afterwards. Nothing has been changed. Deploy twice: `
      + `first keep ${logicalId}, with RemovalPolicy.RETAIN and the tag ${ADOPT_TAG}=true (ManagedStreamKey.prepareAdoption sets both); `
      + 'then put the ManagedStreamKey in its place, under another construct id.'
    : `That stack may delete the key. Nothing has been changed. First deploy that stack with RemovalPolicy.RETAIN and the tag ${ADOPT_TAG}=true on ${logicalId} `
      + `(ManagedStreamKey.prepareAdoption sets both), then take ${logicalId} out of it, and deploy this stack again.`;
  throw new Refusal(`The stream key ${arn} of the channel ${channelArn} was made by CloudFormation for ${logicalId} of ${isOurs ? 'this stack' : `the stack ${stack}`}. ${risk} `
    + `If ${logicalId} is no longer in its stack, or the stack is gone: "aws ivs tag-resource --resource-arn ${arn} --tags ${ADOPT_TAG}=true", and deploy again.`);
}
