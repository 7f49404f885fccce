import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { KeyTag } from '../contract/tags';

// The statements of the handler's role. Their conditions are on tags, so that their size does not depend on the number of stream keys.

const taggedNow = { [`aws:RequestTag/${KeyTag.STACK}`]: Aws.STACK_ID };
const madeByStack = { 'aws:ResourceTag/aws:cloudformation:stack-id': Aws.STACK_ID };
const taggedBefore = { [`aws:ResourceTag/${KeyTag.STACK}`]: Aws.STACK_ID };

/** Statements that every stream key needs. */
export const KEEP_STREAM_KEYS: iam.PolicyStatementProps[] = [
  {
    sid: 'LookAtChannels',
    actions: ['ivs:GetChannel', 'ivs:GetStream'],
    resources: [arnOf('ivs', '*', 'channel/*')],
  },
  {
    sid: 'ListStreamKeys',
    actions: ['ivs:ListStreamKeys'],
    resources: [arnOf('ivs', '*', 'channel/*'), arnOf('ivs', '*', 'stream-key/*')],
  },
  // IAM's reference names stream keys only; the guide of IVS says that to create may need more. Neither allows anything without the tag.
  {
    sid: 'CreateOwnStreamKeys',
    actions: ['ivs:CreateStreamKey'],
    resources: [arnOf('ivs', '*', 'stream-key/*'), arnOf('ivs', '*', 'channel/*')],
    conditions: { StringEquals: taggedNow },
  },
  // On creation, on a key without an owner, and on this stack's own: never on a key of another stack.
  {
    sid: 'TagOwnStreamKeys',
    actions: ['ivs:TagResource'],
    resources: [arnOf('ivs', '*', 'stream-key/*')],
    conditions: { StringEquals: taggedNow, StringEqualsIfExists: taggedBefore },
  },
  {
    sid: 'UseOwnStreamKeys',
    actions: ['ivs:GetStreamKey', 'ivs:DeleteStreamKey', 'ivs:UntagResource'],
    resources: [arnOf('ivs', '*', 'stream-key/*')],
    conditions: { StringEquals: taggedBefore },
  },
  // In every stack: when a construct with WhileLive.DISCONNECT is taken out, CloudFormation changes the policy before it calls the handler.
  // There is no condition that fits: the channels need not be this stack's.
  {
    sid: 'DisconnectEncoders',
    actions: ['ivs:StopStream'],
    resources: [arnOf('ivs', '*', 'channel/*')],
  },
  {
    sid: 'StoreStreamKeys',
    actions: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'secretsmanager:ReplicateSecretToRegions',
      'secretsmanager:RemoveRegionsFromReplication',
    ],
    resources: [arnOf('secretsmanager', Aws.REGION, 'secret:*')],
    conditions: { StringEquals: taggedBefore },
  },
];

/**
 * Statements to store stream keys in secrets that this stack's template does not create, and to tag these.
 *
 * Only in tags of our own, and never on a secret of another stack. To give one up needs no tag of ours,
 * as Secrets Manager refuses a change of tags with which the caller would lose its permission. And whose a secret is can be seen
 * of every secret that is somebody's, for the error that says so.
 */
export const USE_USER_SUPPLIED_SECRETS: iam.PolicyStatementProps[] = [
  {
    sid: 'TagUserSuppliedSecrets',
    actions: ['secretsmanager:TagResource'],
    resources: [arnOf('secretsmanager', Aws.REGION, 'secret:*')],
    conditions: { 'StringEquals': taggedNow, 'StringEqualsIfExists': taggedBefore, 'ForAllValues:StringLike': { 'aws:TagKeys': 'managed-stream-key:*' } },
  },
  {
    sid: 'UntagUserSuppliedSecrets',
    actions: ['secretsmanager:UntagResource'],
    resources: [arnOf('secretsmanager', Aws.REGION, 'secret:*')],
    conditions: { 'StringEqualsIfExists': taggedBefore, 'ForAllValues:StringLike': { 'aws:TagKeys': 'managed-stream-key:*' } },
  },
  {
    sid: 'SeeWhoseSecretsAre',
    actions: ['secretsmanager:DescribeSecret'],
    resources: [arnOf('secretsmanager', Aws.REGION, 'secret:*')],
    conditions: { StringLike: { [`aws:ResourceTag/${KeyTag.STACK}`]: '*' } },
  },
];

/** To store stream keys in secrets that are encrypted with customer managed KMS keys. */
export const ENCRYPT_SECRETS: iam.PolicyStatementProps = {
  sid: 'EncryptSecrets',
  actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
  resources: [`arn:${Aws.PARTITION}:kms:*:*:key/*`],
  conditions: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
};

/** To find the stream keys of this stack, and to learn when their broadcasts have ended. */
export const FOLLOW_STREAM_KEYS: iam.PolicyStatementProps[] = [
  {
    sid: 'FindOwnStreamKeys',
    actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'cloudformation:DescribeStackResource'],
    resources: [Aws.STACK_ID],
  },
  {
    sid: 'LookAtBroadcasts',
    actions: ['ivs:GetStreamSession'],
    resources: [arnOf('ivs', '*', 'channel/*')],
  },
];

/**
 * To put the tags of secrets right, and to remember that, in tags of our own only. A secret of this stack has the tag of its stack;
 * one that has lost it, too, is recognised by CloudFormation's.
 *
 * AWS does not document whether conditions see the tags of CloudFormation. If they do not, such a secret is reported and left alone.
 */
export const REPAIR_SECRETS: iam.PolicyStatementProps[] = [
  {
    sid: 'TagOwnSecrets',
    actions: ['secretsmanager:TagResource'],
    resources: [arnOf('secretsmanager', Aws.REGION, 'secret:*')],
    conditions: {
      'StringEquals': taggedBefore,
      'StringEqualsIfExists': taggedNow,
      'ForAllValues:StringLike': { 'aws:TagKeys': 'managed-stream-key:*' },
    },
  },
  {
    sid: 'RestoreTags',
    actions: ['secretsmanager:TagResource'],
    resources: [arnOf('secretsmanager', Aws.REGION, 'secret:*')],
    conditions: {
      'StringEquals': { ...taggedNow, ...madeByStack },
      'ForAllValues:StringLike': { 'aws:TagKeys': 'managed-stream-key:*' },
    },
  },
];

/** For Lambda, to receive the messages of a queue; and for the handler, to put one back for later. Without an id, as two providers can share a role. */
export function receiveFrom({ queueArn }: sqs.IQueue): iam.PolicyStatementProps {
  return {
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'],
    resources: [queueArn],
  };
}

/**
 * For Lambda, to attach the function to a VPC.
 *
 * EC2 authorises all but the first action on network interfaces only. Still, the guide of Lambda asks for every resource of the account: before
 * there is an interface, Lambda checks what the role may do, and refuses a role with `network-interface/*`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export const ATTACH_TO_VPC: iam.PolicyStatementProps[] = [
  {
    sid: 'CreateNetworkInterfaces',
    actions: ['ec2:CreateNetworkInterface'],
    resources: [
      arnOf('ec2', Aws.REGION, 'network-interface/*'),
      // Another account can share a VPC with this one.
      `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:*:subnet/*`,
      `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:*:security-group/*`,
    ],
  },
  {
    sid: 'ManageNetworkInterfaces',
    actions: ['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
    resources: [arnOf('ec2', Aws.REGION, '*/*')],
  },
  // EC2 knows no resources that these could be limited to.
  { sid: 'LookAtVpc', actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], resources: ['*'] },
];

/** For Lambda, to send traces. X-Ray knows no resources that it could be limited to. */
export const SEND_TRACES: iam.PolicyStatementProps = {
  sid: 'SendTraces',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
};

/** For Lambda, to send events that the function failed to handle to the dead-letter queue or topic. */
export function sendTo(deadLetters: sqs.IQueue | sns.ITopic): iam.PolicyStatementProps {
  const sid = 'SendDeadLetters';
  return 'queueArn' in deadLetters
    ? { sid, actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }
    : { sid, actions: ['sns:Publish'], resources: [deadLetters.topicArn] };
}

/** For Lambda, to send them to a queue that is encrypted with a customer managed KMS key. */
export const ENCRYPT_DEAD_LETTERS: iam.PolicyStatementProps = {
  sid: 'EncryptDeadLetters',
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: [`arn:${Aws.PARTITION}:kms:${Aws.REGION}:*:key/*`],
  conditions: { StringEquals: { 'kms:ViaService': `sqs.${Aws.REGION}.amazonaws.com` } },
};

/** An ARN of this account. */
export function arnOf(service: string, region: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;
}
