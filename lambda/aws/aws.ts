import { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import {
  Channel, CreateStreamKeyCommand, DeleteStreamKeyCommand, GetChannelCommand, GetStreamCommand, GetStreamKeyCommand, IvsClient,
  ListStreamKeysCommand, StopStreamCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-ivs';
import {
  DescribeSecretCommand, DescribeSecretResponse, ListSecretVersionIdsCommand, PutSecretValueCommand, RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand, SecretsManagerClient, SecretVersionsListEntry, TagResourceCommand as TagSecretCommand,
  UntagResourceCommand as UntagSecretCommand, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { CloudFormationResource, resourceIn, withoutAwsTags } from './aws-tags';
import { CallFailure, isNameNotFound, isTransient, NoEndpoint } from './call-failure';
import { KnownKeys } from './known-keys';
import { Patience, Retryable } from './patience';
import { IVS_REGIONS } from '../../src/contract/ivs-regions';
import type { StreamKeyReplica } from '../../src/contract/resource';
import { keepSecret } from '../report/secret-values';

export type Tags = Record<string, string>;

/** A stream key as ListStreamKeys shows it. */
export interface StreamKey {
  readonly arn: string;
  /** Without those of AWS, which nobody may set or take off. */
  readonly tags: Tags;
  /** The resource of CloudFormation that the key was made for. */
  readonly madeFor?: CloudFormationResource;
}

/** A stream key whose value is known. */
export interface OpenStreamKey {
  readonly arn: string;
  readonly value: string;
}

/** How a value is stored. */
export interface Storing {
  /** The staging labels that the version gets. @default - AWSCURRENT */
  readonly stages?: string[];
  /** What shows Secrets Manager that the call is part of a rotation. */
  readonly rotationToken?: string;
}

/** A broadcast. */
export interface LiveStream {
  readonly id: string;
  readonly startTime?: Date;
}

/** For so many milliseconds IVS may show a channel's key as it was before a change. It does not say; others have seen 24 seconds. */
export const LISTING_LAG = 25_000;
/** For so many milliseconds a secret that IAM does not show is looked for: one that is gone is not shown, either. */
export const SECRET_LAG = 5_000;

// The clients outlive an invocation, and with them their open connections. `Patience` does the retrying.
const secretsManager = new SecretsManagerClient({ maxAttempts: 1 });
const eventBridge = new EventBridgeClient({ maxAttempts: 1 });
const ivsClients = new Map<string, IvsClient>();

/** A channel is called in its own region, which need not be the stack's. */
function ivsIn(region: string): IvsClient {
  const client = ivsClients.get(region) ?? new IvsClient({ region, maxAttempts: 1 });
  ivsClients.set(region, client);
  return client;
}

/** The calls that the handler makes, each as patient as it should be. */
export class Aws {
  /** @param retryable which failures are worth another attempt */
  constructor(public readonly patience: Patience, private readonly retryable: Retryable = isTransient, private readonly keys = new KnownKeys()) {}

  /**
   * The same calls, which take no failure for an answer while there is time: for between deleting a key and storing its successor.
   *
   * @param onRefused is told of failures that do not pass by themselves
   */
  public insisting(onRefused: (error: Error) => void = () => {}): Aws {
    const answers = ['ServiceQuotaExceededException', 'ResourceExistsException'];
    return new Aws(this.patience, (error) => {
      if (answers.includes((error as Error).name)) return false;
      if (!isTransient(error, { awaitsPermissions: false, elapsed: Infinity })) onRefused(error as Error);
      return true;
    }, this.keys);
  }

  /** The stream key that a channel has; it has one at most. An answer that is older than what was done here is waited out. */
  public async findStreamKey(channelArn: string): Promise<StreamKey | undefined> {
    let shown: StreamKey | undefined;
    const isUpToDate = async () => {
      shown = await this.listStreamKey(channelArn);
      return !this.keys.isOutdated(channelArn, shown?.arn);
    };
    if (!await this.patience.until(isUpToDate, LISTING_LAG)) this.keys.giveUp(channelArn);
    return shown && this.keys.isDeleted(shown.arn) ? undefined : shown;
  }

  public async getChannel(arn: string): Promise<Channel> {
    const { channel } = await this.ivs('GetChannel', arn, (ivs, options) => ivs.send(new GetChannelCommand({ arn }), options));
    keepSecret(channel!.srt?.passphrase ?? '');
    return channel!;
  }

  public async createStreamKey(channelArn: string, tags: Tags): Promise<OpenStreamKey> {
    const { streamKey } = await this.ivs('CreateStreamKey', channelArn, (ivs, options) => ivs.send(new CreateStreamKeyCommand({ channelArn, tags }), options));
    this.keys.noteMade(channelArn, streamKey!.arn!);
    return { arn: streamKey!.arn!, value: keepSecret(streamKey!.value!) };
  }

  // What is done with a key is not retried if it is refused: the key may be gone, or another's by now, and the policies are written on its tags.
  // See `unlessChanged`.

  public async getStreamKey(arn: string): Promise<OpenStreamKey> {
    const { streamKey } = await this.ivs('GetStreamKey', arn, (ivs, options) => ivs.send(new GetStreamKeyCommand({ arn }), options), this.unlessRefused());
    return { arn, value: keepSecret(streamKey!.value!) };
  }

  public async deleteStreamKey(arn: string): Promise<void> {
    try {
      await this.ivs('DeleteStreamKey', arn, (ivs, options) => ivs.send(new DeleteStreamKeyCommand({ arn }), options), this.unlessRefused());
    } catch (error) {
      if (error instanceof CallFailure && error.isNotFound) this.keys.noteDeleted(arn);
      throw error;
    }
    this.keys.noteDeleted(arn);
  }

  public async tag(resourceArn: string, tags: Tags): Promise<void> {
    await this.ivs('TagResource', resourceArn, (ivs, options) => ivs.send(new TagResourceCommand({ resourceArn, tags }), options), this.unlessRefused());
  }

  public async untag(resourceArn: string, tagKeys: string[]): Promise<void> {
    await this.ivs('UntagResource', resourceArn, (ivs, options) => ivs.send(new UntagResourceCommand({ resourceArn, tagKeys }), options), this.unlessRefused());
  }

  /** The broadcast that is running on a channel. */
  public async findStream(channelArn: string): Promise<LiveStream | undefined> {
    const { stream } = await this.unlessOffline(this.ivs('GetStream', channelArn, (ivs, options) => ivs.send(new GetStreamCommand({ channelArn }), options)));
    return stream && stream.state !== 'OFFLINE' ? { id: stream.streamId!, startTime: stream.startTime } : undefined;
  }

  /** Cuts off the encoder, which then tries to connect again. */
  public async stopStream(channelArn: string): Promise<void> {
    await this.unlessOffline(this.ivs('StopStream', channelArn, (ivs, options) => ivs.send(new StopStreamCommand({ channelArn }), options)));
  }

  /** Everything about a secret but its value, which the handler never reads. */
  public async describeSecret(secretArn: string, retryable = this.retryable): Promise<DescribeSecretResponse> {
    return this.call('secretsmanager:DescribeSecret', (options) =>
      secretsManager.send(new DescribeSecretCommand({ SecretId: secretArn }), options), retryable);
  }

  /**
   * The same, undefined if there is no such secret, or IAM does not show it.
   *
   * @param lookFor for how many milliseconds a refusal is not believed
   */
  public async findSecret(secretArn: string, lookFor = 0): Promise<DescribeSecretResponse | undefined> {
    let found: DescribeSecretResponse | undefined;
    await this.patience.until(async () => {
      try {
        found = await this.describeSecret(secretArn, this.unlessRefused());
        return true;
      } catch (error) {
        if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
        return error.isNotFound;
      }
    }, lookFor);
    return found;
  }

  public async tagSecret(secretArn: string, tags: Tags): Promise<void> {
    await this.call('secretsmanager:TagResource', (options) => secretsManager.send(new TagSecretCommand({
      SecretId: secretArn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }), options));
  }

  /** A refusal is not waited out: a permission that has been taken away does not come back. */
  public async untagSecret(secretArn: string, tagKeys: string[]): Promise<void> {
    await this.call('secretsmanager:UntagResource', (options) =>
      secretsManager.send(new UntagSecretCommand({ SecretId: secretArn, TagKeys: tagKeys }), options), this.unlessRefused());
  }

  /** Stores a value, and returns the staging labels of its version: without AWSCURRENT if the version existed and has lost it. */
  public async putSecretValue(secretArn: string, versionId: string, value: string, { stages, rotationToken }: Storing = {}): Promise<string[]> {
    const input = { SecretId: secretArn, ClientRequestToken: versionId, SecretString: value, VersionStages: stages, RotationToken: rotationToken };
    const { VersionStages } = await this.call('secretsmanager:PutSecretValue', (options) => secretsManager.send(new PutSecretValueCommand(input), options));
    return VersionStages ?? [];
  }

  /** Moves a staging label to another version, or takes it off. Secrets Manager refuses it if `from` does not have the label. */
  public async moveLabel(secretArn: string, label: string, from?: string, to?: string): Promise<void> {
    await this.call('secretsmanager:UpdateSecretVersionStage', (options) => secretsManager.send(new UpdateSecretVersionStageCommand({
      SecretId: secretArn, VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to,
    }), options));
  }

  /** How many versions of a secret Secrets Manager does not remove: those made since then, and those with staging labels. */
  public async countVersionsSince(secretArn: string, since: number): Promise<number> {
    const stays = ({ CreatedDate, VersionStages }: SecretVersionsListEntry) => VersionStages?.length || CreatedDate!.getTime() > since;
    return (await this.listVersions(secretArn)).filter(stays).length;
  }

  /** When a version of a secret was made. */
  public async findVersionDate(secretArn: string, versionId: string): Promise<Date | undefined> {
    return (await this.listVersions(secretArn)).find(({ VersionId }) => VersionId === versionId)?.CreatedDate;
  }

  public async replicate(secretArn: string, replicas: StreamKeyReplica[]): Promise<void> {
    await this.call('secretsmanager:ReplicateSecretToRegions', (options) => secretsManager.send(new ReplicateSecretToRegionsCommand({
      SecretId: secretArn, AddReplicaRegions: replicas.map(({ Region, KmsKeyId }) => ({ Region, KmsKeyId })),
    }), options));
  }

  public async removeReplicas(secretArn: string, regions: string[]): Promise<void> {
    await this.call('secretsmanager:RemoveRegionsFromReplication', (options) =>
      secretsManager.send(new RemoveRegionsFromReplicationCommand({ SecretId: secretArn, RemoveReplicaRegions: regions }), options));
  }

  /** Sends an event; one that EventBridge does not take is a failure like any other. */
  public async putEvent(entry: PutEventsRequestEntry): Promise<void> {
    await this.call('events:PutEvents', async (options) => {
      const { Entries } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }), options);
      const { ErrorCode: name, ErrorMessage } = Entries?.[0] ?? {};
      if (name) throw Object.assign(new Error(ErrorMessage), { name, $metadata: { httpStatusCode: name === 'InternalFailure' ? 500 : 400 } });
    });
  }

  private unlessRefused(): Retryable {
    return (error, patience) => (error as Error).name !== 'AccessDeniedException' && this.retryable(error, patience);
  }

  private async listVersions(secretArn: string): Promise<SecretVersionsListEntry[]> {
    const versions: SecretVersionsListEntry[] = [];
    let NextToken: string | undefined;
    do {
      const input = { SecretId: secretArn, IncludeDeprecated: true, MaxResults: 100, NextToken };
      const page = await this.call('secretsmanager:ListSecretVersionIds', (options) => secretsManager.send(new ListSecretVersionIdsCommand(input), options));
      versions.push(...page.Versions ?? []);
      ({ NextToken } = page);
    } while (NextToken);
    return versions;
  }

  private async listStreamKey(channelArn: string): Promise<StreamKey | undefined> {
    const { streamKeys } = await this.ivs('ListStreamKeys', channelArn, (ivs, options) => ivs.send(new ListStreamKeysCommand({ channelArn, maxResults: 50 }), options));
    const key = streamKeys?.[0];
    return key && { arn: key.arn!, tags: withoutAwsTags(key.tags ?? {}), madeFor: resourceIn(key.tags ?? {}) };
  }

  /** That a channel is offline is no failure: what was asked of its stream is done, or there is none. */
  private async unlessOffline<T>(call: Promise<T>): Promise<Partial<T>> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof CallFailure && error.name === 'ChannelNotBroadcasting') return {};
      throw error;
    }
  }

  private async ivs<T>(
    operation: string, arn: string, send: (ivs: IvsClient, options: { abortSignal: AbortSignal }) => Promise<T>, retryable = this.retryable,
  ): Promise<T> {
    const region = arn.split(':')[3];
    return this.call(`ivs:${operation}`, async (options) => {
      try {
        return await send(ivsIn(region), options);
      } catch (error) {
        throw isNameNotFound(error) && !IVS_REGIONS.includes(region) ? new NoEndpoint(error) : error;
      }
    }, retryable);
  }

  private async call<T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>, retryable = this.retryable): Promise<T> {
    const start = this.patience.elapsed;
    try {
      return await this.patience.call((abortSignal) => send({ abortSignal }), retryable);
    } catch (error) {
      throw new CallFailure(action, error as Error, this.patience.elapsed - start);
    }
  }
}
