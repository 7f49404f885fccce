import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { KeyTag, MAX_OWN_TAGS, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import { Refusal } from '../report/refusal';
import { tagsOf } from '../stream-key/observe';
import type { Rotation, WantedStreamKey } from '../stream-key/wanted';

/** Neither AWS's nor ours. */
const isNobodys = ([name]: [string, string]) => !/^(aws|managed-stream-key):/.test(name);

/** The stream key that a secret says in its tags that it is for: all that a rotation has to go by which no deployment has asked for. */
export function wantedBySecret(secret: DescribeSecretResponse, rotation: Rotation): WantedStreamKey {
  const { ARN } = secret;
  const tags = tagsOf(secret);
  const { [KeyTag.STACK]: stack, [KeyTag.RESOURCE]: resource, [SecretTag.CHANNEL]: channelArn } = tags;
  if (!stack || !resource || !channelArn) {
    throw new Refusal(`The secret ${ARN} lacks the tags ${KeyTag.STACK}, ${KeyTag.RESOURCE} and ${SecretTag.CHANNEL}, in which it says whose stream key it holds. Deploy its stack again.`);
  }
  return {
    owner: { stack, resource },
    channelArn,
    secretArn: ARN!,
    serial: Number(tags[KeyTag.SERIAL]) || 0,
    tags: {},
    unwantedTags: [],
    // As many as surely fit: the secret may have tags that are not for the key. Those of a customer's own secret are none of the key's.
    tagsOfLost: tags[SecretTag.OWN_SECRET] ? {} : Object.fromEntries(Object.entries(tags).filter(isNobodys).slice(0, MAX_OWN_TAGS)),
    takesOver: false,
    whileLive: (tags[SecretTag.WHILE_LIVE] as WhileLive | undefined) ?? WhileLive.KEEP,
    rotation,
  };
}
