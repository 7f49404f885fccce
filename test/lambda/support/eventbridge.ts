import { randomUUID } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Live } from './live';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import type { StreamEnd } from '../../../src/contract/stream-end';
import { StreamEndRule } from '../../../src/rotation/stream-end-rule';

/** Invokes the handler at the end of a broadcast. */
export class EventBridge {
  /** @param aliasArn what rules invoke */
  constructor(private readonly aws: LocalAws, public readonly aliasArn: string) {}

  /** Adds the rule that the construct makes. */
  public addStreamEndRule({ channel, secret }: Live, rotate = true): void {
    const stack = new Stack();
    new StreamEndRule(stack, 'StreamEnd', { channelArn: channel.arn, secretArn: secret.arn, rotate, handlerArn: this.aliasArn });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    this.aws.eventBridge.putRule(REGION, `StreamEnd-${randomUUID()}`, { pattern: Properties.EventPattern, enabled: true, targets: Properties.Targets });
  }

  /** Delivers the event of a broadcast that ends now. Lambda retries what fails. */
  public async endStream({ channel, secret }: Pick<Live, 'channel' | 'secret'>, StreamId: string, more: Partial<StreamEnd> = {}): Promise<void> {
    const Time = this.aws.clock.date().toISOString();
    const end: StreamEnd = { ChannelArn: channel.arn, SecretArn: secret.arn, StreamId, Time, Rotate: true, ...more };
    const service = { principal: 'events.amazonaws.com', sourceArn: `arn:aws:events:${REGION}:123456789012:rule/StreamEnd` };
    await this.aws.lambda.invokeAsyncFor(service, this.aliasArn, { StreamEnd: end });
    await this.aws.lambda.idle();
  }
}
