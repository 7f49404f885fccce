import * as path from 'path';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { KeyTag, ROTATED_EVENT } from './stream-key-contract';

/** The handler's bundle, the same distance away from src/ and from lib/. */
const BUNDLE = path.join(__dirname, '..', 'assets', 'stream-key-handler');

/**
 * The function behind the custom resource, with its role, policy and log group: one per stack.
 *
 * Its policy is written on tags, so that it is the same for one stream key and for hundreds:
 * adding a key never waits for IAM to propagate, and never meets the size limit of a policy.
 */
export class StreamKeyProvider extends Construct {
  /** The provider of the stack that `scope` is in; made when it is first asked for. */
  public static forStackOf(scope: Construct): StreamKeyProvider {
    const stack = Stack.of(scope);
    const id = 'ManagedStreamKeyProvider';
    return (stack.node.tryFindChild(id) as StreamKeyProvider | undefined) ?? new StreamKeyProvider(stack, id);
  }

  /** The function that makes, rotates and deletes the stream keys. */
  public readonly handler: lambda.Function;

  /** How long CloudFormation waits for an answer: the function's own time-out, and the minute after which Lambda runs a crashed one again. */
  public readonly serviceTimeout = Duration.minutes(6);

  private readonly role: iam.Role;

  private constructor(scope: Construct, id: string) {
    super(scope, id);

    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      description: 'Creates, rotates and deletes the IVS stream keys of this stack',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.handler = new lambda.Function(this, 'Handler', {
      description: 'Creates, rotates and deletes the IVS stream keys of this stack (cdk-ivs-managed-stream-key)',
      runtime: lambda.determineLatestNodeRuntime(this),
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(BUNDLE),
      handler: 'index.handler',
      // Room for minutes of throttling: IVS allows an account 5 calls a second of each operation.
      timeout: Duration.minutes(5),
      // A run takes less than half of it, as test/lambda/memory.test.ts measures; CPU comes with memory, and a cold start waits for it.
      memorySize: 256,
      role: this.role,
      logGroup,
    });

    logGroup.grantWrite(this.role);
    this.allowStreamKeys();
    this.allowSecrets();
  }

  /** Allows the handler to write secrets that are encrypted with keys of the customer's own. */
  public allowEncryption(): void {
    this.allow({
      sid: 'EncryptSecrets',
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resources: [`arn:${Aws.PARTITION}:kms:*:*:key/*`],
      conditions: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
    });
  }

  /** Allows Secrets Manager to call the handler, for whichever secret of the account. */
  public allowRotation(): lambda.CfnPermission {
    return this.allowInvocation('InvokedBySecretsManager', 'secretsmanager', 'secret:*');
  }

  /** Allows EventBridge to call the handler, for whichever rule of the account. */
  public allowStreamEnds(): void {
    this.allowInvocation('InvokedByEventBridge', 'events', 'rule/*');
  }

  /** Allows the handler to cut off broadcasts. IVS has no condition for it: the channels need not be this stack's. */
  public allowDisconnecting(): void {
    this.allow({ sid: 'DisconnectEncoders', actions: ['ivs:StopStream'], resources: [arnOf('ivs', '*', 'channel/*')] });
  }

  /** Allows the handler to tell of rotations, and of nothing else. */
  public allowEvents(): void {
    this.allow({
      sid: 'TellOfRotations',
      actions: ['events:PutEvents'],
      resources: [arnOf('events', Aws.REGION, 'event-bus/default')],
      // Keys with several values, as a call can send several events.
      conditions: { 'ForAllValues:StringEquals': { 'events:source': ROTATED_EVENT.source, 'events:detail-type': ROTATED_EVENT.detailType } },
    });
  }

  /**
   * Allows the handler to write secrets that neither this construct nor this stack has made, by tagging them as this stack's.
   *
   * Only in tags of our own, and never on a secret of another stack. To give one up needs no tag of ours,
   * as Secrets Manager refuses a change of tags with which the caller would lose its permission. And whose a secret is can be seen
   * of every secret that is somebody's, for the error that says so.
   */
  public allowOwnSecrets(): void {
    const resources = [arnOf('secretsmanager', Aws.REGION, 'secret:*')];
    const taggedNow = { [`aws:RequestTag/${KeyTag.STACK}`]: Aws.STACK_ID };
    const taggedBefore = { [`aws:ResourceTag/${KeyTag.STACK}`]: Aws.STACK_ID };
    const nothingElse = { 'aws:TagKeys': 'managed-stream-key:*' };
    this.allow({
      sid: 'TagOwnSecrets',
      actions: ['secretsmanager:TagResource'],
      resources,
      conditions: { 'StringEquals': taggedNow, 'StringEqualsIfExists': taggedBefore, 'ForAllValues:StringLike': nothingElse },
    });
    this.allow({
      sid: 'UntagOwnSecrets',
      actions: ['secretsmanager:UntagResource'],
      resources,
      conditions: { 'StringEqualsIfExists': taggedBefore, 'ForAllValues:StringLike': nothingElse },
    });
    this.allow({
      sid: 'SeeWhoseSecretsAre',
      actions: ['secretsmanager:DescribeSecret'],
      resources,
      conditions: { StringLike: { [`aws:ResourceTag/${KeyTag.STACK}`]: '*' } },
    });
  }

  private allowStreamKeys(): void {
    const [channels, streamKeys] = [arnOf('ivs', '*', 'channel/*'), arnOf('ivs', '*', 'stream-key/*')];
    const taggedNow = { [`aws:RequestTag/${KeyTag.STACK}`]: Aws.STACK_ID };
    const taggedBefore = { [`aws:ResourceTag/${KeyTag.STACK}`]: Aws.STACK_ID };

    this.allow({
      sid: 'LookAtChannels',
      actions: ['ivs:GetChannel', 'ivs:GetStream', 'ivs:ListStreamKeys'],
      resources: [channels, streamKeys],
    });
    this.allow({
      sid: 'CreateOwnStreamKeys',
      actions: ['ivs:CreateStreamKey'],
      resources: [streamKeys],
      conditions: { StringEquals: taggedNow },
    });
    // On creation, on a key without an owner, and on this stack's own: never on a key of another stack.
    this.allow({
      sid: 'TagOwnStreamKeys',
      actions: ['ivs:TagResource'],
      resources: [streamKeys],
      conditions: { StringEquals: taggedNow, StringEqualsIfExists: taggedBefore },
    });
    this.allow({
      sid: 'UseOwnStreamKeys',
      actions: ['ivs:GetStreamKey', 'ivs:DeleteStreamKey', 'ivs:UntagResource'],
      resources: [streamKeys],
      conditions: { StringEquals: taggedBefore },
    });
  }

  private allowSecrets(): void {
    this.allow({
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
      conditions: { StringEquals: { [`aws:ResourceTag/${KeyTag.STACK}`]: Aws.STACK_ID } },
    });
  }

  private allow(statement: iam.PolicyStatementProps): void {
    this.role.addToPrincipalPolicy(new iam.PolicyStatement(statement));
  }

  /** One permission for all, not one for each: the policy of a function has 20 kB. */
  private allowInvocation(id: string, service: string, resource: string): lambda.CfnPermission {
    return (this.node.tryFindChild(id) as lambda.CfnPermission | undefined) ?? new lambda.CfnPermission(this, id, {
      action: 'lambda:InvokeFunction',
      functionName: this.handler.functionArn,
      principal: `${service}.amazonaws.com`,
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: arnOf(service, Aws.REGION, resource),
    });
  }
}

function arnOf(service: string, region: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;
}
