import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Calls } from './calls';

// The client outlives an invocation, and with it its open connections. The URL names the queue, not the endpoint.
const client = new SQSClient({ maxAttempts: 1, useQueueUrlAsEndpoint: false });

/** Seconds. */
const MAX_DELAY = 900;

/** The queue that the handler receives messages from. */
export class Queue {
  constructor(private readonly calls: Calls) {}

  /** Sends a message that becomes visible after a number of seconds, or after the 900 that SQS allows. */
  public async send(queueArn: string, body: string, delay: number): Promise<void> {
    const [, , , region, account, name] = queueArn.split(':');
    const input = { QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`, MessageBody: body, DelaySeconds: Math.min(delay, MAX_DELAY) };
    await this.calls.attempt('sqs:SendMessage', (options) => client.send(new SendMessageCommand(input), options));
  }
}
