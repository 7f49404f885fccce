import { createHash } from 'node:crypto';
import type { Outcome } from './sandbox';
import { AwsError } from '../core/aws-error';
import type { Background } from '../core/background';
import type { Caller } from '../core/identities';
import type { Iam } from '../iam/iam';
import type { QueuedMessage, Sqs } from '../sqs/sqs';

export interface EventSourceMappingConfiguration {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** Whether the function answers which messages it failed to handle. */
  readonly reportsItemFailures: boolean;
}

/** The functions that can be invoked. */
export interface Functions {
  invoke(arn: string, event: unknown): Promise<Outcome>;
  roleOf(arn: string): Caller;
  /** Seconds. */
  timeoutOf(arn: string): number;
}

/** The services that a mapping is made of. */
export interface Services {
  readonly functions: Functions;
  readonly sqs: Sqs;
  readonly iam: Iam;
  readonly background: Background;
}

/** The calls that Lambda makes with the function's role. */
const ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** Receives the messages of a queue, and invokes a function with them. It deletes those that were handled. */
export class EventSourceMapping {
  /** Throws if the role lacks a permission, or if a message could come again while the function is still at it. */
  public static async create(configuration: EventSourceMappingConfiguration, services: Services): Promise<EventSourceMapping> {
    const { functions, sqs, iam } = services;
    const { queueArn, functionArn } = configuration;
    for (const action of ACTIONS) {
      await iam.authorize(functions.roleOf(functionArn), action, queueArn, {}).catch((error) => {
        if (!(error instanceof AwsError)) throw error;
        throw new AwsError('InvalidParameterValueException', `The function execution role does not have permissions to call ${action.split(':')[1]} on SQS`);
      });
    }
    const [visibility, timeout] = [sqs.settingsOf(queueArn).visibilityTimeout, functions.timeoutOf(functionArn)];
    if (visibility < timeout) {
      throw new AwsError('InvalidParameterValueException', `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`);
    }
    return new EventSourceMapping(configuration, services);
  }

  private running = 0;
  private readonly stop: () => void;

  private constructor(private readonly configuration: EventSourceMappingConfiguration, private readonly services: Services) {
    this.stop = services.sqs.onVisible(configuration.queueArn, () => this.poll());
  }

  public delete(): void {
    this.stop();
  }

  private poll(): void {
    const { queueArn, batchSize, maximumConcurrency } = this.configuration;
    while (this.running < maximumConcurrency) {
      const batch = this.services.sqs.receive(queueArn, batchSize);
      if (!batch.length) return;
      this.running++;
      this.services.background.run(async () => {
        await this.handle(batch);
        this.running--;
        this.poll();
      });
    }
  }

  private async handle(batch: QueuedMessage[]): Promise<void> {
    const { queueArn } = this.configuration;
    const { sqs } = this.services;
    const failed = await this.invoke(batch).then((outcome) => this.failedIn(batch, outcome), (error) => {
      // Throttled, or the function is gone.
      if (!(error instanceof AwsError)) throw error;
      return batch;
    });
    for (const message of batch) if (!failed.includes(message)) sqs.remove(queueArn, message.id);
  }

  private async invoke(batch: QueuedMessage[]): Promise<Outcome> {
    const { queueArn, functionArn } = this.configuration;
    const { functions } = this.services;
    return functions.invoke(functionArn, { Records: batch.map((message) => recordOf(message, queueArn, functions.roleOf(functionArn))) });
  }

  private failedIn(batch: QueuedMessage[], { result = 'null', error }: Outcome): QueuedMessage[] {
    if (error) return batch;
    if (!this.configuration.reportsItemFailures) return [];
    const failures: any[] = JSON.parse(result)?.batchItemFailures ?? [];
    const messages = failures.map(({ itemIdentifier }) => batch.find(({ id }) => id === itemIdentifier));
    // An answer that Lambda cannot make sense of is a failure of the whole batch.
    return messages.every((message) => message !== undefined) ? messages as QueuedMessage[] : batch;
  }
}

function recordOf({ id, body, sent, receives, firstReceived }: QueuedMessage, queueArn: string, { arn }: Caller): object {
  return {
    messageId: id,
    receiptHandle: `${id}-${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sent),
      SenderId: arn,
      ApproximateFirstReceiveTimestamp: String(firstReceived),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}
