import type { KeyMemory } from './memory';
import { labelsOf, Seen } from './observe';
import { makeCurrent } from './staging-labels';
import { secretVersionId } from './stored-secret';
import type { Aws, Storing } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';

/** A value for a secret. */
export interface SecretVersion {
  readonly secretArn: string;
  /** The id that its version should have, and the one it has if that is taken. */
  readonly ids: [string, string];
  readonly json: string;
  /** How it is stored under an id. */
  readonly storing: (versionId: string) => Storing;
}

/** The id of the version that an encoder reads, if it holds the key. */
export function currentVersionWith(keyArn: string, memory: Partial<KeyMemory>, seen: Seen): string | undefined {
  return versionIds(keyArn, memory, seen).find((id) => labelsOf(seen.secret, id).includes('AWSCURRENT'));
}

/** The id that a key's version should have, and the one it has if that is taken. */
export function versionIds(keyArn: string, memory: Partial<KeyMemory>, { channel }: Seen): [string, string] {
  return [secretVersionId(channel, keyArn, memory), secretVersionId(channel, keyArn, {})];
}

/** Stores a value under the first id, or under the other if the first one's version is older than the key, and makes it current. */
export async function put(aws: Aws, patience: Patience, version: SecretVersion): Promise<string> {
  const { secretArn, ids: [versionId, otherwise], json, storing } = version;
  try {
    const labels = await aws.putSecretValue(secretArn, versionId, json, storing(versionId));
    // Somebody has overwritten it: to store it again does nothing.
    if (!labels.includes('AWSCURRENT')) await makeCurrent(aws, patience, secretArn, versionId);
    return versionId;
  } catch (error) {
    if (!(error instanceof CallFailure) || error.name !== 'ResourceExistsException' || versionId === otherwise) throw error;
    return put(aws, patience, { ...version, ids: [otherwise, otherwise] });
  }
}
