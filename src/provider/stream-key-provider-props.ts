import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { LookAfterOptions } from './look-after-options';

/**
 * Properties of a `StreamKeyProvider`.
 */
export interface StreamKeyProviderProps {
  /**
   * The VPC that the function is attached to. Its subnets need a route to the internet, as the API of Amazon IVS has no VPC endpoint.
   *
   * @default - the function is not attached to a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets that the function is attached to. An error is thrown for public ones, as a function does not reach the internet from there;
   * a warning is added for isolated ones. Only with `vpc`.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. They must allow outbound traffic to port 443. Only with `vpc`.
   *
   * @default - with a `vpc`, a new security group that allows all outbound and no inbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The role of the function: one of this stack, or imported into it. It must trust AWS Lambda.
   *
   * The construct adds what the handler needs to its policy. Where that is impossible, as with a role imported with `mutable: false`,
   * there is a warning; see `requiredStatements`.
   *
   * @default - a role of its own
   */
  readonly role?: iam.IRole;

  /**
   * The permissions boundary of the role that is made. It has to let through what is in `requiredStatements`. Not with `role`.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * The log group of the function. Nothing that it writes is secret. If it has a KMS key, the policy of that key must allow CloudWatch Logs
   * to use it.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   *
   * @default - a new log group with a retention of one month, deleted with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The memory of the function, in megabytes: a whole number, 128 to 10240. Its CPU is proportional to it and determines the cold start.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * The number of concurrent executions that are reserved for the function, which is also its limit: a whole number, 1 or more.
   *
   * Secrets Manager recommends 10 or more for a rotation function. A new account has 10 in all, and can reserve none before its quota is raised.
   *
   * A deployment handles all its stream keys at the same time. AWS Lambda retries the throttled ones, less and less often,
   * and the deployment fails if they have waited for 15 minutes. Looks at the stream keys and ends of broadcasts take up to 2 executions,
   * so that fewer than 3 get a warning.
   *
   * @default - no reservation
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Whether AWS X-Ray traces the function.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;

  /**
   * The queue to which AWS Lambda sends the events that the function failed to handle: CloudFormation requests in which it crashed
   * or timed out three times, or that expired after 15 minutes in which they were throttled. Other events are in `undeliveredEvents`.
   * Failures that the function could report to CloudFormation are not among them, nor are those of rotations by Secrets Manager,
   * which waits for the answer itself.
   *
   * No event contains the value of a key. Those of CloudFormation contain the response URL of the stack.
   *
   * The function may use the KMS key of the queue if the queue is created in this app or imported with that key.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   * @default - such events are dropped, which the metric `AsyncEventsDropped` of AWS Lambda counts
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * How the function looks after the stream keys of the stack: it puts right what was broken by hand, or by a rotation that died half-way.
   *
   * @default - every hour, and at once when the current version of a secret changes
   */
  readonly lookAfter?: LookAfterOptions;

  /**
   * The KMS key for the function's environment variables. They are not secret: they name the stack.
   * The key is for accounts in which every function must have one.
   *
   * @default - the account's key `aws/lambda`
   */
  readonly environmentEncryption?: kms.IKey;

  /**
   * The processor that the function runs on.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;
}
