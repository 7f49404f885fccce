import type { DesiredState } from '../../src/contract/desired-state';
import type { StreamKeyProperties } from '../../src/contract/resource';
import type { Owner } from '../stream-key/memory';

/** The desired state that the properties of a resource describe, for the tags of its secret. */
export function desiredState(owner: Owner, properties: StreamKeyProperties): DesiredState {
  const { ChannelArn, Serial, WhileLive, RotateAfterStream, ReconnectWindow, UserSuppliedSecret } = properties;
  return {
    ...owner,
    channelArn: ChannelArn,
    serial: Serial,
    whileLive: WhileLive,
    rotatesAfterStream: RotateAfterStream === 'true',
    reconnectWindow: ReconnectWindow,
    isUserSupplied: UserSuppliedSecret === 'true',
  };
}
