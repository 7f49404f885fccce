import { generateKeyPairSync } from 'node:crypto';
import { App, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { FollowingEncoderStack } from '../../examples/following-encoder/following-encoder-stack';
import { LiveChannelStack } from '../../examples/live-channel/live-channel-stack';
import { Channel, ManagedStreamKey, PlaybackKeyPair, RecordingConfiguration, StreamKeyDashboard, StreamKeyProvider, StreamKeyRotationSchedule } from '../../src';
import { streamKeyWithEverything } from '../src/stream-key-with-everything';

const ACCOUNT = '123456789012';
const KNOWN: StackProps = { env: { account: ACCOUNT, region: 'us-east-1' } };

const { publicKey: PUBLIC_KEY } = generateKeyPairSync('ec', { namedCurve: 'P-384' });

const keyIn = (stack: Stack, id = 'Key') => new kms.Key(stack, id, { enableKeyRotation: true });

/** Everything that can be given to a provider. */
function fullProvider(stack: Stack): StreamKeyProvider {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1a'],
    privateSubnetIds: ['subnet-0123456789abcdef0'],
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
  });
  const deadLetterQueue = sqs.Queue.fromQueueArn(stack, 'Queue', `arn:aws:sqs:us-east-1:${ACCOUNT}:dead-letters`);
  return new StreamKeyProvider(stack, 'Provider', { vpc, deadLetterQueue, reservedConcurrentExecutions: 10 });
}

/** Fills a stack of its own with a construct. */
const construct = (fill: (stack: Stack) => void, props: StackProps = KNOWN) => (app: App) => {
  const stack = new Stack(app, 'Stack', props);
  fill(stack);
  return stack;
};

/** Every construct of the library, and the examples that cdk-nag finds nothing in. */
export const EVERY_CONSTRUCT: [string, (app: App) => Stack][] = [
  ['examples/live-channel', (app) => new LiveChannelStack(app, 'LiveChannel', { serial: 1 })],
  ['examples/following-encoder', (app) => new FollowingEncoderStack(app, 'FollowingEncoder')],
  ['a Channel', construct((stack) => { new Channel(stack, 'Channel'); })],
  ['a ManagedStreamKey that Secrets Manager rotates', construct((stack) => {
    new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(30) } });
  })],
  ['a ManagedStreamKey that Secrets Manager rotates, in a stack for any account and region', construct((stack) => {
    new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(30) } });
  }, {})],
  ['a ManagedStreamKey with everything, keys and replicas', construct((stack) => {
    new sns.Topic(stack, 'Rotations', { enforceSSL: true });
    const live = streamKeyWithEverything(stack, 'Live', {
      encryptionKey: keyIn(stack),
      replicaRegions: [{ region: 'eu-west-1', encryptionKey: kms.Key.fromKeyArn(stack, 'ReplicaKey', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/replica`) }],
    });
    const operator = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
    live.grantRead(operator);
    live.grantRotate(operator);
    live.addAlarms(new sns.Topic(stack, 'Alarms', { masterKey: keyIn(stack, 'AlarmKey') }));
  })],
  ['a ManagedStreamKey with a user-supplied secret', construct((stack) => {
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:theirs-abcdef`);
    new ManagedStreamKey(stack, 'Live', { secret });
  })],
  ['a ManagedStreamKey of a channel that exists already', construct((stack) => {
    const channel = Channel.fromChannelArn(stack, 'Channel', `arn:aws:ivs:us-east-1:${ACCOUNT}:channel/abcdABCDefgh`);
    new ManagedStreamKey(stack, 'Live', { channel, rotationSchedule: { automaticallyAfter: Duration.days(30) } });
  })],
  ['a StreamKeyProvider with everything', construct((stack) => {
    new ManagedStreamKey(stack, 'Live', { provider: fullProvider(stack), rotationSchedule: { automaticallyAfter: Duration.days(30) } });
  })],
  ['a StreamKeyRotationSchedule', construct((stack) => {
    const streamKey = new ManagedStreamKey(stack, 'Live');
    new StreamKeyRotationSchedule(stack, 'Schedule', { streamKey, automaticallyAfter: Duration.days(30) });
  })],
  ['a StreamKeyDashboard', construct((stack) => {
    const live = new ManagedStreamKey(stack, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(30) } });
    const imported = ManagedStreamKey.fromManagedStreamKeyAttributes(stack, 'Imported', {
      channelArn: `arn:aws:ivs:us-east-1:${ACCOUNT}:channel/abcdABCDefgh`,
      secretArn: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:theirs-abcdef`,
    });
    new StreamKeyDashboard(stack, 'Dashboard', { streamKeys: [live, imported] });
  })],
  ['a RecordingConfiguration and a PlaybackKeyPair', construct((stack) => {
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'recordings');
    new Channel(stack, 'Channel', { recordingConfiguration: new RecordingConfiguration(stack, 'Recording', { bucket }) });
    new PlaybackKeyPair(stack, 'KeyPair', { publicKeyMaterial: PUBLIC_KEY.export({ type: 'spki', format: 'pem' }).toString() });
  })],
];
