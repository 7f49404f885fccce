import { Annotations, Duration, Lazy, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { changesByHand } from './changes-by-hand';
import type { HandlerRole } from './handler-role';
import { FOLLOW_STREAM_KEYS, receiveFrom, REPAIR_SECRETS } from './handler-statements';
import type { LookAfter } from './look-after';

/** Properties of `HandlerEvents`. */
export interface HandlerEventsProps {
  readonly handler: lambda.Function;
  readonly role: HandlerRole;
  /** Absent if the stream keys are not looked after. */
  readonly lookAfter?: LookAfter;
  readonly reservedConcurrentExecutions?: number;
}

/** Longer than the function may run, so that no message comes again while it is handled, and short enough for a try after a crash. */
const VISIBILITY_TIMEOUT = Duration.minutes(6);
const ATTEMPTS = 5;
/** Of the 10 executions that a new account has, it leaves 8 to deployments and rotations. */
const MAXIMUM_CONCURRENCY = 2;

const STREAM_END = { 'source': ['aws.ivs'], 'detail-type': ['IVS Stream State Change'], 'detail': { event_name: ['Stream End'] } };
const LABEL_MOVED = { 'source': ['aws.secretsmanager'], 'detail-type': ['Secret Label Updated'], 'detail': { labelUpdated: ['AWSCURRENT'] } };

/**
 * The events that the handler gets besides deployments and rotations: a schedule, the ends of broadcasts, new versions of secrets.
 *
 * They come through a queue, in which they survive a crash of the handler. The number of resources is the same for 1 key and for hundreds,
 * as is the pattern: it matches all channels and secrets of the account, and the handler drops what is not its own after one read.
 */
export class HandlerEvents extends Construct {
  private queue?: sqs.Queue;
  private deadLetterQueue?: sqs.Queue;
  private followsBroadcasts = false;

  constructor(scope: Construct, private readonly props: HandlerEventsProps) {
    super(scope, 'Events');
    if (props.lookAfter) this.receive();
  }

  public get deadLetters(): sqs.IQueue | undefined {
    return this.deadLetterQueue;
  }

  public followBroadcasts(): void {
    this.followsBroadcasts = true;
    this.receive();
  }

  /** Makes the queue, what puts events into it, and what hands them to the handler; once. */
  private receive(): void {
    if (this.queue) return;
    const { handler, role, lookAfter, reservedConcurrentExecutions } = this.props;
    this.warnOfFewExecutions(reservedConcurrentExecutions);
    const encryption = sqs.QueueEncryption.SQS_MANAGED;
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetters', { encryption, retentionPeriod: Duration.days(14) });
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption,
      // Shorter than that of the dead letters, whose age counts from their first queue.
      retentionPeriod: Duration.days(4),
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: ATTEMPTS },
    });
    const target = { id: 'Queue', arn: this.queue.queueArn };
    const rules = [new events.CfnRule(this, 'Rule', {
      description: 'Looks after the IVS stream keys of this stack, and rotates them after broadcasts (cdk-ivs-managed-stream-key)',
      scheduleExpression: lookAfter?.schedule,
      eventPattern: Lazy.any({ produce: () => this.pattern }),
      state: 'ENABLED',
      targets: [target],
    })];
    if (lookAfter?.onChangeByHand) {
      rules.push(new events.CfnRule(this, 'ChangesByHand', {
        description: 'Looks at the IVS stream keys of this stack when somebody has changed one, or its secret (cdk-ivs-managed-stream-key)',
        eventPattern: changesByHand(role.role.roleArn),
        state: 'ENABLED',
        targets: [target],
      }));
    }
    this.allowSending(this.queue, this.deadLetterQueue, rules);

    for (const statement of [...FOLLOW_STREAM_KEYS, ...lookAfter ? REPAIR_SECRETS : [], receiveFrom(this.queue)]) role.allow(statement);
    const mapping = new lambda.CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: this.queue.queueArn,
      functionName: handler.functionName,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
    });
    mapping.node.addDependency(role.role);
  }

  /**
   * An event that Lambda finds no execution for counts as received, and is a dead letter after five times.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  private warnOfFewExecutions(reserved = Infinity): void {
    if (Token.isUnresolved(reserved) || reserved > MAXIMUM_CONCURRENCY) return;
    Annotations.of(this).addWarningV2('cdk-ivs-managed-stream-key:fewExecutions',
      `\`reservedConcurrentExecutions\` should be ${MAXIMUM_CONCURRENCY + 1} or more, got: ${reserved}. Looks at the stream keys and ends of broadcasts take up to `
      + `${MAXIMUM_CONCURRENCY} executions of the function, during which deployments and rotations wait, and events that find none become dead letters. `
      + 'Reserve more, leave it out, or acknowledge this warning.');
  }

  private get pattern(): object {
    const { lookAfter } = this.props;
    if (!this.followsBroadcasts) return LABEL_MOVED;
    if (!lookAfter) return STREAM_END;
    const details = { $or: [STREAM_END.detail, LABEL_MOVED.detail] };
    const both = (field: 'source' | 'detail-type') => [...STREAM_END[field], ...LABEL_MOVED[field]];
    return { 'source': both('source'), 'detail-type': both('detail-type'), 'detail': details };
  }

  /** One policy for both queues: only the rules send, and nobody without TLS. */
  private allowSending(queue: sqs.Queue, deadLetters: sqs.Queue, rules: events.CfnRule[]): void {
    const anyone = new iam.AnyPrincipal();
    new sqs.CfnQueuePolicy(this, 'Policy', {
      queues: [queue.queueUrl, deadLetters.queueUrl],
      policyDocument: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            principals: [new iam.ServicePrincipal('events.amazonaws.com')],
            actions: ['sqs:SendMessage'],
            resources: [queue.queueArn],
            conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ attrArn }) => attrArn) } },
          }),
          new iam.PolicyStatement({
            effect: iam.Effect.DENY,
            principals: [anyone],
            actions: ['sqs:*'],
            resources: [queue.queueArn, deadLetters.queueArn],
            conditions: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
  }
}
