import { randomBytes, randomUUID } from 'node:crypto';
import { HONOURS } from './honours';
import { invalid } from './invalid-parameter';
import { filtered, sorted } from './listing';
import { Replication } from './replication';
import { Rotations } from './rotation';
import { addVersion, holderOf, isCalled, labelsShown, moveLabel, removeLabel, Secret, usable } from './secret';
import { checkTags } from './tags';
import { AwsError } from '../core/aws-error';
import type { Clock } from '../core/clock';
import { pageOf } from '../core/page';
import type { Call, Operation, RequestContext, Service } from '../endpoint/operation';
import type { EventBus } from '../eventbridge/event-bus';
import type { Variants } from '../faults/variants';
import type { Kms } from '../kms/kms';
import type { Lambda } from '../lambda/lambda';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';

export type { Secret } from './secret';

/** Secrets Manager: secrets, their versions and staging labels, rotation by functions, replication without the copies. */
export class SecretsManager implements Service {
  public readonly name = 'secretsmanager';
  public readonly model = modelOf(__dirname);
  public readonly protocol = json;
  public readonly honours = HONOURS;

  public readonly rotations: Rotations;
  public readonly replication: Replication;

  private readonly secrets = new Map<string, Secret>();

  public readonly operations: Record<string, Operation> = {
    DescribeSecret: async ({ SecretId }, call) => {
      const secret = await this.authorized('DescribeSecret', SecretId, call);
      const labels = labelsShown(secret, this.variants.describeLag);
      const replicas = this.replication.statusOf(secret);
      return { ...described(secret), VersionIdsToStages: Object.keys(labels).length ? labels : undefined, ReplicationStatus: replicas };
    },
    ListSecrets: async ({ IncludePlannedDeletion = false, MaxResults = 100, NextToken, Filters, SortBy, SortOrder }, call) => {
      await call.authorize('secretsmanager:ListSecrets', '*');
      const known = this.all.filter(({ arn, deleted }) => arn.split(':')[3] === call.region && (IncludePlannedDeletion || !deleted));
      const found = sorted(filtered(known, Filters), SortBy, SortOrder);
      const { items, next } = pageOf(found, MaxResults, NextToken, new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.'));
      const SecretList = items.map((secret) => ({ ...described(secret), SecretVersionsToStages: labelsShown(secret, this.variants.describeLag) }));
      return { SecretList, NextToken: next };
    },
    GetSecretValue: async ({ SecretId, VersionId, VersionStage }, call) => {
      const label = VersionStage ?? 'AWSCURRENT';
      const secret = usable(await this.authorized('GetSecretValue', SecretId, call));
      const [id, version] = [...secret.versions].find(([key, { labels }]) => (VersionId ? key === VersionId : labels.has(label))) ?? [];
      if (!version || version.value === undefined) {
        throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${VersionId ? `VersionId: ${VersionId}` : `staging label: ${label}`}`);
      }
      if (VersionId && VersionStage && !version.labels.has(VersionStage)) {
        throw new AwsError('InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.');
      }
      if (secret.kmsKeyId) await this.kms.use(secret.kmsKeyId, ['kms:Decrypt'], call);
      const { value: SecretString, labels, created: CreatedDate } = version;
      return { ARN: secret.arn, Name: secret.name, VersionId: id, SecretString, VersionStages: [...labels], CreatedDate };
    },
    PutSecretValue: async ({ SecretId, ClientRequestToken: id = randomUUID(), SecretString, VersionStages, RotationToken }, call) => {
      const secret = usable(await this.authorized('PutSecretValue', SecretId, call));
      if (SecretString === undefined) throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      const hasValue = () => secret.versions.get(id)?.value !== undefined;
      if (secret.kmsKeyId && (!hasValue() || this.variants.repeatedPutAsksKms)) await this.kms.use(secret.kmsKeyId, ['kms:GenerateDataKey', 'kms:Decrypt'], call);
      const version = secret.versions.get(id);
      if (hasValue()) {
        if (version!.value !== SecretString) throw new AwsError('ResourceExistsException', `You can't change the value of the version ${id}: it has one already.`);
      } else {
        if (version) version.value = SecretString;
        else addVersion(secret, id, this.clock.date(), SecretString);
        this.rotations.madeVersion(secret, id, RotationToken);
        for (const label of VersionStages ?? ['AWSCURRENT']) this.move(secret, label, id);
        // The first value is current, whatever labels are named.
        if (!holderOf(secret, 'AWSCURRENT')) this.move(secret, 'AWSCURRENT', id);
        if (!VersionStages && this.variants.putTakesPending) removeLabel(secret, 'AWSPENDING', id);
      }
      const labels = [...secret.versions.get(id)!.labels];
      return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: labels };
    },
    UpdateSecretVersionStage: async ({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }, call) => {
      const secret = usable(await this.authorized('UpdateSecretVersionStage', SecretId, call));
      const holder = holderOf(secret, VersionStage);
      if (MoveToVersionId && !secret.versions.has(MoveToVersionId)) throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the version ${MoveToVersionId}.`);
      if (holder && holder !== MoveToVersionId && holder !== RemoveFromVersionId) {
        throw new AwsError('InvalidParameterException', `The parameter RemoveFromVersionId can't be empty or differ: staging label ${VersionStage} is currently attached to version ${holder}.`);
      }
      if (!holder && RemoveFromVersionId && this.variants.absentLabel === 'refused') {
        throw new AwsError('InvalidParameterException', `The staging label ${VersionStage} isn't attached to the version ${RemoveFromVersionId}.`);
      }
      if (MoveToVersionId) this.move(secret, VersionStage, MoveToVersionId);
      else removeLabel(secret, VersionStage, RemoveFromVersionId);
      secret.lastChanged = this.clock.date();
      return { ARN: secret.arn, Name: secret.name };
    },
    ListSecretVersionIds: async ({ SecretId, IncludeDeprecated = false, MaxResults = 100, NextToken }, call) => {
      const secret = await this.authorized('ListSecretVersionIds', SecretId, call);
      const versions = [...secret.versions].filter(([, { labels, value }]) => value !== undefined && (IncludeDeprecated || labels.size));
      const { items, next } = pageOf(versions, MaxResults, NextToken, new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.'));
      return {
        ARN: secret.arn,
        Name: secret.name,
        Versions: items.map(([VersionId, { labels, created }]) => ({ VersionId, VersionStages: [...labels], CreatedDate: created })),
        NextToken: next,
      };
    },
    RotateSecret: async ({ SecretId, ClientRequestToken = randomUUID(), RotationLambdaARN, RotationRules, RotateImmediately = true }, call) => {
      const keys = RotationLambdaARN && { 'secretsmanager:RotationLambdaARN': RotationLambdaARN };
      const secret = usable(await this.authorized('RotateSecret', SecretId, call, { keys }));
      const lambdaArn = RotationLambdaARN ?? secret.rotation?.lambdaArn;
      const viaService = { 'aws:ViaAWSService': String(this.variants.rotateSecretIsViaService) };
      if (lambdaArn) await call.authorize('lambda:InvokeFunction', lambdaArn, { keys: viaService });
      const request = { token: ClientRequestToken, lambdaArn, rules: RotationRules, immediately: RotateImmediately };
      await this.rotations.rotate(secret, request);
      return { ARN: secret.arn, Name: secret.name, VersionId: ClientRequestToken };
    },
    CancelRotateSecret: async ({ SecretId }, call) => {
      const secret = usable(await this.authorized('CancelRotateSecret', SecretId, call));
      this.rotations.cancel(secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: holderOf(secret, 'AWSPENDING') };
    },
    DeleteSecret: async ({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery = false }, call) => {
      const secret = await this.authorized('DeleteSecret', SecretId, call);
      if (ForceDeleteWithoutRecovery && days !== undefined) {
        throw invalid('You can\'t use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.');
      }
      if (days < 7 || days > 30) throw invalid('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
      if (ForceDeleteWithoutRecovery) {
        this.deleteSecret(secret.arn);
      } else {
        this.refuseReplicated(secret);
        secret.deleted = new Date(this.clock.now() + (days ?? 30) * 86_400_000);
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
      this.replication.add(secret, AddReplicaRegions);
      return { ARN: secret.arn, ReplicationStatus: this.replication.statusOf(secret) };
    },
    RemoveRegionsFromReplication: async ({ SecretId, RemoveReplicaRegions }, call) => {
      const secret = await this.authorized('RemoveRegionsFromReplication', SecretId, call);
      this.replication.remove(secret, RemoveReplicaRegions);
      return { ARN: secret.arn, ReplicationStatus: this.replication.statusOf(secret) };
    },
    TagResource: async ({ SecretId, Tags }, call) => {
      const tags: Record<string, string> = Object.fromEntries(Tags.map(({ Key, Value = '' }: any) => [Key, Value]));
      const secret = usable(await this.authorized('TagResource', SecretId, call, { requestTags: tags }));
      const resourceTags = { ...secret.tags, ...tags };
      checkTags(Object.keys(tags), resourceTags);
      const after = this.tagsInConditions({ ...secret, tags: resourceTags });
      await this.keepsPermission('TagResource', secret, call, { resourceTags: after, requestTags: tags });
      secret.tags = resourceTags;
      secret.lastChanged = this.clock.date();
      return {};
    },
    UntagResource: async ({ SecretId, TagKeys }, call) => {
      const secret = usable(await this.authorized('UntagResource', SecretId, call, { tagKeys: TagKeys }));
      checkTags(TagKeys);
      const resourceTags = Object.fromEntries(Object.entries(secret.tags).filter(([name]) => !TagKeys.includes(name)));
      const after = this.tagsInConditions({ ...secret, tags: resourceTags });
      await this.keepsPermission('UntagResource', secret, call, { resourceTags: after, tagKeys: TagKeys });
      secret.tags = resourceTags;
      secret.lastChanged = this.clock.date();
      return {};
    },
  };

  constructor(
    private readonly account: string, private readonly kms: Kms, lambda: Lambda, private readonly clock: Clock,
    private readonly events: EventBus, private readonly variants: Variants,
  ) {
    this.rotations = new Rotations(lambda, clock, variants);
    this.replication = new Replication(variants, (region, name) => this.named(region, name) !== undefined);
  }

  /** Makes a secret, empty unless a value is given. */
  public createSecret(region: string, name: string, properties: Pick<Secret, 'description' | 'kmsKeyId' | 'tags' | 'systemTags'>, value?: string): Secret {
    const same = this.named(region, name);
    if (same?.deleted) throw new AwsError('InvalidRequestException', 'You can\'t create this secret because a secret with this name is already scheduled for deletion.');
    if (same) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const arn = `arn:aws:secretsmanager:${region}:${this.account}:secret:${name}-${randomBytes(3).toString('hex')}`;
    const now = this.clock.date();
    const secret: Secret = { arn, name, ...properties, versions: new Map(), replicas: [], created: now, lastChanged: now };
    if (value !== undefined) secret.versions.set(randomUUID(), { value, labels: new Set(['AWSCURRENT']), created: this.clock.date() });
    this.secrets.set(arn, secret);
    return secret;
  }

  /** Removes a secret at once, as CloudFormation does. */
  public deleteSecret(arn: string): void {
    const secret = this.secrets.get(arn);
    if (!secret) return;
    this.refuseReplicated(secret);
    this.rotations.cancel(secret);
    this.secrets.delete(arn);
  }

  /** A secret by its name, its ARN, or its ARN without the random characters at the end; undefined if there is none. */
  public find(id: string): Secret | undefined {
    return this.secrets.get(id) ?? this.all.find((secret) => isCalled(secret, id));
  }

  public get all(): Secret[] {
    return [...this.secrets.values()];
  }

  private named(region: string, name: string): Secret | undefined {
    return [...this.secrets.values()].find((secret) => secret.name === name && secret.arn.split(':')[3] === region);
  }

  private refuseReplicated(secret: Secret): void {
    if (this.replication.statusOf(secret)) throw invalid('You can\'t delete a secret that still has replica regions.');
  }

  /** Moves a label, and sends the event of that. */
  private move(secret: Secret, label: string, versionId: string): void {
    const isMoved = holderOf(secret, label) !== versionId;
    moveLabel(secret, label, versionId);
    secret.lastChanged = this.clock.date();
    if (!isMoved || ['AWSPENDING', 'AWSPREVIOUS'].includes(label)) return;
    this.events.publish({
      'source': 'aws.secretsmanager',
      'detail-type': 'Secret Label Updated',
      'region': secret.arn.split(':')[3],
      'resources': [secret.arn],
      'detail': { name: secret.name, labelUpdated: label, versionId },
    });
  }

  /** A change of tags with which the caller would lose its permissions is refused. Which ones are looked at is not documented: here, that of the call. */
  private async keepsPermission(operation: string, { arn }: Secret, call: Call, context: RequestContext): Promise<void> {
    await call.authorize(`secretsmanager:${operation}`, arn, context);
  }

  private tagsInConditions({ systemTags, tags }: Secret): Record<string, string> {
    return this.variants.systemTagsInConditions ? { ...systemTags, ...tags } : tags;
  }

  private async authorized(operation: string, id: string, call: Call, context: RequestContext = {}): Promise<Secret> {
    const found = this.find(id);
    const secret = found?.arn.split(':')[3] === call.region ? found : this.named(call.region, id);
    await call.authorize(`secretsmanager:${operation}`, secret?.arn ?? id, { resourceTags: secret && this.tagsInConditions(secret), ...context });
    if (!secret) throw new AwsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    return secret;
  }
}

/** What both DescribeSecret and ListSecrets show of a secret. */
function described({ arn, name, description, kmsKeyId, created, deleted, rotation, lastRotated, lastChanged, systemTags, tags }: Secret): object {
  return {
    ARN: arn,
    Name: name,
    Description: description,
    KmsKeyId: kmsKeyId,
    CreatedDate: created,
    DeletedDate: deleted,
    RotationEnabled: rotation?.enabled,
    RotationLambdaARN: rotation?.lambdaArn,
    RotationRules: rotation?.rules,
    LastChangedDate: lastChanged,
    LastRotatedDate: rotation?.enabled ? lastRotated : undefined,
    NextRotationDate: rotation?.next,
    Tags: Object.entries({ ...systemTags, ...tags }).map(([Key, Value]) => ({ Key, Value })),
  };
}
