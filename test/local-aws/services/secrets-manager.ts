import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Call, Operation, Service } from '../operation';
import type { Kms } from './kms';
import { json } from '../protocols/json';

export interface Secret {
  readonly arn: string;
  readonly name: string;
  description?: string;
  kmsKeyId?: string;
  tags: Record<string, string>;
  readonly versions: Map<string, { value?: string; labels: Set<string>; created: Date }>;
  deleted?: Date;
  replicas: { Region: string; KmsKeyId: string; Status: string }[];
}

/** Secrets Manager: secrets, their versions and staging labels, replication by name only. */
export class SecretsManager implements Service {
  public readonly name = 'secretsmanager';
  public readonly protocol = json;

  private readonly secrets = new Map<string, Secret>();

  public readonly operations: Record<string, Operation> = {
    DescribeSecret: async ({ SecretId }, call) => {
      const { arn, name, description, kmsKeyId, tags, versions, deleted, replicas } = await this.authorized('DescribeSecret', SecretId, call);
      const labelled = [...versions].filter(([, { labels }]) => labels.size).map(([id, { labels }]) => [id, [...labels]]);
      return {
        ARN: arn,
        Name: name,
        Description: description,
        KmsKeyId: kmsKeyId,
        DeletedDate: deleted,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        VersionIdsToStages: labelled.length ? Object.fromEntries(labelled) : undefined,
        ReplicationStatus: replicas.length ? replicas : undefined,
      };
    },
    GetSecretValue: async ({ SecretId, VersionId, VersionStage = 'AWSCURRENT' }, call) => {
      const secret = usable(await this.authorized('GetSecretValue', SecretId, call));
      const [id, version] = [...secret.versions].find(([key, { labels }]) => (VersionId ? key === VersionId : labels.has(VersionStage))) ?? [];
      if (!version || version.value === undefined) {
        throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${VersionId ? `VersionId: ${VersionId}` : `staging label: ${VersionStage}`}`);
      }
      if (secret.kmsKeyId) await this.kms.use(secret.kmsKeyId, ['kms:Decrypt'], call);
      const { value: SecretString, labels, created: CreatedDate } = version;
      return { ARN: secret.arn, Name: secret.name, VersionId: id, SecretString, VersionStages: [...labels], CreatedDate };
    },
    PutSecretValue: async ({ SecretId, ClientRequestToken = randomUUID(), SecretString, VersionStages: stages = ['AWSCURRENT'] }, call) => {
      const secret = usable(await this.authorized('PutSecretValue', SecretId, call));
      if (ClientRequestToken.length < 32 || ClientRequestToken.length > 64) throw invalid('ClientRequestToken must be 32 to 64 characters long.');
      if (secret.kmsKeyId) await this.kms.use(secret.kmsKeyId, ['kms:GenerateDataKey', 'kms:Decrypt'], call);
      const version = secret.versions.get(ClientRequestToken);
      if (version?.value !== undefined) {
        if (version.value !== SecretString) throw new AwsError('ResourceExistsException', `You can't change the value of the version ${ClientRequestToken}: it has one already.`);
      } else {
        secret.versions.set(ClientRequestToken, { value: SecretString, labels: version?.labels ?? new Set(), created: new Date() });
        for (const label of stages) this.move(secret, label, ClientRequestToken);
      }
      const VersionStages = [...secret.versions.get(ClientRequestToken)!.labels];
      return { ARN: secret.arn, Name: secret.name, VersionId: ClientRequestToken, VersionStages };
    },
    UpdateSecretVersionStage: async ({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }, call) => {
      const secret = usable(await this.authorized('UpdateSecretVersionStage', SecretId, call));
      const holder = [...secret.versions].find(([, { labels }]) => labels.has(VersionStage))?.[0];
      if (MoveToVersionId && !secret.versions.has(MoveToVersionId)) throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the version ${MoveToVersionId}.`);
      if (holder && holder !== MoveToVersionId && holder !== RemoveFromVersionId) {
        throw new AwsError('InvalidParameterException', `The parameter RemoveFromVersionId can't be empty or differ: staging label ${VersionStage} is currently attached to version ${holder}.`);
      }
      if (MoveToVersionId) this.move(secret, VersionStage, MoveToVersionId);
      else secret.versions.get(RemoveFromVersionId)?.labels.delete(VersionStage);
      return { ARN: secret.arn, Name: secret.name };
    },
    DeleteSecret: async ({ SecretId, RecoveryWindowInDays = 30, ForceDeleteWithoutRecovery = false }, call) => {
      const secret = await this.authorized('DeleteSecret', SecretId, call);
      if (ForceDeleteWithoutRecovery) {this.deleteSecret(secret.arn);} else {
        refuseReplicated(secret);
        secret.deleted = new Date(Date.now() + RecoveryWindowInDays * 86_400_000);
      }
      return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deleted ?? new Date() };
    },
    RestoreSecret: async ({ SecretId }, call) => {
      const secret = await this.authorized('RestoreSecret', SecretId, call);
      secret.deleted = undefined;
      return { ARN: secret.arn, Name: secret.name };
    },
    ReplicateSecretToRegions: async ({ SecretId, AddReplicaRegions }, call) => {
      const secret = usable(await this.authorized('ReplicateSecretToRegions', SecretId, call));
      if (![...secret.versions.values()].some(({ value }) => value !== undefined)) throw new AwsError('InvalidRequestException', 'The local AWS takes the strict view: a secret without a value is not replicated.');
      for (const { Region, KmsKeyId = 'alias/aws/secretsmanager' } of AddReplicaRegions) {
        if (secret.replicas.some((replica) => replica.Region === Region)) throw invalid(`The secret is already replicated to ${Region}.`);
        secret.replicas.push({ Region, KmsKeyId, Status: 'InSync' });
      }
      return { ARN: secret.arn, ReplicationStatus: secret.replicas };
    },
    RemoveRegionsFromReplication: async ({ SecretId, RemoveReplicaRegions }, call) => {
      const secret = await this.authorized('RemoveRegionsFromReplication', SecretId, call);
      for (const region of RemoveReplicaRegions) {
        if (!secret.replicas.some(({ Region }) => Region === region)) throw invalid(`The secret is not replicated to ${region}.`);
      }
      secret.replicas = secret.replicas.filter(({ Region }) => !RemoveReplicaRegions.includes(Region));
      return { ARN: secret.arn, ReplicationStatus: secret.replicas };
    },
    UntagResource: async ({ SecretId, TagKeys }, call) => {
      const secret = await this.authorized('UntagResource', SecretId, call);
      for (const key of TagKeys) delete secret.tags[key];
      return {};
    },
  };

  constructor(private readonly account: string, private readonly kms: Kms) {}

  /** Makes a secret, empty unless a value is given. */
  public createSecret(region: string, name: string, properties: Pick<Secret, 'description' | 'kmsKeyId' | 'tags'>, value?: string): Secret {
    const same = [...this.secrets.values()].find((secret) => secret.name === name && secret.arn.split(':')[3] === region);
    if (same?.deleted) throw new AwsError('InvalidRequestException', 'You can\'t create this secret because a secret with this name is already scheduled for deletion.');
    if (same) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const arn = `arn:aws:secretsmanager:${region}:${this.account}:secret:${name}-${randomBytes(3).toString('hex')}`;
    const secret: Secret = { arn, name, ...properties, versions: new Map(), replicas: [] };
    if (value !== undefined) secret.versions.set(randomUUID(), { value, labels: new Set(['AWSCURRENT']), created: new Date() });
    this.secrets.set(arn, secret);
    return secret;
  }

  /** Removes a secret at once, as CloudFormation does. */
  public deleteSecret(arn: string): void {
    const secret = this.secrets.get(arn);
    if (secret) refuseReplicated(secret);
    this.secrets.delete(arn);
  }

  /** A secret by its ARN or name; undefined if there is none. */
  public find(id: string): Secret | undefined {
    return this.secrets.get(id) ?? [...this.secrets.values()].find(({ name }) => name === id);
  }

  public get all(): Secret[] {
    return [...this.secrets.values()];
  }

  private async authorized(operation: string, id: string, call: Call): Promise<Secret> {
    const secret = this.find(id);
    await call.authorize(`secretsmanager:${operation}`, secret?.arn ?? id, { resourceTags: secret?.tags });
    if (!secret) throw new AwsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    return secret;
  }

  /** AWSCURRENT leaves AWSPREVIOUS behind. A version without labels is deprecated, but there. */
  private move(secret: Secret, label: string, to: string): void {
    const holder = [...secret.versions].find(([, { labels }]) => labels.has(label))?.[0];
    if (holder === to) return;
    if (holder) secret.versions.get(holder)!.labels.delete(label);
    secret.versions.get(to)!.labels.add(label);
    if (label === 'AWSCURRENT' && holder) {
      for (const { labels } of secret.versions.values()) labels.delete('AWSPREVIOUS');
      secret.versions.get(holder)!.labels.add('AWSPREVIOUS');
    }
  }
}

function usable(secret: Secret): Secret {
  if (secret.deleted) throw new AwsError('InvalidRequestException', 'You can\'t perform this operation on the secret because it was marked for deletion.');
  return secret;
}

function refuseReplicated(secret: Secret): void {
  if (secret.replicas.length) throw new AwsError('InvalidParameterException', 'You can\'t delete a secret that still has replica regions.');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
