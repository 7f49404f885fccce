import { App, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { Channel, IChannel, ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource } from '../only-resource';

const ACCOUNT = '123456789012';
const CHANNEL_ARN = `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`;

let app: App;
let stack: Stack;

const streamKeyOf = (channel: IChannel, id = 'StreamKey', props: ManagedStreamKeyProps = {}) => new ManagedStreamKey(channel, id, { ...props, channel });

beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' } });
});

describe.each<[string, () => IChannel]>([
  ['a channel of the app', () => new Channel(stack, 'Channel')],
  ['an imported channel', () => Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN)],
])('a stream key with %s as its scope', (_, channelIn) => {
  test('is the key of the channel', () => {
    const channel = channelIn();
    streamKeyOf(channel);

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual(stack.resolve(channel.channelArn));
  });

  test('has the channel as an attribute', () => {
    const channel = channelIn();

    expect(streamKeyOf(channel).channel).toBe(channel);
  });

  test('is below the channel', () => {
    expect(streamKeyOf(channelIn()).node.path).toBe('Stack/Channel/StreamKey');
  });

  test('takes all props', () => {
    streamKeyOf(channelIn(), 'StreamKey', { serial: 2, secretName: 'live/key' });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.Serial).toBe(2);
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Name).toBe('live/key');
  });

  test('is the only one of its channel', () => {
    const channel = channelIn();
    streamKeyOf(channel, 'First');

    expect(() => streamKeyOf(channel, 'Second')).toThrow(new Error(
      '[Stack/Channel/Second] `channel` must be managed by one ManagedStreamKey only, as IVS allows one stream key per channel, '
      + 'got: Stack/Channel, which Stack/Channel/First manages already. Use that one here, or give this one a channel of its own',
    ));
  });
});

test('a second stream key on the channel of a ManagedStreamKey is refused', () => {
  const { channel } = new ManagedStreamKey(stack, 'Live');

  expect(() => streamKeyOf(channel, 'Second')).toThrow('which Stack/Live manages already');
});

test('refuses a channel of another account', () => {
  const other = new Stack(app, 'Other', { env: { account: '222222222222', region: 'us-west-2' } });

  expect(() => streamKeyOf(Channel.fromChannelArn(other, 'Channel', CHANNEL_ARN))).toThrow(new Error(
    `[Other/Channel/StreamKey] \`channel\` must be in the account of the stack, 222222222222, got: ${CHANNEL_ARN} in ${ACCOUNT}. `
    + 'Put the ManagedStreamKey into a stack of the account that has the channel: IVS does not allow access to a stream key from another account',
  ));
});

test.each(['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey'])('RemovalPolicies of the channel keep its %s', (type) => {
  const channel = new Channel(stack, 'Channel');
  streamKeyOf(channel);
  RemovalPolicies.of(channel).retain();

  expect(onlyResource(stack, type)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});
