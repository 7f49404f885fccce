import { PresentKey, requireWritable } from './ensure';
import { KeyChanged, unlessChanged } from './key-changed';
import type { KeyMemory } from './memory';
import { labelsOf, Seen } from './observe';
import type { Replacement } from './replacement';
import { makeCurrent, stagesOf } from './staging-labels';
import { secretValue, secretVersionId } from './stored-secret';
import type { WantedStreamKey } from './wanted';
import { Metric } from '../../src/contract/stream-key-contract';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';
import { measure } from '../report/log';
import { Refusal } from '../report/refusal';

/** Sees to it that the secret holds the key, and returns the id of the version that does. */
export async function store(
  aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen, key: PresentKey, replacement: Replacement,
): Promise<string> {
  const { channelArn, secretArn } = wanted;
  const stored = currentVersionWith(key.arn, key.memory, seen);
  if (stored) return stored;

  requireWritable(seen, wanted);
  const value = key.value ?? await unlessChanged(aws, channelArn, seen.key!, async () => (await aws.getStreamKey(key.arn)).value);
  if (!value) throw new Refusal(`IVS made the stream key ${key.arn} without a value. Delete it with "aws ivs delete-stream-key --arn ${key.arn}" and deploy again.`);

  const { deletedAt } = replacement;
  const patiently = deletedAt === undefined ? aws : aws.insisting();
  const json = secretValue(seen.channel, { arn: key.arn, value });
  const versionId = await put(patiently, patience, wanted, seen, versionIds(key.arn, key.memory, seen), json);
  if (deletedAt !== undefined) {
    measure('stored', channelArn, { [Metric.GAP]: Math.round(performance.now() - deletedAt) }, { streamKeyArn: key.arn, secretArn, versionId });
    replacement.deletedAt = undefined;
  }

  // A rotation and a deployment at the same time: the last word in the secret has to be the key that exists.
  const last = await aws.findStreamKey(channelArn);
  if (last?.arn !== key.arn) throw new KeyChanged('the channel has another stream key than the one that was stored');
  return versionId;
}

/** The id of the version that an encoder reads, if it holds the key. */
export function currentVersionWith(keyArn: string, memory: Partial<KeyMemory>, seen: Seen): string | undefined {
  return versionIds(keyArn, memory, seen).find((id) => labelsOf(seen.secret, id).includes('AWSCURRENT'));
}

/** The id that a key's version should have, and the one it has if that is taken. */
function versionIds(keyArn: string, memory: Partial<KeyMemory>, { channel }: Seen): [string, string] {
  return [secretVersionId(channel, keyArn, memory), secretVersionId(channel, keyArn, {})];
}

/** Stores a value under the first id, or under the other if the first one's version is older than the key, and makes it current. */
async function put(
  aws: Aws, patience: Patience, wanted: WantedStreamKey, seen: Seen, [versionId, otherwise]: [string, string], value: string,
): Promise<string> {
  const { secretArn, rotation } = wanted;
  try {
    const how = { stages: stagesOf(versionId, seen.secret, rotation), rotationToken: rotation.rotationToken };
    const labels = await aws.putSecretValue(secretArn, versionId, value, how);
    // Somebody has overwritten it: to store it again does nothing.
    if (!labels.includes('AWSCURRENT')) await makeCurrent(aws, patience, secretArn, versionId);
    return versionId;
  } catch (error) {
    if (!(error instanceof CallFailure) || error.name !== 'ResourceExistsException' || versionId === otherwise) throw error;
    return put(aws, patience, wanted, seen, [otherwise, otherwise], value);
  }
}
