import { isSameOwner, Owner } from './memory';
import { tagsOf } from './observe';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { Aws, SECRET_LAG, Tags } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';

/** A secret of the customer's own, and what it is to say in its tags of the stream key that is put into it. */
export interface OwnSecret {
  readonly owner: Owner;
  readonly secretArn: string;
  readonly channelArn: string;
  readonly tags: Tags;
  /** Whether CloudFormation updates a construct that it has made under this name. */
  readonly isUpdate: boolean;
}

/** What the secret says in its tags while it holds the key. A renamed construct may not change any of it, as a roll-back could not undo that. */
const WANTED = [KeyTag.SERIAL, ...Object.values(SecretTag)];
const OURS: readonly string[] = [KeyTag.STACK, KeyTag.RESOURCE, KeyTag.PREDECESSOR, ...WANTED];

/** The tags of a secret; none if IAM does not show it, as it shows only secrets that say which stack uses them. */
async function tagsOn(aws: Aws, secretArn: string): Promise<Tags> {
  return tagsOf(await aws.findSecret(secretArn));
}

/**
 * Sees to it that a secret which CloudFormation has not tagged says whose stream key it holds: the handler's permissions are written on it,
 * and rotations that no deployment asks for go by it. Throws if the secret is somebody else's already.
 */
export async function takeSecret(aws: Aws, wanted: OwnSecret): Promise<void> {
  const { owner, secretArn } = wanted;
  // A secret that nobody has is not shown, nor is any while a permission is not in force yet: with the stack's tag it is.
  if (!await aws.findSecret(secretArn)) await tag(aws, wanted, { [KeyTag.STACK]: owner.stack });
  const before = tagsOf(await aws.describeSecret(secretArn));
  const tags = claim(wanted, before);
  if (Object.entries(tags).some(([name, value]) => before[name] !== value)) await tag(aws, wanted, tags);
  // Once the construct is updated under its name, no roll-back goes back to another one.
  const superfluous = [...WANTED, ...(wanted.isUpdate ? [KeyTag.PREDECESSOR] : [])].filter((name) => name in before && !(name in tags));
  if (superfluous.length) await aws.untagSecret(secretArn, superfluous);
}

/** Throws whose the secret is if IAM refuses. */
async function tag(aws: Aws, wanted: OwnSecret, tags: Tags): Promise<void> {
  try {
    await aws.tagSecret(wanted.secretArn, tags);
  } catch (error) {
    if (error instanceof CallFailure && error.isAccessDenied) claim(wanted, await tagsOn(aws, wanted.secretArn));
    throw error;
  }
}

/** The tags with which the secret is ours; throws if it cannot be. */
function claim({ owner, secretArn, tags }: OwnSecret, before: Tags): Tags {
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource } = before;
  const ours = { ...tags, [KeyTag.STACK]: owner.stack, [KeyTag.RESOURCE]: owner.resource };
  if (!stack || !resource || isSameOwner({ stack, resource }, owner)) return ours;

  const unlessGone = `If that one is gone, ${howToUntag(secretArn, before)}`;
  if (stack !== owner.stack) {
    throw new Refusal(`The secret ${secretArn} holds the stream key of ${resource} of the stack ${stack}, and a secret holds one. `
      + `Give the construct another secret, or take the ManagedStreamKey out of one of the two stacks. ${unlessGone}`);
  }
  const changed = WANTED.filter((name) => before[name] !== tags[name]);
  if (changed.length) {
    throw new Refusal(`The secret ${secretArn} holds the stream key of ${resource} of this stack, which ${owner.resource} seems to replace, with other values of `
      + `${changed.join(', ')}. Were the deployment rolled back, the secret of ${resource} would be wrong. `
      + `Rename the construct first, and change the rest in the next deployment. ${unlessGone}`);
  }
  return { ...ours, [KeyTag.PREDECESSOR]: resource };
}

/**
 * Takes the tags off a secret if they are still this very resource's; the value stays. Tags that cannot be taken off stay as well,
 * as they must not keep a stack from being deleted; the log says so.
 */
export async function releaseSecret(aws: Aws, own: Omit<OwnSecret, 'tags' | 'isUpdate'>): Promise<void> {
  const { secretArn } = own;
  let tags: Tags = {};
  try {
    const secret = await aws.findSecret(secretArn, SECRET_LAG);
    if (!secret) log('tags of the secret not removed', { secretArn, remark: 'The secret is gone, or IAM does not show it.' });
    tags = tagsOf(secret);
    await release(aws, own, tags);
  } catch (error) {
    if (!(error instanceof CallFailure) || !(error.mayBeGone || error.name === 'InvalidRequestException')) throw error;
    // Above all: a stack in which no other key brings its secret has just taken the permission from the handler.
    const remark = `The secret ${secretArn} keeps its tags, because ${error.action} failed: ${error.name}. Before another stack can use it, ${howToUntag(secretArn, tags)}`;
    log('tags of the secret not removed', { secretArn, remark });
  }
}

async function release(aws: Aws, { owner, secretArn, channelArn }: Omit<OwnSecret, 'tags' | 'isUpdate'>, tags: Tags): Promise<void> {
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource, [KeyTag.PREDECESSOR]: predecessor } = tags;
  if (stack !== owner.stack) return;

  if (resource !== owner.resource) {
    // The late end of a rename: from now on there is no way back to the old name. Or the old name has the secret back already.
    if ([owner.resource, resource].includes(predecessor)) await aws.untagSecret(secretArn, [KeyTag.PREDECESSOR]);
  } else if (predecessor && predecessor !== resource) {
    // A rename that is rolled back: its old name, which CloudFormation does not call, has the secret again.
    await aws.tagSecret(secretArn, { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: predecessor });
    await aws.untagSecret(secretArn, [KeyTag.PREDECESSOR]);
  } else if (tags[SecretTag.CHANNEL] === channelArn) {
    await aws.untagSecret(secretArn, OURS.filter((name) => name in tags));
  }
}

function howToUntag(secretArn: string, tags: Tags): string {
  const names = Object.keys(tags).filter((name) => OURS.includes(name));
  return `take the tags off with "aws secretsmanager untag-resource --secret-id ${secretArn} --tag-keys ${names.join(' ')}".`;
}
