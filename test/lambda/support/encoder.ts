import type { EventBridge } from './eventbridge';
import type { Live } from './live';
import type { LocalAws } from '../../../local-aws/local-aws';
import type { Secret } from '../../../local-aws/secrets-manager/secrets-manager';

/** Reads the secret, and publishes. */
export class Encoder {
  constructor(private readonly aws: LocalAws, private readonly eventBridge: EventBridge) {}

  /** The value of the secret; undefined while it is empty. */
  public read(secret: Secret): Record<string, string> | undefined {
    const current = [...this.aws.secretsManager.find(secret.arn)!.versions.values()].find(({ labels }) => labels.has('AWSCURRENT'));
    return current && JSON.parse(current.value!);
  }

  /** Connects with the channel's key, and publishes for a minute. Returns the stream's id. */
  public async publish({ channel }: Pick<Live, 'channel'>): Promise<string> {
    // Event and key carry whole seconds: a key of the same second might be younger than the broadcast.
    await this.aws.clock.advance(60_000);
    const { streamId } = this.aws.ivs.startStream(this.aws.ivs.streamKeyOf(channel.arn)!.value);
    await this.aws.clock.advance(60_000);
    return streamId;
  }

  /** Disconnects, and waits until everything that this started has ended. */
  public async disconnect({ channel }: Pick<Live, 'channel'>): Promise<void> {
    this.aws.ivs.endStream(channel.arn);
    await this.eventBridge.ended();
  }
}
