import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { ManagedStreamKey } from 'cdk-ivs-managed-stream-key';
import { Construct } from 'constructs';
import { FollowingEncoder } from './following-encoder';

/** A channel whose key is rotated every month, and an encoder on ECS that follows the key by itself: nothing has to restart it. */
export class FollowingEncoderStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const live = new ManagedStreamKey(this, 'Live', { rotationSchedule: { automaticallyAfter: Duration.days(30) } });
    new FollowingEncoder(this, 'Encoder', { live });
  }
}
