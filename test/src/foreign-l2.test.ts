import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ForeignL2 } from './foreign-l2';
import { onlyResource } from './only-resource';
import { Channel, ManagedStreamKey, RecordingConfiguration } from '../../src';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const foreignChannel = () => new ForeignL2(stack, 'Foreign', (scope, id) => new ivs.CfnChannel(scope, id));
const foreignRecording = () => new ForeignL2(stack, 'Foreign', (scope, id) => new ivs.CfnRecordingConfiguration(scope, id, { destinationConfiguration: {} }));
const foreignBucket = () => {
  const bucket = new ForeignL2(stack, 'Foreign', (scope, id) => new s3.CfnBucket(scope, id));
  bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return bucket;
};
const refOf = ({ resource }: ForeignL2<any>) => ({ Ref: stack.getLogicalId(resource) });

describe('a channel of aws-ivs-alpha', () => {
  test('has its stream key managed', () => {
    const channel = foreignChannel();

    new ManagedStreamKey(stack, 'Live', { channel: channel as any });

    expect(onlyResource(stack, 'Custom::IvsStreamKey').Properties.ChannelArn).toEqual(refOf(channel));
  });

  test('is the same when its L1 is given', () => {
    const channel = foreignChannel();
    new ManagedStreamKey(stack, 'Live', { channel: channel as any });

    expect(() => new ManagedStreamKey(stack, 'Again', { channel: channel.node.defaultChild as ivs.CfnChannel })).toThrow(/which Stack\/Live manages already/);
  });

  test('is handed out with endpoint and playback URL', () => {
    const foreign = foreignChannel();
    const { channel } = new ManagedStreamKey(stack, 'Live', { channel: foreign as any });

    expect(stack.resolve(channel.channelPlaybackUrl)).toEqual({ 'Fn::GetAtt': [refOf(foreign).Ref, 'PlaybackUrl'] });
  });
});

test('a recording configuration of aws-ivs-alpha records a channel', () => {
  const recordingConfiguration = foreignRecording();

  new Channel(stack, 'Channel', { recordingConfiguration: recordingConfiguration as any });

  expect(onlyResource(stack, 'AWS::IVS::Channel').Properties.RecordingConfigurationArn).toEqual(refOf(recordingConfiguration));
});

test('a bucket that knows no reference is recorded to', () => {
  const bucket = foreignBucket();

  new RecordingConfiguration(stack, 'Recording', { bucket: bucket as any });

  expect(onlyResource(stack, 'AWS::IVS::RecordingConfiguration').Properties.DestinationConfiguration).toEqual({ S3: { BucketName: refOf(bucket) } });
});

describe.each<[string, string, string, (given: any) => Construct]>([
  [
    'channel',
    'must be an IVS channel: a Channel, an L1, or a construct that has one as its default child',
    'Import one with Channel.fromChannelArn',
    (channel) => new ManagedStreamKey(stack, 'New', { channel }),
  ],
  [
    'recordingConfiguration',
    'must be an IVS recording configuration: a RecordingConfiguration, an L1, or a construct that has one as its default child',
    'Import one with RecordingConfiguration.fromRecordingConfigurationArn',
    (recordingConfiguration) => new Channel(stack, 'New', { recordingConfiguration }),
  ],
  [
    'bucket',
    'must be an S3 bucket: a Bucket, an L1, or a construct that has one as its default child',
    'Import one with s3.Bucket.fromBucketName',
    (bucket) => new RecordingConfiguration(stack, 'New', { bucket }),
  ],
])('`%s`', (prop, rule, advice, use) => {
  test.each<[string, () => unknown, string]>([
    ['a construct without an L1', () => new Construct(stack, 'Other'), 'Stack/Other (a construct)'],
    ['an L1 of another type', () => new ivs.CfnStreamKey(stack, 'Other', { channelArn: 'arn' }), 'Stack/Other (a construct)'],
    ['an L2 of another type', () => new ForeignL2(stack, 'Other', (scope, id) => new ivs.CfnStage(scope, id)), 'Stack/Other (a construct)'],
    ['an ARN', () => 'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh', "'arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh' (a string)"],
    ['a number', () => 1, '1 (a number)'],
    ['a list', () => [], '[] (a list)'],
    ['an object', () => ({}), '{  } (an object)'],
  ])('must not be %s', (_, given, got) => {
    const value = given();

    expect(() => use(value)).toThrow(new Error(`[Stack/New] \`${prop}\` ${rule}, got: ${got}. ${advice}`));
  });
});
