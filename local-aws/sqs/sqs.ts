import { createHash, randomUUID } from 'node:crypto';
import { AwsError, NotInLocalAws } from '../core/aws-error';
import type { Clock } from '../core/clock';
import type { Caller } from '../core/identities';
import type { Call, Operation, Service } from '../endpoint/operation';
import type { Iam } from '../iam/iam';
import type { Kms } from '../kms/kms';
import { json } from '../protocols/json';
import { modelOf } from '../protocols/service-model';

export interface Message {
  readonly body: string;
  readonly attributes: Record<string, string>;
}

/** A message in a queue. Times are milliseconds since the epoch. */
export interface QueuedMessage extends Message {
  readonly id: string;
  readonly sent: number;
  visibleFrom: number;
  receives: number;
  firstReceived?: number;
}

export interface QueueSettings {
  readonly kmsKeyArn?: string;
  /** Seconds. */
  readonly visibilityTimeout: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
}

interface Queue extends QueueSettings {
  messages: QueuedMessage[];
  policy?: any;
  /** Called when a message can be received. */
  readonly receivers: Set<() => void>;
}

/** A sender, and the context of its call. */
export interface Sender {
  readonly caller: Caller;
  readonly keys?: Record<string, string>;
}

const LONGEST_DELAY = 900;

/** SQS: standard queues, which functions and rules send to, and event source mappings receive from. */
export class Sqs implements Service {
  public readonly name = 'sqs';
  public readonly model = modelOf(__dirname);
  public readonly protocol = json;
  public readonly honours = { GetQueueAttributes: ['QueueUrl', 'AttributeNames'], SendMessage: ['QueueUrl', 'MessageBody', 'DelaySeconds'] };

  private readonly queues = new Map<string, Queue>();

  public readonly operations: Record<string, Operation> = {
    GetQueueAttributes: async ({ QueueUrl, AttributeNames = [] }, call: Call) => {
      const arn = arnOf(QueueUrl, call.region);
      await call.authorize('sqs:GetQueueAttributes', arn);
      const { messages } = this.queue(arn);
      const counts = { visible: 0, received: 0, delayed: 0 };
      for (const { visibleFrom, receives } of messages) counts[visibleFrom <= this.clock.now() ? 'visible' : receives ? 'received' : 'delayed']++;
      const known: Record<string, string> = {
        QueueArn: arn,
        ApproximateNumberOfMessages: String(counts.visible),
        ApproximateNumberOfMessagesNotVisible: String(counts.received),
        ApproximateNumberOfMessagesDelayed: String(counts.delayed),
      };
      for (const name of AttributeNames) if (!(name in known)) throw new NotInLocalAws(`the attribute ${name} of a queue`);
      return { Attributes: Object.fromEntries(AttributeNames.map((name: string) => [name, known[name]])) };
    },
    SendMessage: async ({ QueueUrl, MessageBody: body, DelaySeconds: delay = 0 }, call: Call) => {
      if (!(delay >= 0 && delay <= LONGEST_DELAY)) throw new AwsError('InvalidParameterValue', `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${LONGEST_DELAY}.`);
      const arn = arnOf(QueueUrl, call.region);
      await call.authorize('sqs:SendMessage', arn);
      const { id } = this.enqueue(arn, { body, attributes: {} }, delay);
      return { MessageId: id, MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
    },
  };

  constructor(private readonly account: string, private readonly iam: Iam, private readonly kms: Kms, private readonly clock: Clock) {}

  public createQueue(region: string, name: string, settings: QueueSettings): string {
    const arn = `arn:aws:sqs:${region}:${this.account}:${name}`;
    if (this.queues.has(arn)) throw new AwsError('QueueAlreadyExists', `A queue already exists with the name ${name}`);
    this.queues.set(arn, { ...settings, messages: [], receivers: new Set() });
    return arn;
  }

  public deleteQueue(arn: string): void {
    this.queues.delete(arn);
  }

  public settingsOf(arn: string): QueueSettings {
    return this.queue(arn);
  }

  public putPolicy(arn: string, policy?: unknown): void {
    this.queue(arn).policy = policy;
  }

  public messagesOf(arn: string): readonly Message[] {
    return this.queue(arn).messages.map(({ body, attributes }) => ({ body, attributes }));
  }

  /** Throws unless the sender may send to the queue, and use its KMS key. */
  public async send(arn: string, message: Message, { caller, keys }: Sender): Promise<void> {
    const { kmsKeyArn, policy } = this.queue(arn);
    await this.iam.authorize(caller, 'sqs:SendMessage', arn, { keys }, policy);
    const region = arn.split(':')[3];
    const call = { service: 'sqs', operation: 'SendMessage', region, account: this.account, caller, authorize: async () => {} };
    if (kmsKeyArn) await this.kms.use(kmsKeyArn, ['kms:GenerateDataKey', 'kms:Decrypt'], call);
    this.enqueue(arn, message);
  }

  /** Receives visible messages, unless the queue is gone, and hides them for the visibility timeout. One that was received too often becomes a dead letter. */
  public receive(arn: string, most: number): QueuedMessage[] {
    const queue = this.queues.get(arn);
    if (!queue) return [];
    const now = this.clock.now();
    const visible = queue.messages.filter(({ visibleFrom }) => visibleFrom <= now);
    const { redrive } = queue;
    const dead = redrive ? visible.filter(({ receives }) => receives >= redrive.maxReceiveCount) : [];
    for (const { id, body, attributes } of dead) {
      this.remove(arn, id);
      this.enqueue(redrive!.deadLetterTargetArn, { body, attributes });
    }
    const received = visible.filter((message) => !dead.includes(message)).slice(0, most);
    for (const message of received) {
      message.receives++;
      message.firstReceived ??= now;
      this.hide(queue, message, now + queue.visibilityTimeout * 1000);
    }
    return received;
  }

  public remove(arn: string, id: string): void {
    const queue = this.queues.get(arn);
    if (queue) queue.messages = queue.messages.filter((message) => message.id !== id);
  }

  /** Calls back whenever the queue may have messages to receive. Returns a function that ends this. */
  public onVisible(arn: string, receiver: () => void): () => void {
    const { receivers } = this.queue(arn);
    receivers.add(receiver);
    return () => receivers.delete(receiver);
  }

  private enqueue(arn: string, { body, attributes }: Message, delay = 0): QueuedMessage {
    const queue = this.queue(arn);
    const sent = this.clock.now();
    const message = { id: randomUUID(), body, attributes, sent, visibleFrom: sent, receives: 0 };
    queue.messages.push(message);
    if (delay) this.hide(queue, message, sent + delay * 1000);
    else for (const receiver of queue.receivers) receiver();
    return message;
  }

  private hide(queue: Queue, message: QueuedMessage, until: number): void {
    message.visibleFrom = until;
    this.clock.when(until, async () => {
      if (!queue.messages.includes(message) || message.visibleFrom > this.clock.now()) return;
      for (const receiver of queue.receivers) receiver();
    });
  }

  private queue(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
}

function arnOf(queueUrl: string, region: string): string {
  const [account, name] = new URL(queueUrl).pathname.slice(1).split('/');
  return `arn:aws:sqs:${region}:${account}:${name}`;
}
