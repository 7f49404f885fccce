import { CfnOutput, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { ManagedStreamKey, WhileLive } from 'cdk-ivs-managed-stream-key';
import { Construct } from 'constructs';
import { Encoder } from './encoder';

export interface LiveChannelStackProps extends StackProps {
  /** Count it up to rotate the stream key. */
  readonly serial: number;
  /** What a rotation may do to a broadcast. */
  readonly whileLive?: WhileLive;
}

/** A live channel, its stream key, which Secrets Manager rotates every month, and an encoder that may read it. */
export class LiveChannelStack extends Stack {
  public readonly live: ManagedStreamKey;

  constructor(scope: Construct, id: string, props: LiveChannelStackProps) {
    super(scope, id, props);
    this.live = new ManagedStreamKey(this, 'Live', {
      serial: props.serial,
      whileLive: props.whileLive,
      rotationSchedule: { automaticallyAfter: Duration.days(30) },
    });

    const encoder = new Encoder(this, 'Encoder', { secret: this.live.secret });
    this.live.grantRead(encoder);

    new CfnOutput(this, 'ChannelArn', { value: this.live.channel.channelRef.channelArn });
    new CfnOutput(this, 'SecretArn', { value: this.live.secret.secretArn });
    new CfnOutput(this, 'EncoderName', { value: encoder.functionName });
  }
}
