import { App, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as kms from 'aws-cdk-lib/aws-kms';
import { streamKeyWithEverything } from './stream-key-with-everything';
import { Channel, ChannelType, LatencyMode, ManagedStreamKey } from '../../src';

const ACCOUNT = '111111111111';

let stack: Stack;

beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' } });
});

/** The template without what changes with the code of the handler or a release of Node.js. */
const templateOf = (of: Stack) => {
  const template = Template.fromStack(of).toJSON();
  for (const { Type, Properties } of Object.values<any>(template.Resources)) {
    if (Type === 'AWS::Lambda::Function') Object.assign(Properties, { Code: '<the handler>', Runtime: '<the latest Node.js>' });
  }
  return template;
};

test('the template of the default', () => {
  new ManagedStreamKey(stack, 'Live');

  expect(templateOf(stack)).toMatchSnapshot();
});

test('the template with everything set', () => {
  const recordingConfiguration = new ivs.CfnRecordingConfiguration(stack, 'Recording', {
    destinationConfiguration: { s3: { bucketName: 'recordings' } },
  });
  const channel = new Channel(stack, 'Channel', {
    channelName: 'main-stage',
    type: ChannelType.ADVANCED_HD,
    latencyMode: LatencyMode.NORMAL,
    authorized: true,
    insecureIngest: true,
    recordingConfiguration,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const live = new ManagedStreamKey(stack, 'Live', {
    channel,
    serial: 3,
    secretName: 'main-stage/stream-key',
    description: 'Stream key of the main stage',
    encryptionKey: new kms.Key(stack, 'Key'),
    replicaRegions: [
      { region: 'us-east-1' },
      { region: 'eu-west-1', encryptionKey: kms.Key.fromKeyArn(stack, 'ReplicaKey', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/replica`) },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  });
  live.grantRead(new iam.Role(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));
  Tags.of(live).add('show', 'evening');

  expect(templateOf(stack)).toMatchSnapshot();
});

test('the template with every kind of rotation', () => {
  streamKeyWithEverything(stack, 'Live').grantRotate(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));

  expect(templateOf(stack)).toMatchSnapshot();
});

test('the template for a channel that exists already', () => {
  const channel = Channel.fromChannelArn(stack, 'Channel', `arn:aws:ivs:us-west-2:${ACCOUNT}:channel/abcdABCDefgh`);

  new ManagedStreamKey(stack, 'Live', { channel });

  expect(templateOf(stack)).toMatchSnapshot();
});

test('the template of three stream keys in one stack', () => {
  for (const name of ['Morning', 'Midday', 'Evening']) new ManagedStreamKey(stack, name);

  expect(templateOf(stack)).toMatchSnapshot();
});
