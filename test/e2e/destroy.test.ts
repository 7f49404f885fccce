import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Stage } from './stage';
import { Channel, ManagedStreamKey, ManagedStreamKeyProps } from '../../src';

let stage: Stage;
beforeEach(async () => { stage = await Stage.start(); });
afterEach(() => stage.stop());

const live = (props?: ManagedStreamKeyProps) => (stack: Stack) => { new ManagedStreamKey(stack, 'Live', props); };

test('destroy leaves nothing behind', async () => {
  await stage.deploy(live());
  expect(stage.inventory()).not.toEqual([]);

  await stage.destroy(live());

  expect(stage.inventory()).toEqual([]);
});

test('destroy leaves nothing behind when the construct is given a channel of the stack', async () => {
  const beside = (stack: Stack) => { new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel') }); };
  await stage.deploy(beside);

  await stage.destroy(beside);

  expect(stage.inventory()).toEqual([]);
});

test('destroy deletes the key of a channel that stays', async () => {
  const beside = (stack: Stack) => {
    new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel', { removalPolicy: RemovalPolicy.RETAIN }) });
  };
  await stage.deploy(beside);

  await stage.destroy(beside);

  expect({ channels: stage.aws.ivs.allChannels.length, keys: stage.aws.ivs.allStreamKeys }).toEqual({ channels: 1, keys: [] });
});

test('destroy succeeds when the key was deleted by hand', async () => {
  await stage.deploy(live());
  stage.aws.ivs.deleteStreamKey(stage.onlyKey().arn);

  await stage.destroy(live());

  expect(stage.inventory()).toEqual([]);
});

test('destroy succeeds when everything was deleted by hand', async () => {
  await stage.deploy(live());
  stage.aws.secretsManager.deleteSecret(stage.onlySecret().arn);
  stage.aws.ivs.deleteChannel(stage.onlyKey().channelArn);

  await stage.destroy(live());

  expect(stage.inventory()).toEqual([]);
});

test('removing the construct from the stack deletes channel, key and secret', async () => {
  const other = (stack: Stack) => { new Channel(stack, 'Other', { channelName: 'other' }); };
  await stage.deploy((stack) => {
    other(stack);
    live()(stack);
  });

  await stage.deploy(other);

  expect(stage.inventory()).toEqual([expect.stringContaining('Live/Other'), ...stage.aws.ivs.allChannels.map(({ arn }) => arn)]);
  expect(stage.aws.ivs.allChannels.map(({ name }) => name)).toEqual(['other']);
});

test('removing one of two constructs leaves the other as it was', async () => {
  const two = (ids: string[]) => (stack: Stack) => ids.forEach((id) => new ManagedStreamKey(stack, id, { secretName: id }));
  await stage.deploy(two(['One', 'Two']));
  const stored = stage.storedKey(stage.secret('Two'));

  await stage.deploy(two(['Two']));

  expect([stage.onlyKey().value, stage.storedKey()]).toEqual([stored, stored]);
});

test('a destroyed stack can be deployed again', async () => {
  await stage.deploy(live({ secretName: 'old' }));
  await stage.destroy(live({ secretName: 'old' }));

  await stage.deploy(live({ secretName: 'new' }));

  expect(stage.storedKey(stage.secret('new'))).toBe(stage.onlyKey().value);
});

test('with RemovalPolicy.RETAIN destroy keeps channel, key and secret', async () => {
  const retained = live({ removalPolicy: RemovalPolicy.RETAIN });
  await stage.deploy(retained);
  const { arn, channelArn, value } = stage.onlyKey();

  await stage.destroy(retained);

  expect({ channels: stage.aws.ivs.allChannels.map((channel) => channel.arn), key: stage.onlyKey().arn, stored: stage.storedKey() })
    .toEqual({ channels: [channelArn], key: arn, stored: value });
});

test('with RemovalPolicy.RETAIN destroy deletes the function, its role and its log group', async () => {
  const retained = live({ removalPolicy: RemovalPolicy.RETAIN });
  await stage.deploy(retained);
  const provider = () => stage.inventory().filter((resource) => resource.includes('ManagedStreamKeyProvider'));
  expect(provider()).toHaveLength(10);

  await stage.destroy(retained);

  expect(provider()).toEqual([]);
});
