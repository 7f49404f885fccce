import type { Aws, StreamKey } from '../aws/aws';
import { CallFailure } from '../aws/call-failure';

/** The key is another one than a moment ago: look again. */
export class KeyChanged extends Error {}

/** Does something with a key. If it fails because the key has gone meanwhile, that is no failure but a reason to look again. */
export async function unlessChanged<T>(aws: Aws, channelArn: string, key: StreamKey, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CallFailure) || !error.mayBeGone) throw error;
    if ((await aws.findStreamKey(channelArn))?.arn === key.arn) throw error;
    throw new KeyChanged(`the stream key ${key.arn} has gone`);
  }
}
