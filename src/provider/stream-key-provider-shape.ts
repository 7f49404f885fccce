import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { LookAfterOptions } from './look-after-options';
import type { StreamKeyProviderProps } from './stream-key-provider-props';
import { duration, flag, listOf, number, object, oneOf, Shape, struct, thing } from '../core/value-kinds';

const LOOK_AFTER: Shape<LookAfterOptions> = {
  enabled: flag(),
  every: duration('Duration.hours(1)'),
  onChangeByHand: flag(),
};

/** The kinds of the props of a provider. */
export const STREAM_KEY_PROVIDER_PROPS: Shape<StreamKeyProviderProps> = {
  vpc: thing('a VPC', 'vpcId', 'Import it with ec2.Vpc.fromLookup'),
  vpcSubnets: object('{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }'),
  securityGroups: listOf(thing('a security group', 'securityGroupId', 'Import it with ec2.SecurityGroup.fromSecurityGroupId'), '[securityGroup]'),
  role: thing('a role', 'roleArn', 'Import it with iam.Role.fromRoleArn'),
  permissionsBoundary: thing('a managed policy', 'managedPolicyArn', 'Import it with iam.ManagedPolicy.fromManagedPolicyArn'),
  logGroup: thing('a log group', 'logGroupArn', 'Import it with logs.LogGroup.fromLogGroupName'),
  memorySize: number('Use a number without quotes; values of the context are strings'),
  reservedConcurrentExecutions: number('Use a number without quotes; values of the context are strings'),
  tracing: oneOf('Tracing', lambda.Tracing),
  deadLetterQueue: thing('a queue', 'queueArn', 'Import it with sqs.Queue.fromQueueArn'),
  lookAfter: struct(LOOK_AFTER, '{ every: Duration.hours(1) }'),
  environmentEncryption: thing('a KMS key', 'keyArn', 'Import it with kms.Key.fromKeyArn'),
  architecture: thing('a lambda.Architecture', 'dockerPlatform', 'Use lambda.Architecture.ARM_64 or lambda.Architecture.X86_64'),
};
