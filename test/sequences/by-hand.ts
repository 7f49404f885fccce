import { randomUUID } from 'node:crypto';
import type { World } from './world';
import { addVersion, holderOf, moveLabel } from '../../local-aws/secrets-manager/secret';

/** A change that somebody makes by hand. */
export interface Deed {
  /** The calls that CloudTrail tells of. */
  readonly calls: readonly ['ivs' | 'secretsmanager', string][];
  isPossible(world: World, index: number): boolean;
  carryOut(world: World, index: number): Promise<unknown>;
}

const hasKey = (world: World, index: number) => world.keyOf(index) !== undefined;
const hasSecret = (world: World, index: number) => world.secretOf(index) !== undefined && !world.secretOf(index)!.deleted;
const isOffline = (world: World, index: number) => !world.isLive(index);

async function removeTags(tags: Record<string, string>, isMeant: (name: string) => boolean): Promise<void> {
  for (const name of Object.keys(tags).filter(isMeant)) delete tags[name];
}

/** The changes by hand that the look after the keys is to cope with. */
export const BY_HAND: Record<string, Deed> = {
  'delete the key': {
    isPossible: hasKey,
    carryOut: async (world, index) => world.aws.ivs.deleteStreamKey(world.keyOf(index)!.arn),
    calls: [['ivs', 'DeleteStreamKey']],
  },
  'replace the key': {
    isPossible: hasKey,
    carryOut: async (world, index) => {
      const { arn, channelArn } = world.keyOf(index)!;
      world.aws.ivs.deleteStreamKey(arn);
      world.aws.ivs.createStreamKey(channelArn, {});
    },
    calls: [['ivs', 'DeleteStreamKey'], ['ivs', 'CreateStreamKey']],
  },
  'take all tags off the key': {
    isPossible: hasKey,
    carryOut: (world, index) => removeTags(world.keyOf(index)!.tags, () => true),
    calls: [['ivs', 'UntagResource']],
  },
  'overwrite the secret': {
    isPossible: hasSecret,
    carryOut: (world, index) => world.byHand('secretsManager', 'PutSecretValue', { SecretId: world.secretOf(index)!.arn, SecretString: '{"streamKey":"by hand"}' }),
    calls: [],
  },
  'move AWSCURRENT back': {
    isPossible: (world, index) => hasSecret(world, index) && holderOf(world.secretOf(index)!, 'AWSPREVIOUS') !== undefined,
    carryOut: (world, index) => {
      const secret = world.secretOf(index)!;
      const [from, to] = [holderOf(secret, 'AWSCURRENT'), holderOf(secret, 'AWSPREVIOUS')];
      return world.byHand('secretsManager', 'UpdateSecretVersionStage', {
        SecretId: secret.arn, VersionStage: 'AWSCURRENT', RemoveFromVersionId: from, MoveToVersionId: to,
      });
    },
    calls: [],
  },
  'take all tags off the secret': {
    isPossible: hasSecret,
    carryOut: async (world, index) => {
      const secret = world.secretOf(index)!;
      secret.tags = {};
      secret.lastChanged = world.aws.clock.date();
    },
    calls: [['secretsmanager', 'UntagResource']],
  },
  'leave AWSPENDING behind in the secret': {
    isPossible: (world, index) => hasSecret(world, index) && holderOf(world.secretOf(index)!, 'AWSCURRENT') !== undefined,
    carryOut: async (world, index) => {
      const secret = world.secretOf(index)!;
      const id = randomUUID();
      addVersion(secret, id, world.aws.clock.date());
      moveLabel(secret, 'AWSPENDING', id);
      secret.lastChanged = world.aws.clock.date();
    },
    calls: [],
  },
  'change the ingest endpoint': {
    isPossible: isOffline,
    carryOut: async (world, index) => world.aws.ivs.updateChannel(world.channels[index].arn, { ingestEndpoint: `${randomUUID().slice(0, 8)}.global-contribute.live-video.net` }),
    calls: [['ivs', 'UpdateChannel']],
  },
  'change the SRT passphrase': {
    isPossible: isOffline,
    carryOut: async (world, index) => {
      const { insecureIngest, arn } = world.channels[index];
      world.aws.ivs.updateChannel(arn, { insecureIngest: !insecureIngest });
    },
    calls: [['ivs', 'UpdateChannel']],
  },
  'schedule the deletion of the secret': {
    isPossible: hasSecret,
    carryOut: (world, index) => world.byHand('secretsManager', 'DeleteSecret', { SecretId: world.secretOf(index)!.arn }),
    calls: [['secretsmanager', 'DeleteSecret']],
  },
  'restore the secret': {
    isPossible: (world, index) => world.secretOf(index)?.deleted !== undefined,
    carryOut: (world, index) => world.byHand('secretsManager', 'RestoreSecret', { SecretId: world.secretOf(index)!.arn }),
    calls: [['secretsmanager', 'RestoreSecret']],
  },
};

/** Has somebody change something by hand. */
export async function carryOutByHand(world: World, index: number, deed: string, isTold: boolean): Promise<void> {
  world.asked[index].hands++;
  const { carryOut, calls } = BY_HAND[deed];
  await carryOut(world, index);
  if (isTold) for (const [service, name] of calls) world.tellTrail(service, name);
}
