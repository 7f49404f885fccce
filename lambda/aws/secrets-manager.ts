import {
  DescribeSecretCommand, DescribeSecretResponse, ListSecretVersionIdsCommand, PutSecretValueCommand, RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand, SecretsManagerClient, SecretVersionsListEntry, TagResourceCommand, UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Tags } from './aws-tags';
import { CallFailure } from './call-failure';
import type { Calls } from './calls';
import type { StreamKeyReplica } from '../../src/contract/resource';

/** Options of a stored version. */
export interface Storing {
  /** The version's staging labels. @default - AWSCURRENT */
  readonly stages?: string[];
  /** Shows Secrets Manager that the call is part of a rotation. */
  readonly rotationToken?: string;
}

/** The milliseconds during which a secret that IAM does not show is looked for: IAM does not show a deleted one either. */
export const SECRET_LAG = 5_000;

// The client outlives an invocation, and with it its open connections.
const client = new SecretsManagerClient({ maxAttempts: 1 });

/** The calls to Secrets Manager. None reads a value. */
export class SecretsManager {
  constructor(private readonly calls: Calls) {}

  public async describe(secretArn: string, retryable = this.calls.retryable): Promise<DescribeSecretResponse> {
    return this.calls.attempt('secretsmanager:DescribeSecret', (options) => client.send(new DescribeSecretCommand({ SecretId: secretArn }), options), retryable);
  }

  /**
   * Describes a secret; undefined if it does not exist, or IAM does not show it.
   *
   * @param lookFor the milliseconds during which a refusal is not believed
   */
  public async find(secretArn: string, lookFor = 0): Promise<DescribeSecretResponse | undefined> {
    let found: DescribeSecretResponse | undefined;
    await this.calls.budget.waitUntil(async () => {
      try {
        found = await this.describe(secretArn, this.calls.unlessRefused);
        return true;
      } catch (error) {
        if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
        return error.isNotFound;
      }
    }, lookFor);
    return found;
  }

  public async tag(secretArn: string, tags: Tags): Promise<void> {
    const input = { SecretId: secretArn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    await this.calls.attempt('secretsmanager:TagResource', (options) => client.send(new TagResourceCommand(input), options));
  }

  /** Does not wait out a refusal: a withdrawn permission does not come back. */
  public async untag(secretArn: string, tagKeys: string[]): Promise<void> {
    const input = { SecretId: secretArn, TagKeys: tagKeys };
    await this.calls.attempt('secretsmanager:UntagResource', (options) => client.send(new UntagResourceCommand(input), options), this.calls.unlessRefused);
  }

  /** Stores a value, and returns the staging labels of its version: without AWSCURRENT if the version existed and has lost it. */
  public async putValue(secretArn: string, versionId: string, value: string, { stages, rotationToken }: Storing = {}): Promise<string[]> {
    const input = { SecretId: secretArn, ClientRequestToken: versionId, SecretString: value, VersionStages: stages, RotationToken: rotationToken };
    const { VersionStages } = await this.calls.attempt('secretsmanager:PutSecretValue', (options) => client.send(new PutSecretValueCommand(input), options));
    return VersionStages ?? [];
  }

  /** Moves a staging label to another version, or removes it. Secrets Manager refuses if `from` does not have the label. */
  public async moveLabel(secretArn: string, label: string, from?: string, to?: string): Promise<void> {
    const input = { SecretId: secretArn, VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to };
    await this.calls.attempt('secretsmanager:UpdateSecretVersionStage', (options) => client.send(new UpdateSecretVersionStageCommand(input), options));
  }

  /** All versions that have a value. */
  public async listVersions(secretArn: string): Promise<SecretVersionsListEntry[]> {
    const versions: SecretVersionsListEntry[] = [];
    let NextToken: string | undefined;
    do {
      const input = { SecretId: secretArn, IncludeDeprecated: true, MaxResults: 100, NextToken };
      const page = await this.calls.attempt('secretsmanager:ListSecretVersionIds', (options) => client.send(new ListSecretVersionIdsCommand(input), options));
      versions.push(...page.Versions ?? []);
      ({ NextToken } = page);
    } while (NextToken);
    return versions;
  }

  public async replicate(secretArn: string, replicas: StreamKeyReplica[]): Promise<void> {
    const input = { SecretId: secretArn, AddReplicaRegions: replicas.map(({ Region, KmsKeyId }) => ({ Region, KmsKeyId })) };
    await this.calls.attempt('secretsmanager:ReplicateSecretToRegions', (options) => client.send(new ReplicateSecretToRegionsCommand(input), options));
  }

  public async removeReplicas(secretArn: string, regions: string[]): Promise<void> {
    const input = { SecretId: secretArn, RemoveReplicaRegions: regions };
    await this.calls.attempt('secretsmanager:RemoveRegionsFromReplication', (options) => client.send(new RemoveRegionsFromReplicationCommand(input), options));
  }
}
