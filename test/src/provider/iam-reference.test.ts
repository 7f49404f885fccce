import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { differences, Statement } from './iam-reference';
import { StreamKeyProvider } from '../../../src';
import { sendTo } from '../../../src/provider/handler-statements';
import { streamKeyWithEverything } from '../stream-key-with-everything';

/** What differs from the reference on purpose, with the reason. */
const ON_PURPOSE = [
  // The guide of IVS: to create may need a wildcard resource. The condition on the tag holds for both.
  'ivs:CreateStreamKey has no one resource type for arn:x:ivs:*:x:channel/*',
  // The guide of Lambda: it checks the role for these on no interface, so that network-interface/* is refused.
  'ec2:DeleteNetworkInterface has no one resource type for arn:x:ec2:x:x:*/*',
  'ec2:DeleteNetworkInterface needs network-interface',
  'ec2:AssignPrivateIpAddresses has no one resource type for arn:x:ec2:x:x:*/*',
  'ec2:AssignPrivateIpAddresses needs network-interface',
  'ec2:UnassignPrivateIpAddresses has no one resource type for arn:x:ec2:x:x:*/*',
  'ec2:UnassignPrivateIpAddresses needs network-interface',
];

/** All that a provider can be allowed, as a policy has it. */
function allStatements(): Statement[] {
  const stack = new Stack(new App(), 'Stack');
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'], privateSubnetRouteTableIds: ['rtb-1'] });
  const queueArn = 'arn:aws:sqs:us-east-1:123456789012:dead';
  const provider = new StreamKeyProvider(stack, 'Provider', {
    vpc,
    tracing: lambda.Tracing.ACTIVE,
    logGroup: logs.LogGroup.fromLogGroupName(stack, 'Log', 'stream-keys'),
    deadLetterQueue: sqs.Queue.fromQueueAttributes(stack, 'Queue', { queueArn, keyArn: 'arn:aws:kms:us-east-1:123456789012:key/1' }),
  });
  const secretCompleteArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs-abcdef';
  streamKeyWithEverything(stack, 'Live', { provider, secret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', secretCompleteArn) });
  const topic = new iam.PolicyStatement(sendTo(sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:dead')));
  return [...provider.requiredStatements, topic].map((statement) => stack.resolve(statement.toStatementJson()));
}

const statements = allStatements();

test('there are statements of every kind', () => {
  expect(statements.map(({ Sid, Action }) => Sid ?? Action)).toEqual(expect.arrayContaining([
    'LookAtChannels', 'CreateOwnStreamKeys', 'StoreStreamKeys', 'EncryptSecrets', 'TagUserSuppliedSecrets', 'UntagUserSuppliedSecrets', 'SeeWhoseSecretsAre', 'FindOwnStreamKeys', 'LookAtBroadcasts',
    'TagOwnSecrets', 'RestoreTags',
    'CreateNetworkInterfaces', 'ManageNetworkInterfaces', 'LookAtVpc', 'EncryptDeadLetters', 'SendTraces', 'SendDeadLetters',
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'],
  ]));
});

test.each(statements.map((statement) => [statement.Sid ?? String(statement.Action), statement] as const))('%s names the resource types and the condition keys of its actions', async (_, statement) => {
  expect((await differences(statement)).filter((difference) => !ON_PURPOSE.includes(difference))).toEqual([]);
});

test('what differs on purpose still does', async () => {
  expect((await Promise.all(statements.map(differences))).flat()).toEqual(expect.arrayContaining(ON_PURPOSE));
});

describe('the check finds', () => {
  const base = { Action: 'ivs:GetStreamKey', Resource: 'arn:aws:ivs:*:123456789012:stream-key/*' };

  test.each<[string, Statement, string]>([
    ['an action that does not exist', { ...base, Action: 'ivs:GetStreamKeys' }, 'ivs:GetStreamKeys does not exist'],
    ['a resource type too many', { ...base, Resource: [base.Resource, 'arn:aws:ivs:*:123456789012:channel/*'] }, 'ivs:GetStreamKey has no one resource type for arn:aws:ivs:*:123456789012:channel/*'],
    ['a resource type that is missing', { ...base, Resource: 'arn:aws:ivs:*:123456789012:channel/*' }, 'ivs:GetStreamKey needs Stream-Key'],
    ['a mere asterisk where resources can be named', { ...base, Resource: '*' }, 'ivs:GetStreamKey has no one resource type for *'],
    ['resources where none can be named', { Action: 'ec2:DescribeSubnets', Resource: 'arn:aws:ec2:*:*:subnet/*' }, 'ec2:DescribeSubnets has no one resource type for arn:aws:ec2:*:*:subnet/*'],
    ['a condition key that the action does not know', { ...base, Condition: { StringEquals: { 'aws:RequestTag/a': 'b' } } }, 'ivs:GetStreamKey knows no condition key aws:RequestTag/a'],
    ['a condition key that does not exist', { ...base, Condition: { StringEquals: { 'aws:ResourceTags/a': 'b' } } }, 'ivs:GetStreamKey knows no condition key aws:ResourceTags/a'],
  ])('%s', async (_, statement, difference) => {
    expect(await differences(statement)).toContain(difference);
  });

  test('nothing where a key is that of a resource type, or a global one', async () => {
    expect(await differences({ ...base, Condition: { StringEquals: { 'aws:ResourceTag/a': 'b', 'aws:PrincipalAccount': '123456789012' } } })).toEqual([]);
  });
});
