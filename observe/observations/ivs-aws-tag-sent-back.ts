import { CreateStreamKeyCommand, TagResourceCommand } from '@aws-sdk/client-ivs';
import { CHANNEL } from '../function-role';
import type { Observation } from '../observation';
import { refusalOf } from '../refusal';
import { createKey } from '../stream-key';

export const ivsAwsTagSentBack: Observation = {
  id: 'ivs-aws-tag-sent-back',
  question: 'Do TagResource and CreateStreamKey refuse a tag whose name begins with aws:, and with which error?',
  resources: { AwsTagChannel: CHANNEL, AwsTagOtherChannel: CHANNEL },
  async observe(context) {
    const { ivs, id } = context;
    const tags = { 'aws:cloudformation:logical-id': 'AwsTagChannel' };
    const { arn: resourceArn } = await createKey(context, id('AwsTagChannel'));
    const tagResource = await refusalOf(ivs.send(new TagResourceCommand({ resourceArn, tags })));
    const createStreamKey = await refusalOf(ivs.send(new CreateStreamKeyCommand({ channelArn: id('AwsTagOtherChannel'), tags })));
    const name = (refusal = { name: 'accepted' }) => refusal.name;
    return {
      seen: `TagResource: ${name(tagResource)}. CreateStreamKey: ${name(createStreamKey)}.`,
      reading: { awsTagToTagResource: name(tagResource), awsTagToCreateStreamKey: name(createStreamKey) },
      evidence: { tagResource, createStreamKey },
    };
  },
};
