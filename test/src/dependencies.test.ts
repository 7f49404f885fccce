import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { ForeignChannel } from './foreign-channel';
import { onlyResource } from './only-resource';
import { streamKeyWithEverything } from './stream-key-with-everything';
import { Channel, ManagedStreamKey } from '../../src';

const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh';
const SECRET_ARN = 'arn:aws:secretsmanager:us-west-2:111111111111:secret:live-AbCdEf';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '111111111111', region: 'us-west-2' } });
});

const aFunction = () => new lambda.Function(stack, 'Function', {
  code: lambda.Code.fromInline('exports.handler = async () => {}'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
});
/** The types of what a resource waits for that waits for a construct. */
const waitsFor = (construct: IConstruct) => {
  new CfnResource(stack, 'Waiting', { type: 'Test::Waiting' }).node.addDependency(construct);
  const { DependsOn = [] } = onlyResource(stack, 'Test::Waiting');
  const { Resources } = Template.fromStack(stack).toJSON();
  return DependsOn.map((id) => Resources[id].Type).sort();
};

describe('a function that waits for', () => {
  test('a stream key may be the target of its rules', () => {
    const live = new ManagedStreamKey(stack, 'Live');
    const restart = aFunction();
    restart.node.addDependency(live);

    live.onRotated('Restart', { target: new targets.LambdaFunction(restart) });
    live.channel.onStreamStart('Start', { target: new targets.LambdaFunction(restart) });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a channel may be the target of its rules', () => {
    const channel = new Channel(stack, 'Channel');
    const start = aFunction();
    start.node.addDependency(channel);

    channel.onStreamStart('Start', { target: new targets.LambdaFunction(start) });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a channel may be the target of the rules of its stream key', () => {
    const channel = new Channel(stack, 'Channel');
    const restart = aFunction();
    restart.node.addDependency(channel);

    new ManagedStreamKey(channel, 'StreamKey', { channel }).onRotated('Restart', { target: new targets.LambdaFunction(restart) });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('an imported channel may be the target of its rules', () => {
    const channel = Channel.fromChannelArn(stack, 'Channel', CHANNEL_ARN);
    const start = aFunction();
    start.node.addDependency(channel);

    channel.onStreamStart('Start', { target: new targets.LambdaFunction(start) });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('an imported stream key may be the target of the rules of its channel', () => {
    const live = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Live', { channelArn: CHANNEL_ARN, secretArn: SECRET_ARN });
    const start = aFunction();
    start.node.addDependency(live);

    live.channel.onStreamStart('Start', { target: new targets.LambdaFunction(start) });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('what waits for', () => {
  test('a stream key waits for its channel, its secret and the key', () => {
    expect(waitsFor(new ManagedStreamKey(stack, 'Live'))).toEqual(['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey']);
  });

  test('a stream key waits for no rule, schedule or policy', () => {
    const live = streamKeyWithEverything(stack, 'Live', { encryptionKey: new kms.Key(stack, 'Key') });
    live.grantRead(new iam.ServicePrincipal('medialive.amazonaws.com'));

    expect(waitsFor(live)).toEqual(['AWS::IVS::Channel', 'AWS::SecretsManager::Secret', 'Custom::IvsStreamKey']);
  });

  test('a stream key of a channel that is given waits for secret and key, and the key for the channel', () => {
    expect(waitsFor(new ManagedStreamKey(stack, 'Live', { channel: new Channel(stack, 'Channel') })))
      .toEqual(['AWS::SecretsManager::Secret', 'Custom::IvsStreamKey']);
  });

  test('a channel waits for the channel', () => {
    const channel = new Channel(stack, 'Channel');
    new ManagedStreamKey(channel, 'StreamKey', { channel });

    expect(waitsFor(channel)).toEqual(['AWS::IVS::Channel']);
  });

  test.each<[string, () => ivs.IChannelRef]>([
    ['an L1', () => new ivs.CfnChannel(stack, 'Channel')],
    ['another library\'s', () => {
      const channel = new ForeignChannel(stack, 'Foreign', CHANNEL_ARN);
      channel.node.defaultChild = new ivs.CfnChannel(channel, 'L1');
      return channel;
    }],
  ])('the channel that a stream key hands out for %s waits for the L1', (_, channelIn) => {
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: channelIn() });
    channel.onStreamStart('Start');

    expect(waitsFor(channel)).toEqual(['AWS::IVS::Channel']);
  });
});
