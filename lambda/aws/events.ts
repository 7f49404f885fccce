import { EventBridgeClient, PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Calls } from './calls';

// The client outlives an invocation, and with it its open connections.
const client = new EventBridgeClient({ maxAttempts: 1 });

/** The calls to EventBridge. */
export class Events {
  constructor(private readonly calls: Calls) {}

  /** Puts an event; throws also if EventBridge answers that it has rejected the entry. */
  public async put(entry: PutEventsRequestEntry): Promise<void> {
    await this.calls.attempt('events:PutEvents', async (options) => {
      const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }), options);
      const { ErrorCode: name, ErrorMessage } = Entries?.[0] ?? {};
      if (name) throw Object.assign(new Error(ErrorMessage), { name, $metadata: { httpStatusCode: name === 'InternalFailure' ? 500 : 400 } });
    });
  }
}
