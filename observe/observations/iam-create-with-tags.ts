import { caller, isDenied, ivsCall } from '../caller';
import { CHANNEL } from '../function-role';
import { NotObserved, Observation } from '../observation';
import { callPatiently, inWords, whenInForce } from '../permission';

export const iamCreateWithTags: Observation = {
  id: 'iam-create-with-tags',
  question: 'Does CreateStreamKey with tags need ivs:TagResource?',
  resources: {
    CreateWithTagsChannel: CHANNEL,
    ...caller('CreateWithTags', [{ Effect: 'Allow', Action: ['ivs:CreateStreamKey', 'ivs:GetChannel'], Resource: '*' }]),
  },
  async observe(context) {
    const channelArn = context.id('CreateWithTagsChannel');
    await whenInForce(context, 'CreateWithTags', ivsCall('getChannel', { arn: channelArn }));
    const outcome = await callPatiently(context, 'CreateWithTags', ivsCall('createStreamKey', { channelArn, tags: { observed: 'true' } }));
    if (outcome.error && !isDenied(outcome)) throw new NotObserved(`${outcome.error.name}: ${outcome.error.message}`);
    return {
      seen: `Without ivs:TagResource: ${inWords(outcome)}.`,
      reading: { createAsksForTagging: isDenied(outcome) },
      evidence: { outcome: outcome.error ?? 'allowed' },
    };
  },
};
