import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ivs from 'aws-cdk-lib/aws-ivs';
import * as kms from 'aws-cdk-lib/aws-kms';
import { streamKeyWithEverything } from './stream-key-with-everything';
import { Channel, ChannelType, LatencyMode, ManagedStreamKey } from '../../src';

export const ACCOUNT = '111111111111';

/** The stacks whose templates are snapshots, each by the title of its snapshot. Each is in an account and a region. */
export const SNAPSHOT_STACKS: Record<string, (stack: Stack) => void> = {
  'the template of the default': (stack) => {
    new ManagedStreamKey(stack, 'Live');
  },

  'the template with everything set': (stack) => {
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
      encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
      replicaRegions: [
        { region: 'us-east-1' },
        { region: 'eu-west-1', encryptionKey: kms.Key.fromKeyArn(stack, 'ReplicaKey', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/replica`) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    live.grantRead(new iam.Role(stack, 'Encoder', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));
    Tags.of(live).add('show', 'evening');
  },

  'the template with every kind of rotation': (stack) => {
    streamKeyWithEverything(stack, 'Live').grantRotate(new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() }));
  },

  'the template for a channel that exists already': (stack) => {
    const channel = Channel.fromChannelArn(stack, 'Channel', `arn:aws:ivs:${stack.region}:${ACCOUNT}:channel/abcdABCDefgh`);
    new ManagedStreamKey(stack, 'Live', { channel });
  },

  'the template of three stream keys in one stack': (stack) => {
    for (const name of ['Morning', 'Midday', 'Evening']) new ManagedStreamKey(stack, name);
  },
};
