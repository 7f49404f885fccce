import * as path from 'path';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { KeyTag } from './stream-key-contract';

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

  /** What a custom resource names as its `ServiceToken`. */
  public readonly serviceToken: string;

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
    const handler = new lambda.Function(this, 'Handler', {
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
    this.serviceToken = handler.functionArn;

    logGroup.grantWrite(this.role);
    this.allowStreamKeys();
    this.allowSecrets();
  }

  /** Allows the handler to write secrets that are encrypted with keys of the customer's own. */
  public allowEncryption(): void {
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({
      sid: 'EncryptSecrets',
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resources: [`arn:${Aws.PARTITION}:kms:*:*:key/*`],
      conditions: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
    }));
  }

  private allowStreamKeys(): void {
    const ivsArn = (resource: string) => `arn:${Aws.PARTITION}:ivs:*:${Aws.ACCOUNT_ID}:${resource}/*`;
    const taggedNow = { [`aws:RequestTag/${KeyTag.STACK}`]: Aws.STACK_ID };
    const taggedBefore = { [`aws:ResourceTag/${KeyTag.STACK}`]: Aws.STACK_ID };

    const statements: iam.PolicyStatementProps[] = [{
      sid: 'LookAtChannels',
      actions: ['ivs:GetChannel', 'ivs:ListStreamKeys'],
      resources: [ivsArn('channel'), ivsArn('stream-key')],
    }, {
      sid: 'CreateOwnStreamKeys',
      actions: ['ivs:CreateStreamKey'],
      resources: [ivsArn('stream-key')],
      conditions: { StringEquals: taggedNow },
    }, {
      // On creation, on a key without an owner, and on this stack's own: never on a key of another stack.
      sid: 'TagOwnStreamKeys',
      actions: ['ivs:TagResource'],
      resources: [ivsArn('stream-key')],
      conditions: { StringEquals: taggedNow, StringEqualsIfExists: taggedBefore },
    }, {
      sid: 'UseOwnStreamKeys',
      actions: ['ivs:GetStreamKey', 'ivs:DeleteStreamKey', 'ivs:UntagResource'],
      resources: [ivsArn('stream-key')],
      conditions: { StringEquals: taggedBefore },
    }];
    for (const statement of statements) this.role.addToPrincipalPolicy(new iam.PolicyStatement(statement));
  }

  private allowSecrets(): void {
    this.role.addToPrincipalPolicy(new iam.PolicyStatement({
      sid: 'StoreStreamKeys',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
        'secretsmanager:ReplicateSecretToRegions',
        'secretsmanager:RemoveRegionsFromReplication',
      ],
      resources: [`arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:*`],
      conditions: { StringEquals: { [`aws:ResourceTag/${KeyTag.STACK}`]: Aws.STACK_ID } },
    }));
  }
}
