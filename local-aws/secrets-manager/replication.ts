import { invalid } from './invalid-parameter';
import { Replica, Secret } from './secret';
import { AwsError } from '../core/aws-error';
import { REGIONS } from '../core/regions';
import type { Variants } from '../faults/variants';

/** The input of ReplicateSecretToRegions. */
type WantedReplica = Pick<Replica, 'Region'> & Partial<Pick<Replica, 'KmsKeyId'>>;

/** The replicas of secrets and their status. The copies themselves cannot be read. */
export class Replication {
  /** The duration of a replication, in milliseconds. */
  public delay = 0;
  /** The duration of a replica's removal, in milliseconds. */
  public removalDelay = 0;
  /** The failures of replications, by region: the message of the status. */
  public readonly failures = new Map<string, string>();

  /** @param isTaken whether a region has a secret of that name */
  constructor(private readonly variants: Variants, private readonly isTaken: (region: string, name: string) => boolean) {}

  public add(secret: Secret, wanted: WantedReplica[]): void {
    const isEmpty = ![...secret.versions.values()].some(({ value }) => value !== undefined);
    if (isEmpty && !this.variants.replicatesEmptySecrets) throw new AwsError('InvalidRequestException', 'A secret without a value is not replicated.');
    this.settle(secret);
    const own = secret.arn.split(':')[3];
    if (wanted.some(({ Region }) => Region === own || !REGIONS.includes(Region))) throw invalid('Invalid replica region.');
    for (const { Region, KmsKeyId = 'alias/aws/secretsmanager' } of wanted) {
      if (secret.replicas.some((replica) => replica.Region === Region)) throw invalid(`The secret is already replicated to ${Region}.`);
      secret.replicas.push({ Region, KmsKeyId, Status: 'InProgress', settles: performance.now() + this.delay });
    }
  }

  public remove(secret: Secret, regions: string[]): void {
    this.settle(secret);
    for (const region of regions) {
      const replica = secret.replicas.find(({ Region }) => Region === region);
      if (!replica) throw invalid(`The secret is not replicated to ${region}.`);
      replica.gone ??= performance.now() + this.removalDelay;
    }
    this.settle(secret);
  }

  /** The replication status, as DescribeSecret shows it; undefined without replicas. */
  public statusOf(secret: Secret): Pick<Replica, 'Region' | 'KmsKeyId' | 'Status' | 'StatusMessage'>[] | undefined {
    this.settle(secret);
    const status = secret.replicas.map(({ Region, KmsKeyId, Status, StatusMessage }) => ({ Region, KmsKeyId, Status, StatusMessage }));
    return status.length ? status : undefined;
  }

  /** Brings what takes time to where it is by now. */
  private settle(secret: Secret): void {
    const now = performance.now();
    secret.replicas = secret.replicas.filter(({ gone = Infinity }) => gone > now);
    for (const replica of secret.replicas) {
      if (replica.Status !== 'InProgress' || (replica.settles ?? 0) > now) continue;
      const taken = this.isTaken(replica.Region, secret.name) ? `Replication failed: Secret name ${secret.name} already exists in region ${replica.Region}.` : undefined;
      replica.StatusMessage = this.failures.get(replica.Region) ?? taken;
      replica.Status = replica.StatusMessage ? 'Failed' : 'InSync';
    }
  }
}
