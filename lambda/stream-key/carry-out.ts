import { decide } from './decide';
import type { Create, Decision, Deferral, Keep, Rotate, Wait } from './decision';
import { finish } from './finish';
import type { Gap } from './gap';
import { KeyChanged, unlessChanged } from './key-changed';
import { KeyMemory, writeMemory } from './memory';
import { observe, Observed } from './observe';
import { proveWritable } from './prove-writable';
import { versionIds } from './secret-version';
import { store } from './store';
import { inheritedTags, TagChanges } from './tag-changes';
import type { WantedStreamKey, Wish } from './wanted';
import { Metric } from '../../src/contract/metrics';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import { CallFailure, isTransient } from '../aws/call-failure';
import type { OpenStreamKey, StreamKey } from '../aws/ivs';
import { log, measure } from '../report/log';
import { Refusal } from '../report/refusal';

/** One round of a run: what was seen and is wanted, and the means to act on it. */
export interface Round {
  readonly aws: Aws;
  readonly wish: Wish;
  readonly wanted: WantedStreamKey;
  readonly observed: Observed;
  readonly gap: Gap;
}

/** The key that the channel has, and the secret's version that holds it. */
export interface ReconciledStreamKey {
  readonly channelArn: string;
  readonly streamKeyArn: string;
  readonly secretVersionId: string;
  /** The cause and the end of the wait if the rotation that was asked for is deferred. */
  readonly deferral?: string;
}

/**
 * The milliseconds after which a look is repeated before the key is deleted.
 *
 * A deployment may change the desired state beside a rotation; CloudFormation runs none beside another deployment.
 */
const FRESH = { deployment: 5_000, rotation: 1_000 };

/** Carries out a decision. Throws `KeyChanged` if it has to be made afresh. */
export async function carryOut(round: Round, decision: Decision): Promise<ReconciledStreamKey> {
  switch (decision.action) {
    case 'refuse': throw new Refusal(decision.message);
    case 'wait': return wait(round, decision);
    case 'create': return createAndStore(round, decision);
    case 'keep': return keep(round, decision);
    case 'rotate': return rotate(round, decision);
  }
}

async function wait({ aws, wanted, observed: { key } }: Round, { until }: Wait): Promise<never> {
  const isReplaced = async () => (await aws.ivs.findStreamKey(wanted.channelArn))?.arn !== key?.arn;
  await aws.budget.waitUntil(isReplaced, until.getTime() - Date.now());
  throw new KeyChanged('another caller has replaced the stream key, or is about to');
}

async function keep(round: Round, { key, memory, tags, stored, deferral }: Keep): Promise<ReconciledStreamKey> {
  const { aws, wanted } = round;
  await applyTags(aws, wanted, key, tags);
  if (deferral) reportDeferral(wanted, deferral);
  if (stored) return finished(round, key.arn, memory, stored, deferral);
  const open = await unlessChanged(aws, wanted.channelArn, key, () => aws.ivs.getStreamKey(key.arn));
  return finished(round, key.arn, memory, await storeOpen(round, open, memory), deferral);
}

/** Prepares the rotation, deletes the key and creates its successor. */
async function rotate(round: Round, decision: Rotate): Promise<ReconciledStreamKey> {
  const { aws, wanted: { channelArn, deployment }, observed, gap } = round;
  const isPrepared = await prepare(round, decision);
  const isFresh = Date.now() - observed.at.getTime() <= (deployment ? FRESH.deployment : FRESH.rotation);
  const last = isFresh && !isPrepared ? { round, decision } : await lookAgain(round, decision);
  const { wanted: { whileLive, secretArn }, observed: { stream } } = last.round;
  if (stream && whileLive === WhileLive.KEEP) {
    log('rotating while live', { channelArn, streamId: stream.id, secretArn, remark: 'The encoder needs the new key when it reconnects.' });
  }
  // The last read before the key is gone: an encoder may have come in the meantime.
  if (whileLive === WhileLive.DEFER && await aws.ivs.findStream(channelArn)) throw new KeyChanged('a broadcast has begun');
  await deleteKey(aws, channelArn, last.decision.key, gap);
  const { tags, successor } = last.decision;
  return createAndStore(last.round, { action: 'create', tags: tags.result, memory: successor });
}

/** Does what may fail or must be done before the key is deleted. Returns whether anything was done. */
async function prepare({ aws, wanted, observed }: Round, { key, memory, tags }: Rotate): Promise<boolean> {
  // A tag that IVS refuses must not cost the key.
  const isTagged = await applyTags(aws, wanted, key, tags);
  const mustProve = observed.secret.KmsKeyId !== undefined;
  if (mustProve) await proveWritable(aws, wanted, observed, key, memory);
  // The key takes the memory of its unfinished work with it.
  if (memory.unfinished) await finish(aws, wanted, { arn: key.arn, memory, versionId: versionIds(key.arn, memory, observed)[0] });
  return isTagged || mustProve || memory.unfinished !== undefined;
}

/** Looks at everything once more, as late as can be: a deployment may have come in between. */
async function lookAgain(round: Round, { key }: Rotate): Promise<{ round: Round; decision: Rotate }> {
  const observed = await observe(round.aws, round.wanted);
  const wanted = round.wish(observed.secret);
  if (wanted.channelArn !== round.wanted.channelArn) throw new KeyChanged('another channel is wanted by now');
  const decision = decide(observed, wanted);
  if (decision.action !== 'rotate' || decision.key.arn !== key.arn) throw new KeyChanged('the rotation is decided afresh');
  return { round: { ...round, wanted, observed }, decision };
}

/** Deletes a key. A failure that may pass is a reason to look again: meanwhile a deployment may have come in between. */
async function deleteKey(aws: Aws, channelArn: string, key: StreamKey, gap: Gap): Promise<void> {
  // If the answer is lost, the key may be dead from now on.
  gap.open(key.arn);
  try {
    await unlessChanged(aws, channelArn, key, () => aws.withoutRetries().ivs.deleteStreamKey(key.arn));
  } catch (error) {
    const { budget } = aws;
    if (error instanceof CallFailure && budget.hasTime && isTransient(error.cause, budget)) throw new KeyChanged(`the stream key could not be deleted: ${error.name}`);
    throw error;
  }
  gap.open(key.arn);
}

async function createAndStore(round: Round, { tags, memory }: Omit<Create, 'reason'>): Promise<ReconciledStreamKey> {
  const { aws, wanted, gap } = round;
  const made: KeyMemory = { ...memory, created: new Date().toISOString() };
  const key = await create(gap.isOpen ? aws.retryingEverything() : aws, wanted, { ...inheritedTags(tags), ...writeMemory(made) });
  if (!key.value) throw new Refusal(`IVS made the stream key ${key.arn} without a value. Delete it with "aws ivs delete-stream-key --arn ${key.arn}" and deploy again.`);
  return finished(round, key.arn, made, await storeOpen(round, key, made));
}

async function create(aws: Aws, { channelArn }: WantedStreamKey, tags: TagChanges['result']): Promise<OpenStreamKey> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await aws.ivs.createStreamKey(channelArn, tags);
    } catch (error) {
      if (!(error instanceof CallFailure) || error.name !== 'ServiceQuotaExceededException') throw error;
      // Another caller was faster, or an attempt of ours succeeded without an answer; or IVS still counts the deleted key.
      if (await aws.ivs.findStreamKey(channelArn)) throw new KeyChanged('the channel has another stream key than a moment ago');
      if (!aws.budget.hasTime) throw error;
      await aws.budget.pause(attempt);
    }
  }
}

/** Brings the key's tags up to date, and returns whether there was anything to change. */
async function applyTags(aws: Aws, { channelArn }: WantedStreamKey, key: StreamKey, { removed, result, sets }: TagChanges): Promise<boolean> {
  await unlessChanged(aws, channelArn, key, async () => {
    if (removed.length) await aws.ivs.untag(key.arn, removed);
    if (sets) await aws.ivs.tag(key.arn, result);
  });
  return removed.length > 0 || sets;
}

function storeOpen({ aws, wanted, observed, gap }: Round, key: OpenStreamKey, memory: KeyMemory): Promise<string> {
  return store(aws, wanted, observed, key, memory, gap);
}

async function finished(
  { aws, wanted }: Round, streamKeyArn: string, memory: KeyMemory, secretVersionId: string, deferral?: Deferral,
): Promise<ReconciledStreamKey> {
  await finish(aws, wanted, { arn: streamKeyArn, memory, versionId: secretVersionId });
  return { channelArn: wanted.channelArn, streamKeyArn, secretVersionId, deferral: deferral?.asked && deferral.remark };
}

/** Counts a rotation when it is deferred for the first time. */
function reportDeferral({ channelArn, secretArn }: WantedStreamKey, { asked, isRepeated, remark }: Deferral): void {
  if (!asked) return;
  if (isRepeated) log('rotation still deferred', { reason: asked, channelArn, secretArn });
  else measure('rotation deferred', channelArn, { [Metric.DEFERRED]: 1 }, { reason: asked, secretArn, remark });
}
