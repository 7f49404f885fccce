import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { lookAfterAll, lookAfterSecret } from './look-after';
import { streamEnded } from './stream-end';
import type { Aws } from '../aws/aws';
import { log } from '../report/log';

/** An event in a message: only a hint. What is to be done follows from what CloudFormation, the tags and IVS say. */
interface HintedEvent {
  readonly 'detail-type': string;
  readonly 'time': string;
  readonly 'resources': string[];
  readonly 'detail': Record<string, any>;
}

/** Makes AWS as one message sees it, with a budget of its own. */
type NewAws = () => Aws;

/** Handles the events that rules have put into the queue. Returns the messages that have to come again. */
export async function receiveMessages({ Records }: SQSEvent, newAws: NewAws): Promise<SQSBatchResponse> {
  const looks = Records.filter((record) => isLook(eventIn(record)));
  const others = Records.filter((record) => !looks.includes(record));
  const outcomes = [
    // One look at all keys will do, however many messages ask for it.
    ...(looks.length ? [outcome(looks, () => lookAfterAll(newAws))] : []),
    ...others.map((record) => outcome([record], () => handle(record, newAws))),
  ];
  const failed = (await Promise.all(outcomes)).flat();
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** The records if the work fails, else none. */
async function outcome(records: SQSRecord[], work: () => Promise<void>): Promise<SQSRecord[]> {
  try {
    await work();
    return [];
  } catch (error) {
    log('message not handled', { messageIds: records.map(({ messageId }) => messageId), error: (error as Error).name, why: (error as Error).message, remark: 'It comes again.' });
    return records;
  }
}

async function handle(record: SQSRecord, newAws: NewAws): Promise<void> {
  const { 'detail-type': type, time = '', resources: [arn] = [], detail = {} } = eventIn(record);
  switch (type) {
    case 'Secret Label Updated':
      return lookAfterSecret(arn, newAws);
    case 'IVS Stream State Change': {
      const wait = await streamEnded({ channelArn: arn, streamId: detail.stream_id, time }, newAws());
      // Rather than to hide this message for longer: a queue counts how often each was received.
      if (wait !== undefined) await newAws().queue.send(record.eventSourceARN, record.body, wait);
      return;
    }
    default:
      log('message ignored', { type });
  }
}

function isLook({ 'detail-type': type }: Partial<HintedEvent>): boolean {
  return type === 'Scheduled Event' || type === 'AWS API Call via CloudTrail';
}

/** Without fields if the body is no JSON object: then the message is ignored, as it would be the next time. */
function eventIn({ body }: SQSRecord): Partial<HintedEvent> {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
