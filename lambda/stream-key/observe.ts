import type { Channel } from '@aws-sdk/client-ivs';
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import type { WantedStreamKey } from './wanted';
import type { Aws, LiveStream, StreamKey, Tags } from '../aws/aws';

const DAY = 86_400_000;

/** What there is. */
export interface Seen {
  readonly key?: StreamKey;
  readonly channel: Channel;
  readonly secret: DescribeSecretResponse;
  /** Known at once if a rotation is expected. */
  readonly outlook?: Outlook;
}

/** What a rotation has to know before it begins. */
export interface Outlook {
  /** The broadcast that is running. */
  readonly stream?: LiveStream;
  /** How many versions the secret got in the last 24 hours: Secrets Manager keeps 100, and removes none of these. */
  readonly recentVersions: number;
}

export async function observe(aws: Aws, wanted: WantedStreamKey): Promise<Seen> {
  const { channelArn, secretArn, rotation } = wanted;
  const [key, channel, secret, outlook] = await Promise.all([
    aws.findStreamKey(channelArn), aws.getChannel(channelArn), aws.describeSecret(secretArn), rotation.expected ? lookAhead(aws, wanted) : undefined,
  ]);
  return { key, channel, secret, outlook };
}

export async function lookAhead(aws: Aws, { channelArn, secretArn }: WantedStreamKey): Promise<Outlook> {
  const [stream, recentVersions] = await Promise.all([aws.findStream(channelArn), aws.countVersionsSince(secretArn, Date.now() - DAY)]);
  return { stream, recentVersions };
}

/** The tags of a secret; none of one that is not seen. */
export function tagsOf(secret?: DescribeSecretResponse): Tags {
  return Object.fromEntries((secret?.Tags ?? []).map(({ Key, Value }) => [Key!, Value!]));
}

/** The staging labels of a version; none if there is no such version. */
export function labelsOf({ VersionIdsToStages = {} }: DescribeSecretResponse, versionId: string): string[] {
  return VersionIdsToStages[versionId] ?? [];
}

/** The id of the version that an encoder reads. */
export function currentVersion({ VersionIdsToStages = {} }: DescribeSecretResponse): string | undefined {
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
}
