import type { Aws, Tags } from './aws';
import { keepStreamKey, WantedStreamKey } from './keep-stream-key';
import { isMemory, Owner } from './key-memory';
import type { Patience } from './patience';
import { Refusal } from './refusal';
import { removeStreamKey } from './remove-stream-key';
import { keepReplicas, removeReplicas } from './replicas';
import type { CloudFormationRequest } from './request';
import { parseChannelArn } from '../src/channel-arn';
import type { StreamKeyAttributes, StreamKeyProperties } from '../src/stream-key-contract';

/** What CloudFormation asks for, done. */
export async function carryOut(request: CloudFormationRequest, aws: Aws, patience: Patience): Promise<StreamKeyAttributes | undefined> {
  switch (request.RequestType) {
    case 'Create':
    case 'Update':
      return keep(request, aws, patience);
    case 'Delete':
      await remove(request, aws, request.ResourceProperties);
      return undefined;
    default:
      throw new Refusal(`RequestType must be Create, Update or Delete, got: ${request.RequestType}.`);
  }
}

/**
 * The channel is the identity: another one is another resource, whose predecessor CloudFormation deletes when all else has succeeded.
 * It is known before the first call, so that success, failure and deletion name the same thing.
 */
export function physicalResourceId({ ResourceProperties, LogicalResourceId }: CloudFormationRequest): string {
  return ResourceProperties.ChannelArn || LogicalResourceId;
}

async function keep(request: CloudFormationRequest, aws: Aws, patience: Patience): Promise<StreamKeyAttributes> {
  const { ResourceProperties: now, OldResourceProperties: before } = request;
  const attributes = await keepStreamKey(aws, patience, wantedStreamKey(request));

  const sameSecret = before?.SecretArn === now.SecretArn;
  await keepReplicas(aws, { secretArn: now.SecretArn, replicas: now.ReplicaRegions ?? [], before: (sameSecret && before?.ReplicaRegions) || [] });
  if (before && !sameSecret) await removeReplicas(aws, before);

  // After an update that failed on another channel: CloudFormation has never heard of that one's key.
  const leftBehind = before && ![now.ChannelArn, request.PhysicalResourceId].includes(before.ChannelArn);
  if (leftBehind) await removeKey(request, aws, before);
  return attributes;
}

async function remove(request: CloudFormationRequest, aws: Aws, unwanted: StreamKeyProperties): Promise<void> {
  await removeKey(request, aws, unwanted);
  await removeReplicas(aws, unwanted);
}

async function removeKey(request: CloudFormationRequest, aws: Aws, unwanted: StreamKeyProperties): Promise<void> {
  // What never was a channel has no key: a request that made no sense must not stand in the way of its own removal.
  if (!parseChannelArn(unwanted.ChannelArn)) return;
  await removeStreamKey(aws, { owner: ownerOf(request), channelArn: unwanted.ChannelArn, tagKeys: tagKeysOf(unwanted) });
}

function wantedStreamKey(request: CloudFormationRequest): WantedStreamKey {
  const { ResourceProperties: { ChannelArn, SecretArn, Serial, Tags }, OldResourceProperties: before } = request;
  if (!parseChannelArn(ChannelArn)) {
    throw new Refusal(`channel must have the ARN of an IVS channel, got: ${ChannelArn}. Check the channel that the construct was given.`);
  }
  const serial = Number(Serial);
  if (!Number.isSafeInteger(serial) || serial < 0) {
    throw new Refusal(`serial must be a whole number, 0 or more, got: ${Serial}. Count it up by 1 to rotate the stream key.`);
  }
  const tags: Tags = Object.fromEntries((Tags ?? []).filter(({ Key }) => !isMemory(Key)).map(({ Key, Value }) => [Key, Value]));
  const unwantedTags = before?.ChannelArn === ChannelArn ? tagKeysOf(before).filter((name) => !(name in tags)) : [];
  return { owner: ownerOf(request), channelArn: ChannelArn, secretArn: SecretArn, serial, tags, unwantedTags };
}

function ownerOf({ StackId, LogicalResourceId }: CloudFormationRequest): Owner {
  return { stack: StackId, resource: LogicalResourceId };
}

function tagKeysOf({ Tags }: StreamKeyProperties): string[] {
  return (Tags ?? []).map(({ Key }) => Key);
}
