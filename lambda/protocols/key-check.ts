import type { Channel } from '@aws-sdk/client-ivs';
import type { DescribeSecretResponse, SecretVersionsListEntry } from '@aws-sdk/client-secrets-manager';
import { desiredState } from './desired-state';
import { findOwnKey } from './own-key';
import type { AfterBroadcast } from './stream-end';
import { tellTrouble, Trouble } from './trouble';
import { missingTags, writeDesiredState } from '../../src/contract/desired-state';
import { Metric } from '../../src/contract/metrics';
import type { StreamKeyMetadata } from '../../src/contract/resource';
import { RotationReason } from '../../src/contract/rotation-reason';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { StreamKey } from '../aws/ivs';
import { explain } from '../report/explain';
import { measure } from '../report/log';
import { DEAD_ROTATION, diagnose, FAILED_REPLICA, isUnderWay, Look } from '../stream-key/faults';
import { Owner, readMemory } from '../stream-key/memory';
import { tagsOf } from '../stream-key/observe';
import { reconcile, RotationFailure } from '../stream-key/reconcile';
import { isFought, repairedTag } from '../stream-key/repairs';
import { keepReplicas } from '../stream-key/replicas';
import { currentVersionWith, stayingVersions } from '../stream-key/secret-version';
import { endPending, pendingVersion } from '../stream-key/staging-labels';
import { MAX_VERSIONS, Rotation, WantedStreamKey } from '../stream-key/wanted';

/** A stream key of the stack. */
export interface OwnedKey {
  readonly resource: string;
  readonly channelArn: string;
}

const SECOND = 1_000;
/** The milliseconds that another caller, which has deleted the key, has for the rest of its work. */
const OTHER_CALLER = 10_000;

/** A rotation that nothing asks for. */
const NO_ROTATION: Rotation = { reason: RotationReason.REPAIR, versionLimit: MAX_VERSIONS };

/** One look at a stream key, and what follows from it. */
export class KeyCheck {
  private readonly owner: Owner;
  private key?: StreamKey;
  private channel?: Channel;
  private secret?: DescribeSecretResponse;

  constructor(private readonly owned: OwnedKey, private readonly aws: Aws) {
    this.owner = { stack: aws.stack.id, resource: owned.resource };
  }

  /** Puts right what is wrong. Returns what a rotation after a broadcast goes by, if one may be due. */
  public async run(): Promise<AfterBroadcast | undefined> {
    return this.aws.budget.within(() => this.look());
  }

  /** Tells that the stack has failed, so that nothing is looked at. */
  public async stackFailed(status: string): Promise<void> {
    if (!await this.findSecret(this.aws)) return;
    await this.tell(this.aws, {
      name: 'stack',
      why: `The stack is ${status}, so nobody looks after the key. Deploy the stack, or continue its roll-back, until it succeeds.`,
    });
  }

  /** Tells a failure of the look. */
  public async failed(thrown: unknown, aws: Aws): Promise<void> {
    const error = thrown instanceof RotationFailure ? thrown.cause : thrown;
    const { channelArn } = this.owned;
    const own = await this.findSecret(aws);
    if (!own) return;
    const attempt = { task: 'Look', channelArn, secretArn: own.SecretArn, managesChannel: own.ManagesChannel === 'true', again: 'The next look tries again.' };
    const name = error instanceof CallFailure ? `${error.action.split(':')[0]}-${error.name}` : 'failed';
    await this.tell(aws, { name, why: explain(error, attempt) });
  }

  /** What the last deployment wanted, with its secret found; undefined if the stack has no such key. */
  private async findSecret(aws: Aws): Promise<StreamKeyMetadata | undefined> {
    const own = await findOwnKey(aws, this.owned.resource);
    if (own) this.secret ??= await aws.secrets.find(own.SecretArn);
    return own;
  }

  private async look(): Promise<AfterBroadcast | undefined> {
    const { aws, owned: { resource, channelArn } } = this;
    const at = new Date();
    const [own, key, channel] = await Promise.all([findOwnKey(aws, resource), aws.ivs.findStreamKey(channelArn), aws.ivs.getChannel(channelArn)]);
    // Another handler's, or it has moved.
    if (own?.ChannelArn !== channelArn) return undefined;
    const secret = await aws.secrets.find(own.SecretArn);
    Object.assign(this, { key, channel, secret });
    if (!secret) return this.repair(['the secret has lost its tags, or is gone']);
    const observed: Look = { key, channel, secret, at };
    const { faults, refusal, isDue } = diagnose(observed, wantedBy(own, this.owner));
    if (refusal) return this.tell(aws, { name: 'refused', why: refusal });
    const deployed = desiredState(this.owner, own);
    if (Object.keys(missingTags(tagsOf(secret), deployed)).length) faults.push('the secret has other tags');
    if (faults.length) return isUnderWay(observed) ? undefined : this.repair(faults);
    if (!isDue && !own.RotateAfterStream) return undefined;
    return { deployed, secretArn: own.SecretArn, memory: isDue ? undefined : key && readMemory(key.tags) };
  }

  /** Puts the key right as the last deployment wants it, unless it is no longer ours to do so. */
  private async repair(faults: string[]): Promise<undefined> {
    const { aws, owned: { resource, channelArn } } = this;
    const own = await findOwnKey(aws, resource);
    if (own?.ChannelArn !== channelArn) return;
    const now = new Date();
    if (isFought(this.secret, now)) {
      return this.tell(aws, { name: 'fought', why: `${sentence(faults)} It was put right twice within an hour, and something changes it again: until the hour is over, it is left alone.` });
    }
    const versions = this.secret ? await aws.secrets.listVersions(own.SecretArn) : [];
    if (stayingVersions(versions, now) >= MAX_VERSIONS) {
      return this.tell(aws, { name: 'full', why: `${sentence(faults)} The secret ${own.SecretArn} has as many versions as Secrets Manager keeps, and none is older than 24 hours.` });
    }
    // Another rotation may be between deleting the key and creating its successor.
    const isThere = async () => await aws.ivs.findStreamKey(channelArn) !== undefined;
    if (!this.key && await aws.budget.waitUntil(isThere, OTHER_CALLER)) return;
    // As late as can be: a deployment may have begun.
    if (!await aws.stack.isSettled()) return;

    const secret = await this.restoreTags(own);
    const wanted = { ...wantedBy(own, this.owner), knownSince: this.storedSince(versions) ?? now };
    const { streamKeyArn, secretVersionId } = await reconcile(aws, () => wanted);
    const pending = pendingVersion(secret);
    if (pending !== undefined && faults.includes(DEAD_ROTATION)) await endPending(aws, own.SecretArn, pending);
    const replicas = own.ReplicaRegions ?? [];
    const unreplicated = await keepReplicas(aws, { secretArn: own.SecretArn, replicas, before: replicas });
    const repaired = unreplicated ? faults.filter((fault) => fault !== FAILED_REPLICA) : faults;
    if (repaired.length) {
      measure('repaired', channelArn, { [Metric.REPAIRS]: 1 }, { faults: repaired, streamKeyArn, secretArn: own.SecretArn, secretVersionId });
      await aws.secrets.tag(own.SecretArn, repairedTag(secret, now));
    }
    if (unreplicated) await this.tell(aws, { name: 'unreplicated', why: unreplicated });
  }

  /**
   * When the key was stored in the version that is current, to the second, as the ends of broadcasts are; undefined if it is not in it,
   * or if the id of the version does not say so.
   */
  private storedSince(versions: SecretVersionsListEntry[]): Date | undefined {
    const { key, channel, secret } = this;
    const id = key && secret && currentVersionWith(key.arn, {}, { channel: channel!, secret });
    const stored = versions.find(({ VersionId }) => VersionId === id)?.CreatedDate;
    return stored && new Date(stored.getTime() + SECOND);
  }

  private async tell(aws: Aws, trouble: Trouble): Promise<undefined> {
    const { key, secret, owned: { channelArn } } = this;
    await tellTrouble(aws, { channelArn, key, secret }, trouble);
  }

  /** Puts the tags of the secret back if they are not as the last deployment wants them. */
  private async restoreTags(own: StreamKeyMetadata): Promise<DescribeSecretResponse> {
    const { aws, owner } = this;
    const wanted = desiredState(owner, own);
    const missing = missingTags(tagsOf(this.secret), wanted);
    // With those that are there, as the permission depends on them.
    if (Object.keys(missing).length) await aws.secrets.tag(own.SecretArn, { ...writeDesiredState(wanted), ...missing });
    return this.secret ?? aws.secrets.describe(own.SecretArn);
  }
}

function wantedBy(own: StreamKeyMetadata, owner: Owner): WantedStreamKey {
  const { ChannelArn, SecretArn, Serial, Tags: tags = [], WhileLive: whileLive = WhileLive.KEEP } = own;
  return {
    owner,
    channelArn: ChannelArn,
    secretArn: SecretArn,
    serial: Number(Serial) || 0,
    tags: {},
    unwantedTags: [],
    recoveredTags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    whileLive,
    rotation: NO_ROTATION,
  };
}

function sentence(faults: string[]): string {
  const text = faults.join('; ');
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
