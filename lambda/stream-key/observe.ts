import type { Channel } from '@aws-sdk/client-ivs';
import type { DescribeSecretResponse, SecretVersionsListEntry } from '@aws-sdk/client-secrets-manager';
import type { WantedStreamKey } from './wanted';
import type { Aws } from '../aws/aws';
import type { Tags } from '../aws/aws-tags';
import type { LiveStream, StreamKey } from '../aws/ivs';
import type { SecretsManager } from '../aws/secrets-manager';

/** The observed state of a channel and its secret. */
export interface Observed {
  readonly key?: StreamKey;
  readonly channel: Channel;
  /** The running broadcast. */
  readonly stream?: LiveStream;
  readonly secret: DescribeSecretResponse;
  /** The secret's versions that have a value. */
  readonly versions: readonly SecretVersionsListEntry[];
  /** When the look began. */
  readonly at: Date;
  /** When this run missed a key that it had seen before, and that another caller has deleted. */
  readonly vanished?: Date;
}

/** Always looks at everything, in parallel: one step, whatever is decided afterwards. */
export async function observe({ ivs, secrets }: Aws, { channelArn, secretArn }: WantedStreamKey): Promise<Observed> {
  const at = new Date();
  const [key, channel, stream, secret] = await Promise.all([
    ivs.findStreamKey(channelArn), ivs.getChannel(channelArn), ivs.findStream(channelArn), describeWithVersions(secrets, secretArn),
  ]);
  return { key, channel, stream, ...secret, at };
}

/** A missing secret fails both calls: the error names DescribeSecret, whichever failed first. */
async function describeWithVersions(secrets: SecretsManager, secretArn: string): Promise<Pick<Observed, 'secret' | 'versions'>> {
  const versions = secrets.listVersions(secretArn);
  versions.catch(() => {});
  return { secret: await secrets.describe(secretArn), versions: await versions };
}

/** The tags of a secret; none if it was not found. */
export function tagsOf(secret?: DescribeSecretResponse): Tags {
  return Object.fromEntries((secret?.Tags ?? []).map(({ Key, Value }) => [Key!, Value!]));
}

/** The staging labels of a version; none if it does not exist. */
export function labelsOf({ VersionIdsToStages = {} }: DescribeSecretResponse, versionId: string): string[] {
  return VersionIdsToStages[versionId] ?? [];
}

/** The id of the version that an encoder reads. */
export function currentVersion({ VersionIdsToStages = {} }: DescribeSecretResponse): string | undefined {
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
}
