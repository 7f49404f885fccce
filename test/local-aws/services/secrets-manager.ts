import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import type { Kms } from './kms';
import type { Lambda } from './lambda';
import { Rotations } from './secrets-manager-rotation';
import { addVersion, checkToken, holderOf, invalid, moveLabel, Secret, usable } from './secrets-manager-secret';
import type { Call, Operation, RequestContext, Service } from '../operation';
import { json } from '../protocols/json';

export type { Secret } from './secrets-manager-secret';

/** Secrets Manager: secrets, their versions and staging labels, rotation by functions, replication by name only. */
export class SecretsManager implements Service {
  public readonly name = 'secretsmanager';
  public readonly protocol = json;

  public readonly rotations: Rotations;

  private readonly secrets = new Map<string, Secret>();

  public readonly operations: Record<string, Operation> = {
    DescribeSecret: async ({ SecretId }, call) => {
      const { arn, name, description, kmsKeyId, tags, versions, deleted, replicas, rotation, lastRotated } = await this.authorized('DescribeSecret', SecretId, call);
      const labelled = [...versions].filter(([, { labels }]) => labels.size).map(([id, { labels }]) => [id, [...labels]]);
      return {
        ARN: arn,
        Name: name,
        Description: description,
        KmsKeyId: kmsKeyId,
        DeletedDate: deleted,
        RotationEnabled: rotation?.enabled,
        RotationLambdaARN: rotation?.lambdaArn,
        RotationRules: rotation?.rules,
        LastRotatedDate: lastRotated,
        NextRotationDate: rotation?.next,
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
      checkToken(ClientRequestToken);
      if (secret.kmsKeyId) await this.kms.use(secret.kmsKeyId, ['kms:GenerateDataKey', 'kms:Decrypt'], call);
      const version = secret.versions.get(ClientRequestToken);
      if (version?.value !== undefined) {
        if (version.value !== SecretString) throw new AwsError('ResourceExistsException', `You can't change the value of the version ${ClientRequestToken}: it has one already.`);
      } else {
        if (version) version.value = SecretString;
        else addVersion(secret, ClientRequestToken, this.clock.date(), SecretString);
        for (const label of stages) moveLabel(secret, label, ClientRequestToken);
      }
      const VersionStages = [...secret.versions.get(ClientRequestToken)!.labels];
      return { ARN: secret.arn, Name: secret.name, VersionId: ClientRequestToken, VersionStages };
    },
    UpdateSecretVersionStage: async ({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }, call) => {
      const secret = usable(await this.authorized('UpdateSecretVersionStage', SecretId, call));
      const holder = holderOf(secret, VersionStage);
      if (MoveToVersionId && !secret.versions.has(MoveToVersionId)) throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the version ${MoveToVersionId}.`);
      if (holder && holder !== MoveToVersionId && holder !== RemoveFromVersionId) {
        throw new AwsError('InvalidParameterException', `The parameter RemoveFromVersionId can't be empty or differ: staging label ${VersionStage} is currently attached to version ${holder}.`);
      }
      if (MoveToVersionId) moveLabel(secret, VersionStage, MoveToVersionId);
      else secret.versions.get(RemoveFromVersionId)?.labels.delete(VersionStage);
      return { ARN: secret.arn, Name: secret.name };
    },
    ListSecretVersionIds: async ({ SecretId, IncludeDeprecated = false, MaxResults = 100, NextToken = '0' }, call) => {
      const secret = await this.authorized('ListSecretVersionIds', SecretId, call);
      const versions = [...secret.versions].filter(([, { labels }]) => IncludeDeprecated || labels.size);
      const end = Number(NextToken) + MaxResults;
      const page = versions.slice(Number(NextToken), end);
      return {
        ARN: secret.arn,
        Name: secret.name,
        Versions: page.map(([VersionId, { labels, created }]) => ({ VersionId, VersionStages: [...labels], CreatedDate: created })),
        NextToken: end < versions.length ? String(end) : undefined,
      };
    },
    RotateSecret: async ({ SecretId, ClientRequestToken = randomUUID(), RotationLambdaARN, RotationRules, RotateImmediately = true }, call) => {
      const keys = RotationLambdaARN && { 'secretsmanager:RotationLambdaARN': RotationLambdaARN };
      const secret = usable(await this.authorized('RotateSecret', SecretId, call, { keys }));
      if (RotationLambdaARN) await call.authorize('lambda:InvokeFunction', RotationLambdaARN);
      checkToken(ClientRequestToken);
      const request = { token: ClientRequestToken, lambdaArn: RotationLambdaARN, rules: RotationRules, immediately: RotateImmediately };
      await this.rotations.rotate(secret, request);
      return { ARN: secret.arn, Name: secret.name, VersionId: ClientRequestToken };
    },
    CancelRotateSecret: async ({ SecretId }, call) => {
      const secret = usable(await this.authorized('CancelRotateSecret', SecretId, call));
      this.rotations.cancel(secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: holderOf(secret, 'AWSPENDING') };
    },
    DeleteSecret: async ({ SecretId, RecoveryWindowInDays = 30, ForceDeleteWithoutRecovery = false }, call) => {
      const secret = await this.authorized('DeleteSecret', SecretId, call);
      if (ForceDeleteWithoutRecovery) {this.deleteSecret(secret.arn);} else {
        refuseReplicated(secret);
        secret.deleted = new Date(this.clock.now() + RecoveryWindowInDays * 86_400_000);
      }
      return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deleted ?? this.clock.date() };
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
    TagResource: async ({ SecretId, Tags }, call) => {
      const tags: Record<string, string> = Object.fromEntries(Tags.map(({ Key, Value }: any) => [Key, Value]));
      const secret = usable(await this.authorized('TagResource', SecretId, call, { requestTags: tags }));
      const resourceTags = { ...secret.tags, ...tags };
      await this.keepsPermission('TagResource', secret, call, { resourceTags, requestTags: tags });
      secret.tags = resourceTags;
      return {};
    },
    UntagResource: async ({ SecretId, TagKeys }, call) => {
      const secret = usable(await this.authorized('UntagResource', SecretId, call, { tagKeys: TagKeys }));
      const resourceTags = Object.fromEntries(Object.entries(secret.tags).filter(([name]) => !TagKeys.includes(name)));
      await this.keepsPermission('UntagResource', secret, call, { resourceTags, tagKeys: TagKeys });
      secret.tags = resourceTags;
      return {};
    },
  };

  constructor(private readonly account: string, private readonly kms: Kms, lambda: Lambda, private readonly clock: Clock) {
    this.rotations = new Rotations(lambda, clock);
  }

  /** Makes a secret, empty unless a value is given. */
  public createSecret(region: string, name: string, properties: Pick<Secret, 'description' | 'kmsKeyId' | 'tags'>, value?: string): Secret {
    const same = [...this.secrets.values()].find((secret) => secret.name === name && secret.arn.split(':')[3] === region);
    if (same?.deleted) throw new AwsError('InvalidRequestException', 'You can\'t create this secret because a secret with this name is already scheduled for deletion.');
    if (same) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const arn = `arn:aws:secretsmanager:${region}:${this.account}:secret:${name}-${randomBytes(3).toString('hex')}`;
    const secret: Secret = { arn, name, ...properties, versions: new Map(), replicas: [] };
    if (value !== undefined) secret.versions.set(randomUUID(), { value, labels: new Set(['AWSCURRENT']), created: this.clock.date() });
    this.secrets.set(arn, secret);
    return secret;
  }

  /** Removes a secret at once, as CloudFormation does. */
  public deleteSecret(arn: string): void {
    const secret = this.secrets.get(arn);
    if (!secret) return;
    refuseReplicated(secret);
    this.rotations.cancel(secret);
    this.secrets.delete(arn);
  }

  /** A secret by its ARN or name; undefined if there is none. */
  public find(id: string): Secret | undefined {
    return this.secrets.get(id) ?? [...this.secrets.values()].find(({ name }) => name === id);
  }

  public get all(): Secret[] {
    return [...this.secrets.values()];
  }

  /** A change of tags with which the caller would lose its permissions is refused. Which ones are looked at is not documented: here, that of the call. */
  private async keepsPermission(operation: string, { arn }: Secret, call: Call, context: RequestContext): Promise<void> {
    await call.authorize(`secretsmanager:${operation}`, arn, context);
  }

  private async authorized(operation: string, id: string, call: Call, context: RequestContext = {}): Promise<Secret> {
    const secret = this.find(id);
    await call.authorize(`secretsmanager:${operation}`, secret?.arn ?? id, { resourceTags: secret?.tags, ...context });
    if (!secret) throw new AwsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    return secret;
  }
}

function refuseReplicated(secret: Secret): void {
  if (secret.replicas.length) throw new AwsError('InvalidParameterException', 'You can\'t delete a secret that still has replica regions.');
}
