import { AwsError } from '../core/aws-error';
import type { Caller } from '../core/identities';
import type { Iam } from '../iam/iam';
import type { Kms } from '../kms/kms';

export interface Message {
  readonly body: string;
  readonly attributes: Record<string, string>;
}

interface Queue {
  readonly kmsKeyArn?: string;
  readonly messages: Message[];
}

/** SQS, as far as dead letters need it: queues that Lambda sends to, and whose messages stay. It answers no calls. */
export class Sqs {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly account: string, private readonly iam: Iam, private readonly kms: Kms) {}

  public createQueue(region: string, name: string, kmsKeyArn?: string): string {
    const arn = `arn:aws:sqs:${region}:${this.account}:${name}`;
    if (this.queues.has(arn)) throw new AwsError('QueueAlreadyExists', `A queue already exists with the name ${name}`);
    this.queues.set(arn, { kmsKeyArn, messages: [] });
    return arn;
  }

  public deleteQueue(arn: string): void {
    this.queues.delete(arn);
  }

  public messagesOf(arn: string): readonly Message[] {
    return this.queue(arn).messages;
  }

  /** Throws unless the caller may send to the queue, and use its KMS key. */
  public async send(arn: string, message: Message, caller: Caller): Promise<void> {
    const { kmsKeyArn, messages } = this.queue(arn);
    await this.iam.authorize(caller, 'sqs:SendMessage', arn, {});
    const region = arn.split(':')[3];
    const call = { service: 'sqs', operation: 'SendMessage', region, account: this.account, caller, authorize: async () => {} };
    if (kmsKeyArn) await this.kms.use(kmsKeyArn, ['kms:GenerateDataKey', 'kms:Decrypt'], call);
    messages.push(message);
  }

  private queue(arn: string): Queue {
    const queue = this.queues.get(arn);
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }
}
