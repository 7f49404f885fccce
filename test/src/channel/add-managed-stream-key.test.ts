import { App, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { Channel, IChannel, ManagedStreamKey } from '../../../src';
import { onlyResource } from '../only-resource';

const ACCOUNT = '123456789012';
const CHANNEL_ARN = `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`;

let app: App;
let stack: Stack;

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' } });
});

describe.each<[string, () => IChannel]>([
  ['a channel that is made here', () => new Channel(stack, 'Channel')],
  ['an imported channel', () => Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN)],
])('a stream key that is added to %s', (_, channelIn) => {
  test('is one of the channel', () => {
    const channel = channelIn();
    channel.addManagedStreamKey('StreamKey');

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual(stack.resolve(channel.channelArn));
  });

  test('hands the channel out', () => {
    const channel = channelIn();

    expect(channel.addManagedStreamKey('StreamKey').channel).toBe(channel);
  });

  test('is below the channel', () => {
    expect(channelIn().addManagedStreamKey('StreamKey').node.path).toBe('Stack/Channel/StreamKey');
  });

  test('takes what a ManagedStreamKey takes', () => {
    channelIn().addManagedStreamKey('StreamKey', { serial: 2, secretName: 'live/key' });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.Serial).toBe(2);
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Name).toBe('live/key');
  });

  test('is the only one that the channel can have', () => {
    const channel = channelIn();
    channel.addManagedStreamKey('First');

    expect(() => channel.addManagedStreamKey('Second')).toThrow(new Error(
      '[Stack/Channel/Second] `channel` must be managed by one ManagedStreamKey only, as IVS allows one stream key per channel, '
      + 'got: Stack/Channel, which Stack/Channel/First manages already. Use that one here, or give this one a channel of its own',
    ));
  });
});

test('a stream key that is added in the program of a ManagedStreamKey is refused, as there is one already', () => {
  const { channel } = new ManagedStreamKey(stack, 'Live');

  expect(() => (channel as IChannel).addManagedStreamKey('Second')).toThrow('which Stack/Live manages already');
});

test('a channel of another account cannot be given a stream key', () => {
  const other = new Stack(app, 'Other', { env: { account: '222222222222', region: 'us-west-2' } });

  expect(() => Channel.fromChannelArn(other, 'Channel', CHANNEL_ARN).addManagedStreamKey('StreamKey')).toThrow(new Error(
    `[Other/Channel/StreamKey] \`channel\` must be in the account of the stack, 222222222222, got: ${CHANNEL_ARN} in ${ACCOUNT}. `
    + 'Put the ManagedStreamKey into a stack of the account that has the channel: IVS does not allow access to a stream key from another account',
  ));
});

test.each(['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey'])('RemovalPolicies of the channel keep its %s', (type) => {
  const channel = new Channel(stack, 'Channel');
  channel.addManagedStreamKey('StreamKey');
  RemovalPolicies.of(channel).retain();

  expect(onlyResource(stack, type)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

test.each([
  'channel/channel', 'channel/channel-base',
  'stream-key/managed-channel', 'stream-key/managed-stream-key-attributes', 'stream-key/managed-stream-key-base', 'stream-key/managed-stream-key',
  'index',
])('the library can be loaded by its module %s first', (module) => {
  jest.isolateModules(() => {
    expect(() => jest.requireActual(`../../../src/${module}`)).not.toThrow();
  });
});
