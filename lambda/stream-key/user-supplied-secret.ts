import { isSameOwner, Owner } from './memory';
import { tagsOf } from './observe';
import { DesiredState, writeDesiredState } from '../../src/contract/desired-state';
import { KeyTag, LookAfterTag, SecretTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import type { Tags } from '../aws/aws-tags';
import { CallFailure } from '../aws/call-failure';
import { SECRET_LAG } from '../aws/secrets-manager';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';

/** A user-supplied secret, and the desired state of the stream key in it. */
export interface UserSuppliedSecret {
  readonly secretArn: string;
  readonly desired: DesiredState;
  /** Whether CloudFormation updates a resource under its name. */
  readonly isUpdate: boolean;
}

/** The tags of the desired state that a rename must not change: a roll-back could not undo that. */
const STATE = [KeyTag.SERIAL, ...Object.values(SecretTag)];
const OURS: readonly string[] = [KeyTag.STACK, KeyTag.RESOURCE, KeyTag.PREDECESSOR, ...STATE, ...Object.values(LookAfterTag)];

/**
 * Tags a secret that is not in the template with the desired state: the handler's permissions are written on these tags,
 * and rotations go by them. Throws if the secret holds the key of another resource.
 */
export async function takeSecret(aws: Aws, supplied: UserSuppliedSecret): Promise<void> {
  const { secretArn, desired, isUpdate } = supplied;
  // IAM does not show a secret without our tags, nor any while a permission is not in force yet. It shows one with the stack's tag.
  if (!await aws.secrets.find(secretArn)) await tag(aws, supplied, { [KeyTag.STACK]: desired.stack });
  const before = tagsOf(await aws.secrets.describe(secretArn));
  const tags = tagsToTake(supplied, before);
  if (Object.entries(tags).some(([name, value]) => before[name] !== value)) await tag(aws, supplied, tags);
  // Once the resource is updated under its name, no roll-back returns to another one.
  const superfluous = [...STATE, ...(isUpdate ? [KeyTag.PREDECESSOR] : [])].filter((name) => name in before && !(name in tags));
  if (superfluous.length) await aws.secrets.untag(secretArn, superfluous);
}

/** If IAM refuses, throws the refusal that names the secret's owner. */
async function tag(aws: Aws, supplied: UserSuppliedSecret, tags: Tags): Promise<void> {
  try {
    await aws.secrets.tag(supplied.secretArn, tags);
  } catch (error) {
    if (error instanceof CallFailure && error.isAccessDenied) tagsToTake(supplied, tagsOf(await aws.secrets.find(supplied.secretArn)));
    throw error;
  }
}

/** The tags of a secret that holds our key. Throws if it holds another resource's. */
function tagsToTake({ secretArn, desired }: UserSuppliedSecret, before: Tags): Tags {
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource } = before;
  const tags = writeDesiredState(desired);
  if (!stack || !resource || isSameOwner({ stack, resource }, desired)) return tags;

  const unlessGone = `If that one is gone, ${howToUntag(secretArn, before)}`;
  if (stack !== desired.stack) {
    throw new Refusal(`The secret ${secretArn} holds the stream key of ${resource} of the stack ${stack}, and a secret holds one. `
      + `Give the construct another secret, or take the ManagedStreamKey out of one of the two stacks. ${unlessGone}`);
  }
  const changed = STATE.filter((name) => (before[name] || undefined) !== tags[name]);
  if (changed.length) {
    throw new Refusal(`The secret ${secretArn} holds the stream key of ${resource} of this stack, which ${desired.resource} seems to replace, with other values of `
      + `${changed.join(', ')}. Were the deployment rolled back, the secret of ${resource} would be wrong. `
      + `Rename the construct first, and change the rest in the next deployment. ${unlessGone}`);
  }
  return { ...tags, [KeyTag.PREDECESSOR]: resource };
}

/**
 * Removes the tags of a secret if they are this very resource's; the value stays. Tags that cannot be removed stay as well,
 * with a line in the log: they must not keep a stack from being deleted.
 */
export async function releaseSecret(aws: Aws, owner: Owner, channelArn: string, secretArn: string): Promise<void> {
  let tags: Tags = {};
  try {
    const secret = await aws.secrets.find(secretArn, SECRET_LAG);
    if (!secret) log('tags of the secret not removed', { secretArn, remark: 'The secret is gone, or IAM does not show it.' });
    tags = tagsOf(secret);
    await release(aws, owner, channelArn, secretArn, tags);
  } catch (error) {
    if (!(error instanceof CallFailure) || !(error.mayBeGone || error.name === 'InvalidRequestException')) throw error;
    // Usually because this was the last key with such a secret, and the same deployment withdrew the permission.
    const remark = `The secret ${secretArn} keeps its tags, because ${error.action} failed: ${error.name}. Before another stack can use it, ${howToUntag(secretArn, tags)}`;
    log('tags of the secret not removed', { secretArn, remark });
  }
}

async function release({ secrets }: Aws, owner: Owner, channelArn: string, secretArn: string, tags: Tags): Promise<void> {
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource, [KeyTag.PREDECESSOR]: predecessor } = tags;
  if (stack !== owner.stack) return;

  if (resource !== owner.resource) {
    // The late end of a rename: from now on there is no way back to the old name. Or the old name has the secret back already.
    if ([owner.resource, resource].includes(predecessor)) await secrets.untag(secretArn, [KeyTag.PREDECESSOR]);
  } else if (predecessor && predecessor !== resource) {
    // A rename that is rolled back: CloudFormation does not call the old name, which has the secret again.
    await secrets.tag(secretArn, { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: predecessor });
    await secrets.untag(secretArn, [KeyTag.PREDECESSOR]);
  } else if (tags[SecretTag.CHANNEL] === channelArn) {
    await secrets.untag(secretArn, OURS.filter((name) => name in tags));
  }
}

function howToUntag(secretArn: string, tags: Tags): string {
  const names = Object.keys(tags).filter((name) => OURS.includes(name));
  return `take the tags off with "aws secretsmanager untag-resource --secret-id ${secretArn} --tag-keys ${names.join(' ')}".`;
}
