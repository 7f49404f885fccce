import type { IvsChannel } from '../../../local-aws/ivs/ivs';
import type { Secret } from '../../../local-aws/secrets-manager/secrets-manager';
import type { StreamKeyProperties } from '../../../src/contract/resource';

/** A resource that was created. */
export interface Live {
  readonly channel: IvsChannel;
  readonly secret: Secret;
  /** The properties of its last deployment. */
  properties: StreamKeyProperties;
}

/** The properties of a key that is rotated as soon as a broadcast has ended. */
export const AT_ONCE_AFTER_STREAM: Partial<StreamKeyProperties> = { RotateAfterStream: 'true', ReconnectWindow: '0' };

/** The properties of a resource that wants the channel's key in the secret. */
export function propertiesOf(channel: { arn: string }, secret: { arn: string }, more: Partial<StreamKeyProperties> = {}): StreamKeyProperties {
  return { ChannelArn: channel.arn, SecretArn: secret.arn, Serial: '1', ...more };
}
