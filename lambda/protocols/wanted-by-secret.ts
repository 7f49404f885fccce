import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { readDesiredState } from '../../src/contract/desired-state';
import { KeyTag, MAX_OWN_TAGS, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import { Refusal } from '../report/refusal';
import { tagsOf } from '../stream-key/observe';
import type { Rotation, WantedStreamKey } from '../stream-key/wanted';

/** The stream key that a secret's tags describe: rotations that no deployment started have no other source. */
export function wantedBySecret(secret: DescribeSecretResponse, rotation: Rotation): WantedStreamKey {
  const { ARN } = secret;
  const tags = tagsOf(secret);
  const desired = readDesiredState(tags);
  if (!desired) {
    throw new Refusal(`The secret ${ARN} lacks the tags ${KeyTag.STACK}, ${KeyTag.RESOURCE} and ${SecretTag.CHANNEL}, in which it says whose stream key it holds. Deploy its stack again.`);
  }
  const { stack, resource, channelArn, serial, whileLive = WhileLive.KEEP, isUserSupplied } = desired;
  const users = Object.entries(tags).filter(([name]) => !/^(aws|managed-stream-key):/.test(name));
  return {
    owner: { stack, resource },
    channelArn,
    secretArn: ARN!,
    serial: Number(serial) || 0,
    tags: {},
    unwantedTags: [],
    // The secret may have more tags than a key can. Those of a user-supplied secret do not belong to the key.
    recoveredTags: isUserSupplied ? {} : Object.fromEntries(users.slice(0, MAX_OWN_TAGS)),
    whileLive,
    rotation,
  };
}
