import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { desiredState } from './desired-state';
import { findOwnKey } from './own-key';
import type { AfterBroadcast } from './stream-end';
import { tellTrouble, Trouble } from './trouble';
import { wantedBySecret } from './wanted-by-secret';
import { readDesiredState, writeDesiredState } from '../../src/contract/desired-state';
import { Metric } from '../../src/contract/metrics';
import type { StreamKeyMetadata } from '../../src/contract/resource';
import { RotationReason } from '../../src/contract/rotation-reason';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';
import type { StreamKey } from '../aws/ivs';
import { explain } from '../report/explain';
import { measure } from '../report/log';
import { DEAD_ROTATION, diagnose, isUnderWay, Look } from '../stream-key/faults';
import { readMemory, secretDigest } from '../stream-key/memory';
import { tagsOf } from '../stream-key/observe';
import { reconcile, RotationFailure } from '../stream-key/reconcile';
import { isFought, repairedTag } from '../stream-key/repairs';
import { keepReplicas } from '../stream-key/replicas';
import { stayingVersions } from '../stream-key/secret-version';
import { endPending, pendingVersion } from '../stream-key/staging-labels';
import { MAX_VERSIONS, Rotation, WantedStreamKey } from '../stream-key/wanted';

/** A stream key of the stack. */
export interface OwnedKey {
  readonly resource: string;
  readonly channelArn: string;
  /** The ARNs of secrets that may hold it. */
  readonly secrets: string[];
}

/** The milliseconds that another caller, which has deleted the key, has for the rest of its work. */
const OTHER_CALLER = 10_000;

/** A rotation that nothing asks for. */
const NO_ROTATION: Rotation = { reason: RotationReason.REPAIR, versionLimit: MAX_VERSIONS };

/** One look at a stream key, and what follows from it. */
export class KeyCheck {
  private key?: StreamKey;
  private secret?: DescribeSecretResponse;

  constructor(private readonly owned: OwnedKey, private readonly aws: Aws) {}

  /** Puts right what is wrong. Returns what a rotation after a broadcast goes by, if one may be due. */
  public async run(): Promise<AfterBroadcast | undefined> {
    return this.aws.budget.within(() => this.look());
  }

  /** Tells a failure of the look. */
  public async failed(thrown: unknown, aws: Aws): Promise<void> {
    const error = thrown instanceof RotationFailure ? thrown.cause : thrown;
    const { resource, channelArn } = this.owned;
    const own = await findOwnKey(aws, resource);
    if (!own) return;
    this.secret ??= await aws.secrets.find(own.SecretArn);
    const attempt = { task: 'Look', channelArn, secretArn: own.SecretArn, managesChannel: own.ManagesChannel === 'true', again: 'The next look tries again.' };
    const name = error instanceof CallFailure ? `${error.action.split(':')[0]}-${error.name}` : 'failed';
    await this.tell(aws, { name, why: explain(error, attempt) });
  }

  private async look(): Promise<AfterBroadcast | undefined> {
    const { aws, owned: { resource, channelArn, secrets } } = this;
    const at = new Date();
    const [key, channel] = await Promise.all([aws.ivs.findStreamKey(channelArn), aws.ivs.getChannel(channelArn)]);
    this.key = key;
    const digest = key && readMemory(key.tags)?.secret;
    const secretArn = secrets.find((arn) => secretDigest(arn) === digest) ?? (await findOwnKey(aws, resource))?.SecretArn;
    // Another handler's.
    if (!secretArn) return undefined;
    const secret = await aws.secrets.find(secretArn);
    this.secret = secret;

    const desired = readDesiredState(tagsOf(secret));
    if (!secret || !desired) return this.repair(['the secret has lost its tags, or is gone']);
    const observed: Look = { key, channel, secret, at };
    const { faults, refusal, isDue } = diagnose(observed, wantedBySecret(secret, NO_ROTATION));
    if (refusal) return this.refuse(refusal);
    if (faults.length) return isUnderWay(observed) ? undefined : this.repair(faults);
    const mayBeDue = isDue || desired.rotatesAfterStream;
    if (!mayBeDue || !await findOwnKey(aws, resource)) return undefined;
    return { channelArn, secretArn, memory: isDue ? undefined : key && readMemory(key.tags) };
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
    const isFull = this.secret && stayingVersions(await aws.secrets.listVersions(own.SecretArn), now) >= MAX_VERSIONS;
    if (isFull) {
      return this.tell(aws, { name: 'full', why: `${sentence(faults)} The secret ${own.SecretArn} has as many versions as Secrets Manager keeps, and none is older than 24 hours.` });
    }
    // Another rotation may be between deleting the key and creating its successor.
    const isThere = async () => await aws.ivs.findStreamKey(channelArn) !== undefined;
    if (!this.key && await aws.budget.waitUntil(isThere, OTHER_CALLER)) return;
    // As late as can be: a deployment may have begun.
    if (!await aws.stack.isSettled()) return;

    const secret = await this.restoreTags(own);
    const { streamKeyArn, secretVersionId } = await reconcile(aws, () => wantedBy(own, { stack: aws.stack.id, resource }));
    const pending = pendingVersion(secret);
    if (pending !== undefined && faults.includes(DEAD_ROTATION)) await endPending(aws, own.SecretArn, pending);
    const replicas = own.ReplicaRegions ?? [];
    await keepReplicas(aws, { secretArn: own.SecretArn, replicas, before: replicas });
    measure('repaired', channelArn, { [Metric.REPAIRS]: 1 }, { faults, streamKeyArn, secretArn: own.SecretArn, secretVersionId });
    await aws.secrets.tag(own.SecretArn, repairedTag(secret, now));
  }

  private async refuse(why: string): Promise<undefined> {
    if (await findOwnKey(this.aws, this.owned.resource)) await this.tell(this.aws, { name: 'refused', why });
  }

  private async tell(aws: Aws, trouble: Trouble): Promise<undefined> {
    const { key, secret, owned: { channelArn } } = this;
    await tellTrouble(aws, { channelArn, key, secret }, trouble);
  }

  /** Puts the tags of the secret back if they are not as the last deployment wants them. */
  private async restoreTags(own: StreamKeyMetadata): Promise<DescribeSecretResponse> {
    const { aws, owned: { resource } } = this;
    const wanted = writeDesiredState(desiredState({ stack: aws.stack.id, resource }, own));
    const present = tagsOf(this.secret);
    if (Object.entries(wanted).some(([name, value]) => present[name] !== value)) await aws.secrets.tag(own.SecretArn, wanted);
    return this.secret ?? aws.secrets.describe(own.SecretArn);
  }
}

function wantedBy(own: StreamKeyMetadata, owner: WantedStreamKey['owner']): WantedStreamKey {
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
