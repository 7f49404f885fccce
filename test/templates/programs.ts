import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FollowingEncoderStack } from '../../examples/following-encoder/following-encoder-stack';
import { LiveChannelStack } from '../../examples/live-channel/live-channel-stack';
import { RestartedEncoderStack } from '../../examples/restarted-encoder/restarted-encoder-stack';
import { ManagedStreamKey, StreamKeyDashboard, StreamKeyProvider } from '../../src';
import { SNAPSHOT_STACKS } from '../src/snapshot-stacks';

/** Makes one stack. */
export type Program = (scope: Construct, id: string, props: StackProps) => void;

const filled = (fill: (stack: Stack) => void): Program => (scope, id, props) => fill(new Stack(scope, id, props));

/** Everything that an account with strict rules asks for and that the library lets its users set. */
function hardened(stack: Stack): void {
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  key.grantEncryptDecrypt(new iam.ServicePrincipal('logs.amazonaws.com', {
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: '*' }) } },
  }));
  const provider = new StreamKeyProvider(stack, 'Provider', {
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: [`${stack.region}a`],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
    }),
    logGroup: new logs.LogGroup(stack, 'Logs', { encryptionKey: key, retention: logs.RetentionDays.ONE_YEAR }),
    deadLetterQueue: new sqs.Queue(stack, 'DeadLetters', { encryptionMasterKey: key, enforceSSL: true, retentionPeriod: Duration.days(14) }),
    environmentEncryption: key,
    reservedConcurrentExecutions: 10,
    tracing: lambda.Tracing.ACTIVE,
  });
  const live = new ManagedStreamKey(stack, 'Live', { provider, encryptionKey: key, rotateAfterStream: true });
  new StreamKeyDashboard(stack, 'Dashboard', { streamKeys: [live] });
}

/** The stacks of all snapshots, and one with strict settings, each by the name of its template. They are made for a region. */
export const FOR_A_REGION: Record<string, Program> = {
  ...Object.fromEntries(Object.entries(SNAPSHOT_STACKS).map(([title, fill]) => [
    title.replace(/^the template (of|for|with) /, '').replace(/\W+/g, '-'), filled(fill),
  ])),
  hardened: filled(hardened),
};

/** The examples, as their apps make them: for any region. */
export const FOR_ANY_REGION: Record<string, Program> = {
  'live-channel': (scope, id) => new LiveChannelStack(scope, id, { serial: 1 }),
  'following-encoder': (scope, id) => new FollowingEncoderStack(scope, id),
  'restarted-encoder': (scope, id) => new RestartedEncoderStack(scope, id),
};
