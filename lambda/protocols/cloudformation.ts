import { Answer, sendAnswer } from './cloudformation-answer';
import type { CloudFormationRequest } from './cloudformation-request';
import { isOver } from './request-age';
import { parseChannelArn } from '../../src/contract/channel-arn';
import type { StreamKeyProperties } from '../../src/contract/resource';
import { RotationReason } from '../../src/contract/rotation-reason';
import { KeyTag, SecretTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws, Tags } from '../aws/aws';
import type { Patience } from '../aws/patience';
import { Attempt, explain } from '../report/explain';
import { log } from '../report/log';
import { Refusal } from '../report/refusal';
import { rotationFailed } from '../report/rotation-failed';
import { KeptStreamKey, keepStreamKey } from '../stream-key/keep';
import { isMemory, Owner } from '../stream-key/memory';
import { OwnSecret, releaseSecret, takeSecret } from '../stream-key/own-secret';
import { removeStreamKey } from '../stream-key/remove';
import { ReplacementFailure } from '../stream-key/replacement';
import { keepReplicas, removeReplicas } from '../stream-key/replicas';
import { MAX_VERSIONS, WantedStreamKey } from '../stream-key/wanted';

/** The properties with which the secret's content or the secret itself changes: in a roll-back, a version becomes current again. */
const STORED = ['ChannelArn', 'SecretArn', 'InsecureIngest'] as const;

/** Does what CloudFormation asks for, and answers. */
export async function answerRequest(request: CloudFormationRequest, aws: Aws, patience: Patience): Promise<void> {
  if (isOver(request)) return log('request over', { request: request.RequestType, requestId: request.RequestId, resource: request.LogicalResourceId });
  const answer = await patience.within(() => carryOut(request, aws, patience)).then(
    // Without a reason, which nobody would see: what a person should know after a success is in the log and in metrics.
    (kept): Answer => ({
      Status: 'SUCCESS',
      PhysicalResourceId: request.RequestType === 'Delete' ? request.PhysicalResourceId! : physicalResourceId(request),
      Data: kept && { StreamKeyArn: kept.streamKeyArn, SecretArn: request.ResourceProperties.SecretArn, SecretVersionId: kept.secretVersionId },
    }),
    (error): Answer => ({
      Status: 'FAILED',
      PhysicalResourceId: request.PhysicalResourceId ?? physicalResourceId(request),
      Reason: reasonOf(error, request),
    }),
  );
  const { RequestType, RequestId, LogicalResourceId } = request;
  log('answer', { request: RequestType, requestId: RequestId, resource: LogicalResourceId, ...answer });
  await sendAnswer(request, answer);
}

async function carryOut(request: CloudFormationRequest, aws: Aws, patience: Patience): Promise<KeptStreamKey | undefined> {
  switch (request.RequestType) {
    case 'Create':
    case 'Update':
      return keep(request, aws, patience);
    case 'Delete':
      await remove(request, aws, patience);
      return undefined;
    default:
      throw new Refusal(`RequestType must be Create, Update or Delete, got: ${request.RequestType}.`);
  }
}

/**
 * The channel is the identity: another one is another resource, whose predecessor CloudFormation deletes when all else has succeeded.
 * It is known before the first call, so that success, failure and deletion name the same thing.
 */
function physicalResourceId({ ResourceProperties, LogicalResourceId }: CloudFormationRequest): string {
  return ResourceProperties.ChannelArn || LogicalResourceId;
}

async function keep(request: CloudFormationRequest, aws: Aws, patience: Patience): Promise<KeptStreamKey> {
  const { ResourceProperties: now, OldResourceProperties: before } = request;
  const wanted = wantedStreamKey(request);
  if (now.OwnSecret) await takeSecret(aws, ownSecretOf(request, now));
  const kept = await keepStreamKey(aws, patience, () => wanted);

  const sameSecret = before?.SecretArn === now.SecretArn;
  const replicasBefore = (sameSecret && before?.ReplicaRegions) || [];
  await keepReplicas(aws, patience, { secretArn: now.SecretArn, replicas: now.ReplicaRegions ?? [], before: replicasBefore });
  if (before && !sameSecret) await removeReplicas(aws, patience, ownerOf(request), before);

  // After an update that failed on another channel: CloudFormation has never heard of that one's key.
  const leftBehind = before && ![now.ChannelArn, request.PhysicalResourceId].includes(before.ChannelArn);
  if (leftBehind) await removeKey(request, aws, patience, before);
  if (before?.OwnSecret && !sameSecret) await releaseSecret(aws, ownSecretOf(request, before));
  return kept;
}

async function remove(request: CloudFormationRequest, aws: Aws, patience: Patience): Promise<void> {
  const { ResourceProperties: unwanted } = request;
  await removeKey(request, aws, patience, unwanted);
  await removeReplicas(aws, patience, ownerOf(request), unwanted);
  if (unwanted.OwnSecret) await releaseSecret(aws, ownSecretOf(request, unwanted));
}

async function removeKey(request: CloudFormationRequest, aws: Aws, patience: Patience, unwanted: StreamKeyProperties): Promise<void> {
  const { ChannelArn: channelArn, WhileLive: whileLive = WhileLive.KEEP } = unwanted;
  // What never was a channel has no key: a request that made no sense must not stand in the way of its own removal.
  if (!parseChannelArn(channelArn)) return;
  await removeStreamKey(aws, patience, { owner: ownerOf(request), channelArn, tagKeys: tagKeysOf(unwanted), whileLive });
}

function wantedStreamKey(request: CloudFormationRequest): WantedStreamKey {
  const { ResourceProperties: now, OldResourceProperties: before } = request;
  const { ChannelArn, SecretArn, Serial, Tags, WhileLive: whileLive = WhileLive.KEEP } = now;
  if (!parseChannelArn(ChannelArn)) {
    throw new Refusal(`channel must have the ARN of an IVS channel, got: ${ChannelArn}. Check the channel that the construct was given.`);
  }
  const serial = Number(Serial);
  if (!Number.isSafeInteger(serial) || serial < 0) {
    throw new Refusal(`serial must be a whole number, 0 or more, got: ${Serial}. Count it up by 1 to rotate the stream key.`);
  }
  const tags: Tags = Object.fromEntries((Tags ?? []).filter(({ Key }) => !isMemory(Key)).map(({ Key, Value }) => [Key, Value]));
  const unwantedTags = before?.ChannelArn === ChannelArn ? tagKeysOf(before).filter((name) => !(name in tags)) : [];
  return {
    owner: ownerOf(request),
    channelArn: ChannelArn,
    secretArn: SecretArn,
    serial,
    tags,
    unwantedTags,
    // Secrets of the customer's own have values before: at least a password that was generated for them.
    isFirst: request.RequestType === 'Create',
    serialOfUnmanaged: before?.ChannelArn === ChannelArn ? Number(before.Serial) : serial,
    isUpdate: before?.ChannelArn === ChannelArn,
    isRetained: now.Retained === 'true',
    mayBeStale: before !== undefined && STORED.some((name) => before[name] !== now[name]),
    isOtherChannel: before !== undefined && before.ChannelArn !== ChannelArn,
    takesOver: true,
    whileLive,
    rotation: { reason: RotationReason.DEPLOYMENT, expected: asksForRotation(request), versionLimit: MAX_VERSIONS },
  };
}

/** What a secret has to say in its tags: for those of the construct, and those in the same stack, CloudFormation sees to it. */
function ownSecretOf(request: CloudFormationRequest, properties: StreamKeyProperties): OwnSecret {
  const { ChannelArn, SecretArn, Serial, WhileLive: whileLive, ListenedTo } = properties;
  const tags: Tags = {
    [KeyTag.SERIAL]: Serial,
    [SecretTag.CHANNEL]: ChannelArn,
    [SecretTag.OWN_SECRET]: 'true',
    ...(whileLive ? { [SecretTag.WHILE_LIVE]: whileLive } : {}),
    ...(ListenedTo ? { [SecretTag.LISTENED_TO]: 'true' } : {}),
  };
  return { owner: ownerOf(request), secretArn: SecretArn, channelArn: ChannelArn, tags, isUpdate: request.RequestType === 'Update' };
}

function asksForRotation({ ResourceProperties: now, OldResourceProperties: before }: CloudFormationRequest): boolean {
  return before?.ChannelArn === now.ChannelArn && Number(now.Serial) > Number(before.Serial);
}

function ownerOf({ StackId, LogicalResourceId }: CloudFormationRequest): Owner {
  return { stack: StackId, resource: LogicalResourceId };
}

function tagKeysOf({ Tags }: StreamKeyProperties): string[] {
  return (Tags ?? []).map(({ Key }) => Key);
}

function reasonOf(error: unknown, request: CloudFormationRequest): string {
  const { RequestType: task, ResourceProperties: { ChannelArn: channelArn, SecretArn: secretArn, ManagesChannel } } = request;
  const attempt: Attempt = { task, channelArn, secretArn, managesChannel: ManagesChannel === 'true', again: 'Deploy again.' };
  if (error instanceof ReplacementFailure) return rotationFailed(error.cause, attempt, error.reason);
  return asksForRotation(request) ? rotationFailed(error, attempt, RotationReason.DEPLOYMENT) : explain(error, attempt);
}
