import { CHANNEL } from '../function-role';
import type { Observation } from '../observation';
import { listedKey } from '../stream-key';

export const ivsSystemTags: Observation = {
  id: 'ivs-system-tags',
  question: 'Does a stream key that CloudFormation makes carry aws:cloudformation: tags, and a channel?',
  resources: { SystemTagsChannel: CHANNEL, SystemTagsKey: { Type: 'AWS::IVS::StreamKey', Properties: { ChannelArn: { Ref: 'SystemTagsChannel' } } } },
  async observe(context) {
    const tags = Object.keys((await listedKey(context, context.id('SystemTagsChannel')))?.tags ?? {});
    const system = tags.filter((name) => name.startsWith('aws:cloudformation:'));
    return {
      seen: system.length ? `ListStreamKeys shows ${system.join(', ')}.` : 'ListStreamKeys shows none.',
      reading: { cloudFormationTagsStreamKeys: system.length > 0 },
      evidence: { tags },
    };
  },
};
