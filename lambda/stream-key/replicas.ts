import { tagsOf } from './observe';
import { SecretTag, StreamKeyProperties, StreamKeyReplica } from '../../src/contract/stream-key-contract';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import { log } from '../report/log';

/** Where a secret is replicated to, and where it was to be before. */
export interface WantedReplicas {
  readonly secretArn: string;
  readonly replicas: StreamKeyReplica[];
  readonly before: StreamKeyReplica[];
}

/**
 * Replicates a secret once it has a value. CloudFormation would have to do it with the empty secret,
 * and whether Secrets Manager allows that is nowhere documented.
 */
export async function keepReplicas(aws: Aws, { secretArn, replicas, before }: WantedReplicas): Promise<void> {
  if (!replicas.length && !before.length) return;
  const { ReplicationStatus = [] } = await aws.describeSecret(secretArn);
  const present = new Set(ReplicationStatus.map(({ Region }) => Region!));
  const isSame = (one: StreamKeyReplica, other: StreamKeyReplica) => one.Region === other.Region && one.KmsKeyId === other.KmsKeyId;

  const unwanted = before.filter((old) => present.has(old.Region) && !replicas.some((replica) => isSame(replica, old))).map((old) => old.Region);
  if (unwanted.length) await aws.removeReplicas(secretArn, unwanted);
  const missing = replicas.filter(({ Region }) => !present.has(Region) || unwanted.includes(Region));
  if (missing.length) await aws.replicate(secretArn, missing);
}

/**
 * Takes the replicas away, as long as which the secret cannot be deleted. A secret that has gone has none,
 * and those of a secret that has been given to another channel are that one's.
 */
export async function removeReplicas(aws: Aws, unwanted: StreamKeyProperties): Promise<void> {
  const { ChannelArn, SecretArn: secretArn, ReplicaRegions: replicas = [] } = unwanted;
  if (!replicas.length) return;
  try {
    const { [SecretTag.CHANNEL]: channelArn = ChannelArn } = tagsOf(await aws.describeSecret(secretArn));
    if (channelArn !== ChannelArn) return;
    await keepReplicas(aws, { secretArn, replicas: [], before: replicas });
  } catch (error) {
    if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
    log('replicas not removed', { secretArn, error: error.name });
  }
}
