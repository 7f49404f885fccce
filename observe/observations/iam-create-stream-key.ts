import { caller, isDenied, ivsCall } from '../caller';
import { arnOf, CHANNEL } from '../function-role';
import { NotObserved, Observation } from '../observation';
import { callPatiently, inWords, whenInForce } from '../permission';

/** A role that may create keys on resources of one type, and read the channel, so that its policy can be seen to be in force. */
function creator(id: string, ...types: string[]): Record<string, object> {
  return caller(id, [
    { Effect: 'Allow', Action: 'ivs:CreateStreamKey', Resource: types.map((type) => arnOf('ivs', `${type}/*`)) },
    { Effect: 'Allow', Action: 'ivs:GetChannel', Resource: arnOf('ivs', 'channel/*') },
  ]);
}

export const iamCreateStreamKey: Observation = {
  id: 'iam-create-stream-key',
  question: 'On which resource type does IAM authorize CreateStreamKey?',
  resources: {
    CreateOnKeyChannel: CHANNEL,
    CreateOnChannelChannel: CHANNEL,
    ...creator('CreateOnKey', 'stream-key'),
    ...creator('CreateOnChannel', 'channel'),
  },
  async observe(context) {
    const [onKey, onChannel] = await Promise.all(['CreateOnKey', 'CreateOnChannel'].map(async (functionId) => {
      const channelArn = context.id(`${functionId}Channel`);
      await whenInForce(context, functionId, ivsCall('getChannel', { arn: channelArn }));
      return callPatiently(context, functionId, ivsCall('createStreamKey', { channelArn }));
    }));
    const other = [onKey, onChannel].find((outcome) => outcome.error && !isDenied(outcome));
    if (other) throw new NotObserved(`${other.error!.name}: ${other.error!.message}`);
    const types = [...(isDenied(onKey) ? [] : ['stream-key']), ...(isDenied(onChannel) ? [] : ['channel'])];
    return {
      seen: `With stream-key/* only: ${inWords(onKey)}. With channel/* only: ${inWords(onChannel)}.`,
      reading: { createStreamKeyOn: types.join(' or ') || 'neither alone' },
      evidence: { onKey: onKey.error ?? 'allowed', onChannel: onChannel.error ?? 'allowed' },
    };
  },
};
