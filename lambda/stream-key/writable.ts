import { unlessChanged } from './key-changed';
import type { KeyMemory } from './memory';
import type { Seen } from './observe';
import { requireNotOvertaken } from './overtaken';
import { currentVersionWith, put, versionIds } from './secret-version';
import { pendingVersion, stagesOf } from './staging-labels';
import { secretValue } from './stored-secret';
import type { WantedStreamKey } from './wanted';
import type { Aws, StreamKey } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';
import { advice } from '../report/explain';
import { Refusal, Unwritable } from '../report/refusal';

/** What Secrets Manager answers where it may not or cannot encrypt with the secret's KMS key. */
const UNWRITABLE = ['AccessDeniedException', 'EncryptionFailure', 'DecryptionFailure', 'InvalidRequestException'];

/** Before anything is done of which the secret would have to hold the result. */
export function requireWritable({ secret }: Seen, { secretArn }: WantedStreamKey): void {
  if (!secret.DeletedDate) return;
  throw new Refusal(`The secret ${secretArn} is scheduled for deletion (${secret.DeletedDate.toISOString()}). `
    + `Restore it with "aws secretsmanager restore-secret --secret-id ${secretArn}" and deploy again.`);
}

/**
 * Throws unless a secret with a KMS key of its own can be written: the key's policy, its state or the role's policy may forbid it,
 * and a stream key whose successor cannot be stored must not be deleted.
 *
 * Stores the present key once more in the version that holds it. That changes nothing, and is allowed as little as any other store.
 */
export async function proveWritable(
  aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen, key: StreamKey, memory: KeyMemory,
): Promise<void> {
  const { channel, secret } = seen;
  if (!secret.KmsKeyId) return;
  const { channelArn, secretArn, rotation } = wanted;
  await requireNotOvertaken(aws, wanted, seen, { arn: key.arn, memory });
  const { value } = await unlessChanged(aws, channelArn, key, () => aws.getStreamKey(key.arn));
  const stored = currentVersionWith(key.arn, memory, seen);
  // A rotation under way keeps its label: it is about to store the successor.
  const stages = (id: string) => (pendingVersion(secret) === undefined ? stagesOf(id, secret, rotation) : undefined);
  try {
    await put(aws, patience, {
      secretArn,
      ids: stored ? [stored, stored] : versionIds(key.arn, memory, seen),
      json: secretValue(channel, { arn: key.arn, value }),
      storing: (id) => ({ stages: stages(id), rotationToken: rotation.rotationToken }),
    });
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    // The version holds something else: Secrets Manager has decrypted it to know that.
    if (error.name === 'ResourceExistsException') return;
    if (!UNWRITABLE.includes(error.name)) throw error;
    const todo = advice(error, { task: 'Rotation', channelArn, secretArn, again: 'Then rotate again.' });
    throw new Unwritable(`The stream key of ${channelArn} is not rotated, because its successor could not be stored in the secret ${secretArn}, `
      + `which is encrypted with ${secret.KmsKeyId}: ${error.name}: ${error.message.replace(/\.?$/, '.')} ${todo} The key stays as it is.`);
  }
}
