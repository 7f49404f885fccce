import type { Live } from './live';
import { LocalAws, REGION } from '../../../local-aws/local-aws';

const VISIBILITY_TIMEOUT = 360_000;

/** Delivers events, or loses them. */
export class EventBridge {
  constructor(private readonly aws: LocalAws, private readonly stackId: string) {}

  /** Loses all events from now on, but those that a test delivers by itself. */
  public lose(): void {
    this.aws.eventBridge.losesEvents = true;
  }

  public loseNothing(): void {
    this.aws.eventBridge.losesEvents = false;
  }

  /**
   * Delivers the event of a broadcast's end: late, or once more.
   *
   * @param streamId the latest broadcast of the channel, unless given
   */
  public async endStream({ channel }: Pick<Live, 'channel'>, streamId = this.latest(channel.arn), time = this.aws.clock.date()): Promise<void> {
    const { losesEvents } = this.aws.eventBridge;
    this.loseNothing();
    this.aws.eventBridge.publish({
      'source': 'aws.ivs',
      'detail-type': 'IVS Stream State Change',
      'region': REGION,
      'resources': [channel.arn],
      'detail': { event_name: 'Stream End', channel_name: '', stream_id: streamId },
      time,
    });
    this.aws.eventBridge.losesEvents = losesEvents;
    await this.ended();
  }

  /** Waits for everything that events bring. A message that was not handled comes again, unless it has become a dead letter. */
  public async ended(): Promise<void> {
    await this.aws.eventBridge.idle();
    while (this.aws.sqs.messagesOf(this.queueArn).length) {
      await this.aws.clock.advance(VISIBILITY_TIMEOUT);
      await this.aws.eventBridge.idle();
    }
  }

  /** The queue that the handler gets its events through. */
  public get queueArn(): string {
    return this.queue(({ RedrivePolicy }) => RedrivePolicy !== undefined);
  }

  public get deadLetterQueueArn(): string {
    return this.queue(({ RedrivePolicy }) => RedrivePolicy === undefined);
  }

  private queue(isMeant: (properties: Record<string, unknown>) => boolean): string {
    const { resources } = this.aws.cloudformation.stacks.find(({ id }) => id === this.stackId)!;
    const found = [...resources.values()].find(({ definition, properties }) => definition.Type === 'AWS::SQS::Queue' && isMeant(properties));
    return String(found!.attributes.Arn);
  }

  private latest(channelArn: string): string {
    return this.aws.ivs.streams.latestSession(channelArn)!.stream.streamId;
  }
}
