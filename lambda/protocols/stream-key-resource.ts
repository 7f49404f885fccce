import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { desiredState } from './desired-state';
import { requestTime } from './request-time';
import type { ResourceHandler } from './resource-handler';
import { parseChannelArn } from '../../src/contract/channel-arn';
import type { StreamKeyAttributes, StreamKeyProperties } from '../../src/contract/resource';
import { RotationReason } from '../../src/contract/rotation-reason';
import { isMemoryTag } from '../../src/contract/tags';
import { WhileLive } from '../../src/contract/while-live';
import type { Aws } from '../aws/aws';
import type { Tags } from '../aws/aws-tags';
import { Attempt, explain } from '../report/explain';
import { Refusal } from '../report/refusal';
import { rotationFailed } from '../report/rotation-failed';
import type { Owner } from '../stream-key/memory';
import { reconcile, RotationFailure } from '../stream-key/reconcile';
import { removeStreamKey } from '../stream-key/remove';
import { keepReplicas, removeReplicas } from '../stream-key/replicas';
import { releaseSecret, takeSecret, UserSuppliedSecret } from '../stream-key/user-supplied-secret';
import { Deployment, MAX_VERSIONS, WantedStreamKey } from '../stream-key/wanted';

type Request = CloudFormationCustomResourceEvent<StreamKeyProperties>;

/** The properties that change the secret or its content. */
const STORED = ['ChannelArn', 'SecretArn', 'InsecureIngest'] as const;

/** `Custom::IvsStreamKey`. */
export const streamKeyResource: ResourceHandler<StreamKeyProperties> = {
  // The channel is the identity: another one is another resource, whose predecessor CloudFormation deletes once everything else has succeeded.
  physicalId: ({ ResourceProperties, LogicalResourceId }) => ResourceProperties.ChannelArn || LogicalResourceId,

  keep: async (request, aws): Promise<StreamKeyAttributes> => {
    const { now, before, presentId } = propertiesOf(request);
    const wanted = wantedStreamKey(request);
    if (now.UserSuppliedSecret) await takeSecret(aws, userSuppliedSecret(request, now));
    const { streamKeyArn, secretVersionId } = await reconcile(aws, () => wanted);

    const sameSecret = before?.SecretArn === now.SecretArn;
    const replicasBefore = (sameSecret && before?.ReplicaRegions) || [];
    await keepReplicas(aws, { secretArn: now.SecretArn, replicas: now.ReplicaRegions ?? [], before: replicasBefore });
    if (before && !sameSecret) await removeReplicas(aws, ownerOf(request), before);

    // After an update that failed on another channel: CloudFormation does not know of that channel's key.
    const leftBehind = before && ![now.ChannelArn, presentId].includes(before.ChannelArn);
    if (leftBehind) await removeKey(request, aws, before);
    if (before?.UserSuppliedSecret && !sameSecret) await releaseSecret(aws, ownerOf(request), before.ChannelArn, before.SecretArn);
    return { StreamKeyArn: streamKeyArn, SecretArn: now.SecretArn, SecretVersionId: secretVersionId };
  },

  remove: async (request, aws) => {
    const { now } = propertiesOf(request);
    await removeKey(request, aws, now);
    await removeReplicas(aws, ownerOf(request), now);
    if (now.UserSuppliedSecret) await releaseSecret(aws, ownerOf(request), now.ChannelArn, now.SecretArn);
  },

  explain: (error, request) => {
    const { RequestType: task, ResourceProperties: { ChannelArn: channelArn, SecretArn: secretArn, ManagesChannel } } = request;
    const attempt: Attempt = { task, channelArn, secretArn, managesChannel: ManagesChannel === 'true', again: 'Deploy again.' };
    return error instanceof RotationFailure ? rotationFailed(error.cause, attempt, error.reason) : explain(error, attempt);
  },
};

function propertiesOf(request: Request): { now: StreamKeyProperties; before?: StreamKeyProperties; presentId?: string } {
  return {
    now: request.ResourceProperties,
    before: 'OldResourceProperties' in request ? request.OldResourceProperties : undefined,
    presentId: 'PhysicalResourceId' in request ? request.PhysicalResourceId : undefined,
  };
}

async function removeKey(request: Request, aws: Aws, unwanted: StreamKeyProperties): Promise<void> {
  const { ChannelArn: channelArn, WhileLive: whileLive = WhileLive.KEEP } = unwanted;
  // An invalid ARN names no channel: a request that was refused for it must not prevent its own removal.
  if (!parseChannelArn(channelArn)) return;
  await removeStreamKey(aws, { owner: ownerOf(request), channelArn, tagKeys: tagKeysOf(unwanted), whileLive });
}

function wantedStreamKey(request: Request): WantedStreamKey {
  const { now, before } = propertiesOf(request);
  const { ChannelArn, SecretArn, Serial, WhileLive: whileLive = WhileLive.KEEP } = now;
  if (!parseChannelArn(ChannelArn)) {
    throw new Refusal(`channel must have the ARN of an IVS channel, got: ${ChannelArn}. Check the channel that the construct was given.`);
  }
  const serial = Number(Serial);
  if (!Number.isSafeInteger(serial) || serial < 0) {
    throw new Refusal(`serial must be a whole number, 0 or more, got: ${Serial}. Count it up by 1 to rotate the stream key.`);
  }
  const tags: Tags = Object.fromEntries((now.Tags ?? []).filter(({ Key }) => !isMemoryTag(Key)).map(({ Key, Value }) => [Key, Value]));
  return {
    owner: ownerOf(request),
    channelArn: ChannelArn,
    secretArn: SecretArn,
    serial,
    tags,
    unwantedTags: before?.ChannelArn === ChannelArn ? tagKeysOf(before).filter((name) => !(name in tags)) : [],
    whileLive,
    rotation: { reason: RotationReason.DEPLOYMENT, versionLimit: MAX_VERSIONS },
    deployment: deploymentOf(request),
  };
}

function deploymentOf(request: Request): Deployment {
  const { now, before, presentId } = propertiesOf(request);
  const type = !before ? 'create' : before.ChannelArn === now.ChannelArn ? 'update' : 'move';
  return {
    type,
    isReturn: type === 'move' && presentId === now.ChannelArn,
    requested: requestTime(request),
    serialBefore: type === 'update' ? Number(before!.Serial) : undefined,
    isRetained: now.Retained === 'true',
    // In a roll-back, a version becomes current again.
    changesSecret: before !== undefined && STORED.some((name) => before[name] !== now[name]),
  };
}

function userSuppliedSecret(request: Request, properties: StreamKeyProperties): UserSuppliedSecret {
  const { SecretArn } = properties;
  return {
    secretArn: SecretArn,
    desired: desiredState(ownerOf(request), properties),
    isUpdate: request.RequestType === 'Update',
  };
}

function ownerOf({ StackId, LogicalResourceId }: Request): Owner {
  return { stack: StackId, resource: LogicalResourceId };
}

function tagKeysOf({ Tags: tags }: StreamKeyProperties): string[] {
  return (tags ?? []).map(({ Key }) => Key);
}
