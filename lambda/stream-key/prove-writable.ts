import { unlessChanged } from './key-changed';
import type { KeyMemory } from './memory';
import type { Observed } from './observe';
import { currentVersionWith, put, versionIds } from './secret-version';
import { pendingVersion, stagesOf } from './staging-labels';
import { secretValue } from './stored-secret';
import type { WantedStreamKey } from './wanted';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { StreamKey } from '../aws/ivs';
import { advice } from '../report/explain';
import { Unwritable } from '../report/refusal';

/** The errors of Secrets Manager when it may not or cannot encrypt with the secret's KMS key. */
const UNWRITABLE = ['AccessDeniedException', 'EncryptionFailure', 'DecryptionFailure', 'InvalidRequestException'];

/**
 * Throws unless a secret with a customer managed KMS key can be written: the key's policy, its state or the role's policy may forbid it,
 * and a stream key whose successor cannot be stored must not be deleted.
 *
 * Stores the present key once more in the version that holds it. That changes nothing, and is refused if any other store would be.
 */
export async function proveWritable(aws: Aws, wanted: WantedStreamKey, observed: Observed, key: StreamKey, memory: KeyMemory): Promise<void> {
  const { channel, secret } = observed;
  const { channelArn, secretArn, rotation } = wanted;
  const { value } = await unlessChanged(aws, channelArn, key, () => aws.ivs.getStreamKey(key.arn));
  const stored = currentVersionWith(key.arn, memory, observed);
  // The version of a rotation under way keeps its label: it is about to store the successor.
  const stages = (id: string) => (pendingVersion(secret) === undefined ? stagesOf(id, secret, rotation) : undefined);
  try {
    await put(aws, {
      secretArn,
      ids: stored ? [stored, stored] : versionIds(key.arn, memory, observed),
      json: secretValue(channel, { arn: key.arn, value }),
      storing: (id) => ({ stages: stages(id), rotationToken: rotation.rotationToken }),
    });
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    // The version holds something else: Secrets Manager has decrypted it to see that.
    if (error.name === 'ResourceExistsException') return;
    if (!UNWRITABLE.includes(error.name)) throw error;
    const todo = advice(error, { task: 'Rotation', channelArn, secretArn, again: 'Then rotate again.' });
    throw new Unwritable(`The stream key of ${channelArn} is not rotated, because its successor could not be stored in the secret ${secretArn}, `
      + `which is encrypted with ${secret.KmsKeyId}: ${error.name}: ${error.message.replace(/\.?$/, '.')} ${todo} The key stays as it is.`);
  }
}
