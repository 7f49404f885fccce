import { CreateChannelCommand, IvsClient } from '@aws-sdk/client-ivs';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Program, Stage } from './stage';
import { Channel, LatencyMode, ManagedStreamKey } from '../../src';
import { clientOptions } from '../local-aws/deploy-template';

let stage: Stage;
/** What the API has made, outside of all stacks: the ARNs of a channel and of its key, and the key. */
let found: { channelArn: string; keyArn: string; value: string };

async function findChannel(): Promise<void> {
  stage = await Stage.start();
  const client = new IvsClient(clientOptions(stage.aws));
  const { channel, streamKey } = await client.send(new CreateChannelCommand({ name: 'outside', latencyMode: 'NORMAL', tags: { madeBy: 'api' } }));
  client.destroy();
  found = { channelArn: channel!.arn!, keyArn: streamKey!.arn!, value: streamKey!.value! };
}

const channelIn = (stack: Stack) => new Channel(stack, 'Channel', {
  channelName: 'outside', latencyMode: LatencyMode.NORMAL, removalPolicy: RemovalPolicy.RETAIN,
});
const managed = (serial?: number): Program => (stack) => {
  new ManagedStreamKey(stack, 'Live', { channel: channelIn(stack), serial });
};

// One after the other: an import, and the deployments after it.
describe('a channel with a key that `cdk import` brings into a new stack', () => {
  beforeAll(findChannel);
  afterAll(() => stage.stop());

  test('is unchanged by the import, key included, even if the app already has the ManagedStreamKey', async () => {
    const before = structuredClone([...stage.aws.ivs.allChannels, ...stage.aws.ivs.allStreamKeys]);

    await stage.import(managed(), { 'Channel/Resource': { Arn: found.channelArn } });

    expect(stage.stack().status).toBe('IMPORT_COMPLETE');
    expect([...stage.stack().resources.values()]).toMatchObject([{ physicalId: found.channelArn }]);
    expect([...stage.aws.ivs.allChannels, ...stage.aws.ivs.allStreamKeys]).toEqual(before);
  });

  test('has its key adopted by the next deployment: same value, now in the secret', async () => {
    await stage.deploy(managed());

    expect(stage.onlyKey()).toMatchObject({ arn: found.keyArn, channelArn: found.channelArn, value: found.value });
    expect(stage.stored()).toMatchObject({ channelArn: found.channelArn, streamKeyArn: found.keyArn, streamKey: found.value });
    expect(stage.aws.ivs.allChannels).toMatchObject([{ arn: found.channelArn, name: 'outside', latencyMode: 'NORMAL' }]);
  });

  test('has its key rotated when the serial increases', async () => {
    await stage.deploy(managed(1));

    expect(stage.onlyKey()).toMatchObject({ channelArn: found.channelArn });
    expect(stage.onlyKey().value).not.toBe(found.value);
    expect(stage.storedKey()).toBe(stage.onlyKey().value);
  });

  test('outlives the stack as its removal policy says; the rotated key does not', async () => {
    await stage.destroy(managed(1));

    expect(stage.aws.ivs.allChannels).toMatchObject([{ arn: found.channelArn }]);
    expect(stage.aws.ivs.allStreamKeys).toEqual([]);
    expect(stage.aws.secretsManager.all).toEqual([]);
  });
});

describe('a channel with a key that `cdk import` adds to an existing stack', () => {
  beforeAll(findChannel);
  afterAll(() => stage.stop());

  test('has its key adopted by the next deployment, and the other key of the stack stays', async () => {
    const inUse: Program = (stack) => { new ManagedStreamKey(stack, 'Other', { secretName: 'other' }); };
    await stage.deploy(inUse);
    const other = stage.storedKey();

    await stage.import((stack) => {
      inUse(stack);
      channelIn(stack);
    }, { 'Channel/Resource': { Arn: found.channelArn } });
    await stage.deploy((stack) => {
      inUse(stack);
      new ManagedStreamKey(stack, 'StreamKey', { channel: channelIn(stack), secretName: 'found' });
    });

    expect(stage.storedKey(stage.secret('found'))).toBe(found.value);
    expect(stage.storedKey(stage.secret('other'))).toBe(other);
    expect(stage.aws.ivs.allStreamKeys.map(({ value }) => value).sort()).toEqual([found.value, other].sort());
  });
});
