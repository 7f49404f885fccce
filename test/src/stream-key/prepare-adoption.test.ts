import { App, CfnResource, RemovalPolicies, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import { Construct } from 'constructs';
import { Channel, ManagedStreamKey } from '../../../src';
import { ADOPT_TAG } from '../../../src/contract/tags';
import { ForeignL2 } from '../foreign-l2';
import { onlyResource } from '../only-resource';

const CHANNEL_ARN = 'arn:aws:ivs:us-west-2:111111111111:channel/abcdABCDefgh';
const TAG = { Key: 'managed-stream-key:adopt', Value: 'true' };

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const streamKeyIn = (scope: Construct, id: string) => new ivs.CfnStreamKey(scope, id, { channelArn: CHANNEL_ARN, tags: [{ key: 'show', value: 'evening' }] });
const prepared = () => onlyResource(stack, 'AWS::IVS::StreamKey');

describe('a stream key that is prepared for adoption', () => {
  test.each<[string, () => Construct]>([
    ['an L1', () => streamKeyIn(stack, 'StreamKey')],
    ['one of aws-ivs-alpha', () => new ForeignL2(stack, 'StreamKey', streamKeyIn)],
  ])('is kept and may be adopted: %s', (_, make) => {
    ManagedStreamKey.prepareAdoption(make());

    expect(prepared()).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { ChannelArn: CHANNEL_ARN, Tags: [TAG, { Key: 'show', Value: 'evening' }] },
    });
  });

  test('is the same when it is prepared twice', () => {
    const streamKey = new ForeignL2(stack, 'StreamKey', streamKeyIn);

    ManagedStreamKey.prepareAdoption(streamKey);
    ManagedStreamKey.prepareAdoption(streamKey.resource);

    expect(prepared().Properties.Tags).toEqual([TAG, { Key: 'show', Value: 'evening' }]);
  });

  test('is kept although it was to go', () => {
    const streamKey = streamKeyIn(stack, 'StreamKey');
    streamKey.applyRemovalPolicy(RemovalPolicy.DESTROY);

    ManagedStreamKey.prepareAdoption(streamKey);

    expect(prepared()).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('must be kept whatever comes later', () => {
    ManagedStreamKey.prepareAdoption(streamKeyIn(stack, 'StreamKey'));
    RemovalPolicies.of(stack).destroy();

    expect(prepared).toThrow('[Stack/StreamKey] `removalPolicy` must stay RETAIN on a stream key that is prepared for adoption, as CloudFormation would delete the adopted key, '
      + 'got: Delete. Exclude AWS::IVS::StreamKey from what sets it, such as RemovalPolicies.of(…).destroy({ excludeResourceTypes: [\'AWS::IVS::StreamKey\'] })');
  });

  test('may be kept by what spares the first deployment', () => {
    const streamKey = streamKeyIn(stack, 'StreamKey');
    ManagedStreamKey.prepareAdoption(streamKey);
    streamKey.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);

    expect(prepared).not.toThrow();
  });

  test('must not be managed by the same deployment', () => {
    const channel = new Channel(stack, 'Channel');
    ManagedStreamKey.prepareAdoption(new ivs.CfnStreamKey(stack, 'StreamKey', { channelArn: channel.channelArn }));
    new ManagedStreamKey(stack, 'Live', { channel });

    expect(prepared).toThrow('[Stack/Live] `channel` must have no AWS::IVS::StreamKey as well');
  });
});

describe('what is prepared must be a stream key of CloudFormation, and not', () => {
  const rule = '`prepareAdoption` must be given an ivs.CfnStreamKey, or a construct that has one as its default child';
  const advice = 'A key that CloudFormation did not make needs no preparation: a ManagedStreamKey adopts it as it is';

  test.each<[string, () => unknown, string, string]>([
    ['a channel', () => new Channel(stack, 'Channel'), '[Stack/Channel] ', 'Stack/Channel (a construct)'],
    ['a construct without an L1', () => new Construct(stack, 'Other'), '[Stack/Other] ', 'Stack/Other (a construct)'],
    ['a ManagedStreamKey', () => new ManagedStreamKey(stack, 'Live'), '[Stack/Live] ', 'Stack/Live (a construct)'],
    [
      'a resource that has no tags to set',
      () => new CfnResource(stack, 'Raw', { type: 'AWS::IVS::StreamKey', properties: { ChannelArn: CHANNEL_ARN } }),
      '[Stack/Raw] ', 'Stack/Raw (a construct)',
    ],
    ['nothing', () => undefined, '', 'none'],
    ['an ARN', () => 'arn:aws:ivs:us-west-2:111111111111:stream-key/abcdABCDefgh', '', "'arn:aws:ivs:us-west-2:111111111111:stream-key/abcdABCDefgh' (a string)"],
  ])('%s', (_, make, where, got) => {
    const given = make();

    expect(() => ManagedStreamKey.prepareAdoption(given as Construct)).toThrow(new Error(`${where}${rule}, got: ${got}. ${advice}`));
  });
});

test('a ManagedStreamKey must not have the tag that hands a key over', () => {
  Tags.of(new ManagedStreamKey(stack, 'Live')).add(TAG.Key, 'true');

  expect(() => onlyResource(stack, 'Custom::IvsStreamKey')).toThrow(/`Tags` must not have names that begin with managed-stream-key:.*got: managed-stream-key:adopt\./);
});

test.each<[string, (key: ivs.CfnStreamKey) => void]>([
  ['removed', (key) => Tags.of(key).remove(ADOPT_TAG, { priority: 500 })],
  ['overridden', (key) => key.addPropertyOverride('Tags', [{ Key: 'team', Value: 'sports' }])],
])('an error says so if the tag is %s', (_, change) => {
  const key = new ivs.CfnStreamKey(stack, 'Key', { channelArn: CHANNEL_ARN });
  ManagedStreamKey.prepareAdoption(key);
  change(key);

  expect(() => (stack.node.root as App).synth()).toThrow(
    'must keep managed-stream-key:adopt=true on a stream key that is prepared for adoption, as the handler adopts no other, got: ');
});
