import type { Channel } from '@aws-sdk/client-ivs';
import type { DescribeSecretResponse, SecretVersionsListEntry } from '@aws-sdk/client-secrets-manager';
import type { WantedStreamKey } from './wanted';
import type { Aws } from '../aws/aws';
import type { Tags } from '../aws/aws-tags';
import type { LiveStream, StreamKey } from '../aws/ivs';

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
  const [key, channel, stream, secret, versions] = await Promise.all([
    ivs.findStreamKey(channelArn), ivs.getChannel(channelArn), ivs.findStream(channelArn),
    secrets.describe(secretArn), secrets.listVersions(secretArn),
  ]);
  return { key, channel, stream, secret, versions, at };
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
