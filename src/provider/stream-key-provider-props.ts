import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * Properties of a `StreamKeyProvider`.
 */
export interface StreamKeyProviderProps {
  /**
   * The VPC that the function is attached to. It calls the API of Amazon IVS, which has no VPC endpoint, so that its subnets need a route to the internet.
   *
   * @default - the function is not attached to a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets that the function is attached to. Public ones are refused, as a function does not reach the internet from there;
   * isolated ones are warned about. Only with `vpc`.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function. They have to let it out to port 443. Only with `vpc`.
   *
   * @default - if there is a `vpc`, a security group of its own that lets everything out and nothing in
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The role that the function runs with: one of this stack, or one that is imported into it. AWS Lambda has to be trusted by it.
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
   * The log group that the function writes to. Nothing that it writes is secret. The policy of its KMS key, if you give it one, has to let
   * CloudWatch Logs use the key.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   *
   * @default - a log group of its own, which keeps everything for a month and goes with the stack
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
   * Secrets Manager asks for 10 or more for a function that rotates. A new account has 10 in all, and can reserve none before its quota is raised.
   *
   * A deployment has all the stream keys that it makes, changes or deletes worked on at the same time. Those that find no room are
   * tried again by AWS Lambda, less and less often, and the deployment fails if they have waited for 15 minutes.
   *
   * @default - as many as the account has left
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Whether AWS X-Ray traces the function.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;

  /**
   * The queue in which AWS Lambda keeps the events that the function has failed to handle: ends of broadcasts, from EventBridge, after three
   * failures, and requests of CloudFormation in which it has crashed or timed out three times; either also if there was no room for 6 hours.
   * A failure that the function could report to CloudFormation is not among them, nor is one of a rotation by Secrets Manager, which waits
   * for the answer itself.
   *
   * No event has the value of a key in it. Those of CloudFormation have the URL by which the stack is answered.
   *
   * The function is allowed to use the KMS key of the queue, if the queue is made in this app or imported with that key.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
   * @default - such events are dropped, which the metric `AsyncEventsDropped` of AWS Lambda counts
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * The KMS key that the function's environment variables are encrypted with. It has none, unless an aspect gives it some:
   * the key is for accounts in which every function must have one.
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
