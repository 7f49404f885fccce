import type { ReplicationStatusType } from '@aws-sdk/client-secrets-manager';
import { isSameOwner, Owner } from './memory';
import { tagsOf } from './observe';
import type { StreamKeyProperties, StreamKeyReplica } from '../../src/contract/resource';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { Aws, SECRET_LAG } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { Patience } from '../aws/patience';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';

/** Where a secret is replicated to, and where it was to be before. */
export interface WantedReplicas {
  readonly secretArn: string;
  readonly replicas: StreamKeyReplica[];
  readonly before: StreamKeyReplica[];
}

/**
 * Replicates a secret once it has a value. CloudFormation would have to do it with the empty secret,
 * and whether Secrets Manager allows that is nowhere documented.
 *
 * Throws if a replication fails that this request asks for. One that had failed before is tried again, and logged if it fails again:
 * it must not keep a stack from being rolled back.
 */
export async function keepReplicas(aws: Aws, patience: Patience, { secretArn, replicas, before }: WantedReplicas): Promise<void> {
  if (!replicas.length && !before.length) return;
  const status = await statusOf(aws, secretArn);
  const present = (region: string) => status.find(({ Region }) => Region === region);
  const isSame = (one: StreamKeyReplica, other: StreamKeyReplica) => one.Region === other.Region && one.KmsKeyId === other.KmsKeyId;

  // What was refused before it touched a replica is rolled back, too.
  const isThere = (replica: StreamKeyReplica) => keyOf(replica) === keyOf(present(replica.Region) ?? {});
  const isWanted = (old: StreamKeyReplica) => replicas.some((replica) => isSame(replica, old) || (replica.Region === old.Region && isThere(replica)));
  const unwanted = before.filter((old) => !isWanted(old));
  const failed = replicas.filter(({ Region }) => present(Region)?.Status === 'Failed');
  const removed = [...new Set([...unwanted, ...failed].map(({ Region }) => Region))].filter(present);
  if (removed.length) await remove(aws, patience, secretArn, removed);

  const missing = replicas.filter(({ Region }) => !present(Region) || removed.includes(Region));
  if (missing.length) await aws.replicate(secretArn, missing);
  // A replication that an earlier attempt has begun is waited for, too.
  if (!missing.length && !replicas.some(({ Region }) => present(Region)?.Status === 'InProgress')) return;
  const failures = await waitForSync(aws, patience, secretArn, replicas.map(({ Region }) => Region));
  if (!failures.length) return;
  const why = explainFailures(secretArn, failures);
  const asWanted = before.filter((old) => replicas.some((replica) => isSame(replica, old)));
  const isAskedFor = ({ Region }: ReplicationStatusType) => !asWanted.some((old) => old.Region === Region);
  if (failures.some(isAskedFor)) throw new Refusal(why);
  log('replication failed', { secretArn, regions: failures.map(({ Region }) => Region), why });
}

/**
 * Takes the replicas away, as long as which the secret cannot be deleted. A secret that has gone has none,
 * and those of a secret that another resource or another channel has by now are that one's.
 */
export async function removeReplicas(aws: Aws, patience: Patience, owner: Owner, unwanted: StreamKeyProperties): Promise<void> {
  const { ChannelArn, SecretArn: secretArn, ReplicaRegions: replicas = [] } = unwanted;
  if (!replicas.length) return;
  try {
    const secret = await aws.findSecret(secretArn, SECRET_LAG);
    if (!secret) log('replicas not removed', { secretArn, remark: 'The secret is gone, or IAM does not show it.' });
    const tags = tagsOf(secret);
    const { [SecretTag.CHANNEL]: channelArn = ChannelArn, [KeyTag.STACK]: stack = owner.stack, [KeyTag.RESOURCE]: resource = owner.resource } = tags;
    if (!secret || channelArn !== ChannelArn || !isSameOwner({ stack, resource }, owner)) return;
    await keepReplicas(aws, patience, { secretArn, replicas: [], before: replicas });
  } catch (error) {
    if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
    log('replicas not removed', { secretArn, error: error.name });
  }
}

/** The id or the alias of a replica's KMS key, which may be given as an ARN. */
function keyOf({ KmsKeyId = 'alias/aws/secretsmanager' }: { KmsKeyId?: string }): string {
  return KmsKeyId.split('/').pop()!;
}

/** Removes replicas, and waits until they are gone: neither can others take their places before, nor can the secret be deleted. */
async function remove(aws: Aws, patience: Patience, secretArn: string, regions: string[]): Promise<void> {
  await aws.removeReplicas(secretArn, regions);
  const areGone = async () => !(await statusOf(aws, secretArn)).some(({ Region }) => regions.includes(Region!));
  if (!await patience.until(areGone)) log('replicas are still being removed', { secretArn, regions });
}

/** Waits until replications have ended, and returns those that have failed. */
async function waitForSync(aws: Aws, patience: Patience, secretArn: string, regions: string[]): Promise<ReplicationStatusType[]> {
  let status: ReplicationStatusType[] = [];
  const having = (wanted: string) => status.filter(({ Region, Status }) => regions.includes(Region!) && Status === wanted);
  const haveEnded = async () => {
    status = await statusOf(aws, secretArn);
    return !having('InProgress').length;
  };
  if (!await patience.until(haveEnded)) log('replication still in progress', { secretArn, regions: having('InProgress').map(({ Region }) => Region) });
  return having('Failed');
}

function explainFailures(secretArn: string, failures: ReplicationStatusType[]): string {
  const what = failures.map(({ Region, StatusMessage = 'no reason was given' }) => `to ${Region}: ${StatusMessage.replace(/\.$/, '')}`).join('; ');
  return `The secret ${secretArn} could not be replicated ${what}. If a secret of that name is in the region, delete it or give the construct another secretName. `
    + 'A KMS key must be enabled, be in that region, and allow the handler\'s role to use it. Deploy again: what has failed is tried again.';
}

async function statusOf(aws: Aws, secretArn: string): Promise<ReplicationStatusType[]> {
  return (await aws.describeSecret(secretArn)).ReplicationStatus ?? [];
}
