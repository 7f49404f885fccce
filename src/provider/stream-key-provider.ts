import * as path from 'path';
import { Aws, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, Dependable } from 'constructs';
import { isEncryptedQueue } from './dead-letter-queue';
import { HandlerEvents } from './handler-events';
import { HandlerRole } from './handler-role';
import { validateDeadLetterQueue, validateMemorySize, validateNetwork, validateReservedConcurrency } from './handler-settings';
import { arnOf, ATTACH_TO_VPC, ENCRYPT_DEAD_LETTERS, ENCRYPT_SECRETS, KEEP_STREAM_KEYS, SEND_TRACES, sendTo, USE_USER_SUPPLIED_SECRETS } from './handler-statements';
import { lookAfterOf } from './look-after';
import { suppressNagRule } from './nag-suppression';
import type { StreamKeyProviderProps } from './stream-key-provider-props';
import { STREAM_KEY_PROVIDER_PROPS } from './stream-key-provider-shape';
import { HandlerEnvironment } from '../contract/handler-environment';
import { FUNCTION_TIMEOUT, MAX_EVENT_AGE } from '../contract/timeouts';
import { validProps } from '../core/valid-props';
import { withoutUndefined } from '../core/without-undefined';

/** The handler's bundle, the same distance away from src/ and from lib/. */
const BUNDLE = path.join(__dirname, '..', '..', 'assets', 'stream-key-handler');

const OLDER_RUNTIME = {
  id: 'AwsSolutions-L1',
  reason: 'The runtime is the newest Node.js LTS that the CDK in use knows to be in the region of the stack. cdk-nag asks for the newest in any region.',
};

/** The id of the alarm on events that were not handled. */
const UNDELIVERED = 'EventsUndelivered';

/** The shared provider of each stack. */
const shared = new WeakMap<Stack, StreamKeyProvider>();

/**
 * The function that creates, rotates and deletes stream keys, with its role, policy and log group.
 *
 * By default, the stream keys of a stack share one provider. Create another for special requirements, and pass it to stream keys
 * of the same stack. Its policy is written on tags, so that it is the same for one stream key and for hundreds.
 *
 * @resource AWS::Lambda::Function
 *
 * @example
 * import { ManagedStreamKey, StreamKeyProvider } from 'cdk-ivs-managed-stream-key';
 *
 * declare const vpc: ec2.IVpc;
 * declare const boundary: iam.IManagedPolicy;
 *
 * const provider = new StreamKeyProvider(this, 'Provider', { vpc, permissionsBoundary: boundary });
 *
 * new ManagedStreamKey(this, 'Morning', { provider });
 * new ManagedStreamKey(this, 'Evening', { provider });
 */
@propertyInjectable
export class StreamKeyProvider extends Construct {
  /**
   * The id under which `PropertyInjectors` find this class. Injected props reach the provider that a stack's stream keys share too.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivs-managed-stream-key.StreamKeyProvider';

  /**
   * The provider that the stream keys of a stack share; created when it is first needed.
   *
   * @internal
   */
  public static _sharedBy(stack: Stack): StreamKeyProvider {
    const provider = shared.get(stack) ?? new StreamKeyProvider(stack, 'ManagedStreamKeyProvider');
    shared.set(stack, provider);
    return provider;
  }

  /** The function. */
  public readonly handler: lambda.IFunction;

  /** The log group that the function writes to. */
  public readonly logGroup: logs.ILogGroup;

  private readonly handlerRole: HandlerRole;
  private readonly events: HandlerEvents;
  private readonly usesOfCustomerKeys: (() => boolean)[] = [];

  constructor(scope: Construct, id: string, props: StreamKeyProviderProps = {}) {
    props = validProps(scope, id, props, STREAM_KEY_PROVIDER_PROPS);
    super(scope, id);
    validateMemorySize(this, props.memorySize);
    validateReservedConcurrency(this, props.reservedConcurrentExecutions);
    validateNetwork(this, props);
    validateDeadLetterQueue(this, props.deadLetterQueue);

    this.logGroup = props.logGroup ?? new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.handlerRole = new HandlerRole(this, props);
    const { vpc, vpcSubnets, securityGroups, reservedConcurrentExecutions, tracing, environmentEncryption, deadLetterQueue } = props;
    const handler = new lambda.Function(this, 'Handler', {
      description: 'Creates, rotates and deletes the IVS stream keys of this stack (cdk-ivs-managed-stream-key)',
      runtime: lambda.determineLatestNodeRuntime(this),
      architecture: props.architecture ?? lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(BUNDLE),
      handler: 'index.handler',
      timeout: Duration.seconds(FUNCTION_TIMEOUT),
      maxEventAge: Duration.seconds(MAX_EVENT_AGE),
      retryAttempts: 2,
      // A run takes less than half of it, as test/lambda/memory.test.ts measures; CPU comes with memory, and a cold start waits for it.
      memorySize: props.memorySize ?? 256,
      role: this.handlerRole.role,
      logGroup: this.logGroup,
      environment: { [HandlerEnvironment.STACK_ID]: Aws.STACK_ID },
      ...withoutUndefined({ vpc, vpcSubnets, securityGroups, reservedConcurrentExecutions, tracing, environmentEncryption, deadLetterQueue }),
    });
    this.handler = handler;
    if (!isNewest(handler.runtime)) suppressNagRule(handler, OLDER_RUNTIME);

    this.handlerRole.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] });
    for (const statement of KEEP_STREAM_KEYS) this.handlerRole.allow(statement);
    this.handlerRole.allow(ENCRYPT_SECRETS, () => this.usesOfCustomerKeys.some((isUsed) => isUsed()));
    if (handler.isBoundToVpc) for (const statement of ATTACH_TO_VPC) this.handlerRole.allow(statement);
    if (isTraced(handler)) this.handlerRole.allowedByFunction(SEND_TRACES);
    this.allowDeadLetters(handler);
    this.handlerRole.warnOn(this.handler);
    // What follows is needed by no deployment.
    Dependable.implement(this, { dependencyRoots: [this.handlerRole.role, handler, this.logGroup] });
    const lookAfter = lookAfterOf(this, props.lookAfter);
    this.events = new HandlerEvents(this, { handler, role: this.handlerRole, lookAfter, reservedConcurrentExecutions });
  }

  /**
   * The statements that the function's role needs for the stream keys so far, in its policy and in a permissions boundary.
   * The id of this stack is in it: where that is not known beforehand, compare with `StringLike` and
   * `arn:aws:cloudformation:us-west-2:123456789012:stack/MyStack/*`.
   */
  public get requiredStatements(): iam.PolicyStatement[] {
    return this.handlerRole.statements.map((statement) => statement.copy());
  }

  /**
   * The queue for the events that the handler failed to handle five times: looks and ends of broadcasts. Empty unless something is wrong.
   * Undefined if the handler gets no events, as the look is disabled and no stream key waits for the end of a broadcast.
   */
  public get undeliveredEvents(): sqs.IQueue | undefined {
    return this.events.deadLetters;
  }

  /**
   * Allows the handler to write secrets that are encrypted with customer managed keys, if there are any at the end of synthesis.
   *
   * @internal
   */
  public _allowEncryption(isUsed: () => boolean): void {
    this.usesOfCustomerKeys.push(isUsed);
  }

  /**
   * Allows the handler to put stream keys into secrets that are made elsewhere.
   *
   * @internal
   */
  public _allowUserSuppliedSecrets(): void {
    for (const statement of USE_USER_SUPPLIED_SECRETS) this.handlerRole.allow(statement);
  }

  /**
   * Allows Secrets Manager to call the handler, for any secret of the account.
   *
   * @internal
   */
  public _allowRotation(): lambda.CfnPermission {
    return this.allowInvocation('InvokedBySecretsManager', {
      functionName: this.handler.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: arnOf('secretsmanager', Aws.REGION, 'secret:*'),
    });
  }

  /**
   * Lets the handler learn when broadcasts have ended.
   *
   * @internal
   */
  public _followBroadcasts(): void {
    this.events.followBroadcasts();
  }

  /**
   * Watches the events that were not handled, once. Returns the new alarm, if there is one.
   *
   * @internal
   */
  public _watchEvents(watch: (scope: Construct, id: string, metric: cloudwatch.Metric) => cloudwatch.Alarm): cloudwatch.Alarm[] {
    const { undeliveredEvents } = this;
    if (!undeliveredEvents || this.node.tryFindChild(UNDELIVERED)) return [];
    return [watch(this, UNDELIVERED, undeliveredEvents.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }))];
  }

  /**
   * Makes a custom resource of this provider another one than that of another provider would be: CloudFormation refuses to change the
   * function of one. The handler sees a resource that was renamed, so that the stream key stays as it is.
   *
   * @internal
   */
  public _distinguish(resource: CfnResource): void {
    const stack = Stack.of(this);
    if (shared.get(stack) === this) return;
    const ours = stack.getLogicalId(this.handler.node.defaultChild as CfnResource).slice(-6);
    // A logical id has 255 characters at most, and the CDK makes none with more than 248.
    resource.overrideLogicalId(`${stack.getLogicalId(resource)}${ours}`);
  }

  /** Lambda's construct lets it send them, also to what a property injector has set. */
  private allowDeadLetters({ deadLetterQueue, deadLetterTopic }: lambda.Function): void {
    const deadLetters = deadLetterQueue ?? deadLetterTopic;
    if (deadLetters) this.handlerRole.allowedByFunction(sendTo(deadLetters));
    if (deadLetterQueue) this.handlerRole.allow(ENCRYPT_DEAD_LETTERS, () => isEncryptedQueue(deadLetterQueue));
  }

  /** One permission for all, not one for each: the policy of a function has 20 kB. */
  private allowInvocation(id: string, props: Omit<lambda.CfnPermissionProps, 'action'>): lambda.CfnPermission {
    return (this.node.tryFindChild(id) as lambda.CfnPermission | undefined)
      ?? new lambda.CfnPermission(this, id, { action: 'lambda:InvokeFunction', ...props });
  }
}

/** Set by the props, or by a property injector's. */
function isTraced(handler: lambda.Function): boolean {
  return (handler.node.defaultChild as lambda.CfnFunction).tracingConfig !== undefined;
}

/** Of all that the CDK knows, in the order of their numbers. */
function isNewest({ name }: lambda.Runtime): boolean {
  const numberOf = (runtime: string) => Number(/^nodejs(\d+)/.exec(runtime)?.[1] ?? 0);
  return lambda.Runtime.ALL.every((runtime) => numberOf(runtime.name) <= numberOf(name));
}
