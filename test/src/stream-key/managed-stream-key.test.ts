import { App, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Channel, IManagedStreamKey, ManagedStreamKey, ManagedStreamKeyProps } from '../../../src';
import { onlyResource } from '../only-resource';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const streamKeyWith = (props?: ManagedStreamKeyProps) => {
  new ManagedStreamKey(stack, 'Live', props);
  return onlyResource(stack, 'Custom::IvsStreamKey').Properties;
};

describe('the custom resource', () => {
  test('names the secret that the stream key is stored in', () => {
    expect(streamKeyWith().SecretArn).toEqual({ Ref: onlyResource(stack, 'AWS::SecretsManager::Secret').logicalId });
  });

  test('has no property besides those that the handler reads', () => {
    expect(Object.keys(streamKeyWith()).sort()).toEqual(['ChannelArn', 'ManagesChannel', 'SecretArn', 'Serial', 'ServiceTimeout', 'ServiceToken']);
  });

  test('does not say that the construct made the channel if it was given one', () => {
    expect(streamKeyWith({ channel: new Channel(stack, 'Channel') })).not.toHaveProperty('ManagesChannel');
  });

  test.each<['streamKeyArn' | 'secretVersionId', string]>([
    ['streamKeyArn', 'StreamKeyArn'],
    ['secretVersionId', 'SecretVersionId'],
  ])('has what `%s` refers to', (name, attribute) => {
    const live: IManagedStreamKey = new ManagedStreamKey(stack, 'Live');

    const { logicalId } = onlyResource(stack, 'Custom::IvsStreamKey');

    expect(stack.resolve(live[name])).toEqual({ 'Fn::GetAtt': [logicalId, attribute] });
  });
});

describe('a change of insecure ingest', () => {
  test.each([true, false])('reaches the handler from a Channel that sets it to %s', (insecureIngest) => {
    expect(streamKeyWith({ channel: new Channel(stack, 'Channel', { insecureIngest }) }).InsecureIngest).toBe(insecureIngest);
  });

  test('reaches the handler from an L1 that is changed after the key was made', () => {
    const channel = new ivs.CfnChannel(stack, 'Channel');
    new ManagedStreamKey(stack, 'Live', { channel });

    channel.insecureIngest = true;

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.InsecureIngest).toBe(true);
  });

  test('reaches the handler from the channel of its own, changed by an escape hatch', () => {
    const { channel } = new ManagedStreamKey(stack, 'Live');

    (channel.node.defaultChild as ivs.CfnChannel).insecureIngest = true;

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.InsecureIngest).toBe(true);
  });

  test.each<[string, () => ivs.IChannelRef]>([
    ['an imported channel', () => Channel.fromChannelArn(stack, 'Channel', 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh')],
    ['a Channel that leaves it to IVS', () => new Channel(stack, 'Channel')],
  ])('is not looked for in %s', (_, channel) => {
    expect(streamKeyWith({ channel: channel() })).not.toHaveProperty('InsecureIngest');
  });
});
