import type { IvsChannel, IvsStreamKey } from '../../../local-aws/ivs/ivs';
import { LocalAws, REGION } from '../../../local-aws/local-aws';

/** The channels that the handler's resources are given. */
export class Channels {
  constructor(private readonly aws: LocalAws) {}

  /** A channel without a stream key, as CloudFormation creates it. */
  public create(input: Partial<IvsChannel> = {}): IvsChannel {
    return this.aws.ivs.createChannel(REGION, input);
  }

  /** A channel with a stream key that nobody manages, as the console creates it. */
  public createWithKey(tags: Record<string, string> = {}): IvsChannel {
    const channel = this.create();
    this.aws.ivs.createStreamKey(channel.arn, tags);
    return channel;
  }

  public keyOf(channel: IvsChannel): IvsStreamKey | undefined {
    return this.aws.ivs.streamKeyOf(channel.arn);
  }
}
