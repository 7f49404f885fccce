import type { ReplicationStatusType } from '@aws-sdk/client-secrets-manager';
import { isSameOwner, Owner } from './memory';
import { tagsOf } from './observe';
import type { StreamKeyProperties, StreamKeyReplica } from '../../src/contract/resource';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import { SECRET_LAG } from '../aws/secrets-manager';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';

/** The replicas of a secret, and those that the last deployment wanted. */
export interface WantedReplicas {
  readonly secretArn: string;
  readonly replicas: StreamKeyReplica[];
  readonly before: StreamKeyReplica[];
}

/**
 * Replicates a secret once it has a value. CloudFormation would have to replicate it empty, and AWS does not document whether
 * Secrets Manager allows that.
 *
 * Throws if a replication that this request asks for fails. One that failed before is repeated. If it fails again, the reason is logged
 * and returned: it must not keep a stack from being rolled back.
 */
export async function keepReplicas(aws: Aws, { secretArn, replicas, before }: WantedReplicas): Promise<string | undefined> {
  if (!replicas.length && !before.length) return undefined;
  const status = await statusOf(aws, secretArn);
  const present = (region: string) => status.find(({ Region }) => Region === region);
  const isSame = (one: StreamKeyReplica, other: StreamKeyReplica) => one.Region === other.Region && one.KmsKeyId === other.KmsKeyId;

  // A change that was refused before it touched a replica is rolled back, too.
  const isThere = (replica: StreamKeyReplica) => keyOf(replica) === keyOf(present(replica.Region) ?? {});
  const isWanted = (old: StreamKeyReplica) => replicas.some((replica) => isSame(replica, old) || (replica.Region === old.Region && isThere(replica)));
  const unwanted = before.filter((old) => !isWanted(old));
  const failed = replicas.filter(({ Region }) => present(Region)?.Status === 'Failed');
  const removed = [...new Set([...unwanted, ...failed].map(({ Region }) => Region))].filter(present);
  if (removed.length) await remove(aws, secretArn, removed);

  const missing = replicas.filter(({ Region }) => !present(Region) || removed.includes(Region));
  if (missing.length) await aws.secrets.replicate(secretArn, missing);
  // An earlier attempt may have begun a replication.
  if (!missing.length && !replicas.some(({ Region }) => present(Region)?.Status === 'InProgress')) return undefined;
  const failures = await waitForSync(aws, secretArn, replicas.map(({ Region }) => Region));
  if (!failures.length) return undefined;
  const why = explainFailures(secretArn, failures);
  const asWanted = before.filter((old) => replicas.some((replica) => isSame(replica, old)));
  const isAskedFor = ({ Region }: ReplicationStatusType) => !asWanted.some((old) => old.Region === Region);
  if (failures.some(isAskedFor)) throw new Refusal(why);
  log('replication failed', { secretArn, regions: failures.map(({ Region }) => Region), why });
  return why;
}

/**
 * Removes the replicas: with them, the secret could not be deleted. A secret that is gone has none,
 * and those of a secret that another resource or another channel uses by now belong to that one.
 */
export async function removeReplicas(aws: Aws, owner: Owner, unwanted: StreamKeyProperties): Promise<void> {
  const { ChannelArn, SecretArn: secretArn, ReplicaRegions: replicas = [] } = unwanted;
  if (!replicas.length) return;
  try {
    const secret = await aws.secrets.find(secretArn, SECRET_LAG);
    if (!secret) log('replicas not removed', { secretArn, remark: 'The secret is gone, or IAM does not show it.' });
    const tags = tagsOf(secret);
    const { [SecretTag.CHANNEL]: channelArn = ChannelArn, [KeyTag.STACK]: stack = owner.stack, [KeyTag.RESOURCE]: resource = owner.resource } = tags;
    if (!secret || channelArn !== ChannelArn || !isSameOwner({ stack, resource }, owner)) return;
    await keepReplicas(aws, { secretArn, replicas: [], before: replicas });
  } catch (error) {
    if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
    log('replicas not removed', { secretArn, error: error.name });
  }
}

/** The id or alias of a replica's KMS key, whose ARN may be given instead. */
function keyOf({ KmsKeyId = 'alias/aws/secretsmanager' }: { KmsKeyId?: string }): string {
  return KmsKeyId.split('/').pop()!;
}

/** Removes replicas, and waits until they are gone: before, neither can others take their places nor can the secret be deleted. */
async function remove(aws: Aws, secretArn: string, regions: string[]): Promise<void> {
  await aws.secrets.removeReplicas(secretArn, regions);
  const areGone = async () => !(await statusOf(aws, secretArn)).some(({ Region }) => regions.includes(Region!));
  if (!await aws.budget.waitUntil(areGone)) log('replicas are still being removed', { secretArn, regions });
}

/** Waits until replications have ended, and returns those that failed. */
async function waitForSync(aws: Aws, secretArn: string, regions: string[]): Promise<ReplicationStatusType[]> {
  let status: ReplicationStatusType[] = [];
  const having = (wanted: string) => status.filter(({ Region, Status }) => regions.includes(Region!) && Status === wanted);
  const haveEnded = async () => {
    status = await statusOf(aws, secretArn);
    return !having('InProgress').length;
  };
  if (!await aws.budget.waitUntil(haveEnded)) log('replication still in progress', { secretArn, regions: having('InProgress').map(({ Region }) => Region) });
  return having('Failed');
}

function explainFailures(secretArn: string, failures: ReplicationStatusType[]): string {
  const what = failures.map(({ Region, StatusMessage = 'no reason was given' }) => `to ${Region}: ${StatusMessage.replace(/\.$/, '')}`).join('; ');
  return `The secret ${secretArn} could not be replicated ${what}. If a secret of that name is in the region, delete it or give the construct another secretName. `
    + 'A KMS key must be enabled, be in that region, and allow the handler\'s role to use it. Deploy again: failed replicas are retried.';
}

async function statusOf(aws: Aws, secretArn: string): Promise<ReplicationStatusType[]> {
  return (await aws.secrets.describe(secretArn)).ReplicationStatus ?? [];
}
