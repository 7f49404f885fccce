import type { KeyMemory } from './memory';
import { labelsOf, Observed } from './observe';
import { makeCurrent } from './staging-labels';
import { secretVersionId } from './stored-secret';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Storing } from '../aws/secrets-manager';

const DAY = 86_400_000;

type Looked = Pick<Observed, 'channel' | 'secret'>;

/** A value to store in a secret. */
export interface SecretVersion {
  readonly secretArn: string;
  /** The id of its version, and the one to use if that is taken. */
  readonly ids: [string, string];
  readonly json: string;
  /** The options for an id. */
  readonly storing: (versionId: string) => Storing;
}

/** The id of the version that an encoder reads, if it holds the key. */
export function currentVersionWith(keyArn: string, memory: Partial<KeyMemory>, looked: Looked): string | undefined {
  return versionIds(keyArn, memory, looked).find((id) => labelsOf(looked.secret, id).includes('AWSCURRENT'));
}

/** The id of the version that holds the key, and the one to use if that is taken. */
export function versionIds(keyArn: string, memory: Partial<KeyMemory>, { channel }: Pick<Looked, 'channel'>): [string, string] {
  return [secretVersionId(channel, keyArn, memory), secretVersionId(channel, keyArn, {})];
}

/** The number of versions that Secrets Manager does not remove: those younger than a day, and those with a label. */
export function stayingVersions(versions: Observed['versions'], at: Date): number {
  return versions.filter(({ CreatedDate, VersionStages }) => VersionStages?.length || CreatedDate!.getTime() > at.getTime() - DAY).length;
}

/** Stores a value under the first id, or under the other if that version holds something else, and makes it current. */
export async function put(aws: Aws, version: SecretVersion): Promise<string> {
  const { secretArn, ids: [versionId, otherwise], json, storing } = version;
  try {
    const labels = await aws.secrets.putValue(secretArn, versionId, json, storing(versionId));
    // A version that was stored before and has lost the label: storing it once more does not move the label.
    if (!labels.includes('AWSCURRENT')) await makeCurrent(aws, secretArn, versionId);
    return versionId;
  } catch (error) {
    if (!(error instanceof CallFailure) || error.name !== 'ResourceExistsException' || versionId === otherwise) throw error;
    return put(aws, { ...version, ids: [otherwise, otherwise] });
  }
}
