import {
  CreateChannelCommand, CreateStreamKeyCommand, IvsClient, ListStreamKeysCommand, ListTagsForResourceCommand, TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ivs';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deleteStack, deployTemplate } from '../deploy-template';

let aws: LocalAws;
let ivs: IvsClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  ivs = new IvsClient(clientOptions(aws));
});
afterEach(async () => {
  ivs.destroy();
  await aws.stop();
});

const channel = (properties: object = {}) => ({ Type: 'AWS::IVS::Channel', Properties: properties });
const streamKey = (properties: object = {}) => ({ Type: 'AWS::IVS::StreamKey', Properties: { ChannelArn: { Ref: 'Channel' }, ...properties } });
const att = (name: string) => ({ 'Fn::GetAtt': ['Key', name] });
const deploy = (properties: object = {}) => deployTemplate(
  aws, { Channel: channel({ Tags: [{ Key: 'team', Value: 'sports' }] }), Key: streamKey(properties) },
  { Channel: { Ref: 'Channel' }, Key: { Ref: 'Key' }, Arn: att('Arn'), Value: att('Value') },
);
const tagsOf = async (resourceArn: string) => (await ivs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
const systemTags = (logicalId: string) => ({
  'aws:cloudformation:stack-id': aws.cloudformation.stacks[0].id, 'aws:cloudformation:stack-name': 'Test', 'aws:cloudformation:logical-id': logicalId,
});
const refused = expect.objectContaining({ name: 'ValidationException' });

describe('a stream key of CloudFormation', () => {
  test('is the key of its channel, its value an attribute', async () => {
    const outputs = await deploy();

    const key = aws.ivs.streamKeyOf(outputs.Channel)!;
    expect(outputs).toMatchObject({ Key: key.arn, Arn: key.arn, Value: key.value });
  });

  test('fails on a channel that has a key', async () => {
    await expect(deployTemplate(aws, { Channel: channel(), Key: streamKey(), Second: { ...streamKey(), DependsOn: 'Key' } }, {}))
      .rejects.toThrow('maximum number of stream keys: 1 (ServiceQuotaExceededException)');
  });

  test.each([['is there', () => {}], ['has gone', (arn: string) => aws.ivs.deleteStreamKey(arn)]])('is deleted with its stack if it %s', async (_, before) => {
    const { Key } = await deploy();
    before(Key);

    await deleteStack(aws);

    expect([aws.cloudformation.stacks[0].status, aws.ivs.allStreamKeys]).toEqual(['DELETE_COMPLETE', []]);
  });
});

describe('CloudFormation', () => {
  test('tags a stream key and a channel with their stack and resource', async () => {
    const { Key, Channel } = await deploy({ Tags: [{ Key: 'team', Value: 'sports' }] });

    expect(await tagsOf(Key)).toEqual({ team: 'sports', ...systemTags('Key') });
    expect(await tagsOf(Channel)).toEqual({ team: 'sports', ...systemTags('Channel') });
  });

  test('shows these tags in ListStreamKeys', async () => {
    const { Channel } = await deploy();

    const { streamKeys } = await ivs.send(new ListStreamKeysCommand({ channelArn: Channel }));

    expect(streamKeys![0].tags).toEqual(systemTags('Key'));
  });

  test('puts on 50 tags besides', async () => {
    const Tags = Array.from({ length: 50 }, (_, number) => ({ Key: `tag-${number}`, Value: '' }));

    const { Key } = await deploy({ Tags });

    expect(Object.keys((await tagsOf(Key))!)).toHaveLength(53);
  });
});

describe('IVS', () => {
  test('takes 50 tags on a resource of CloudFormation, and no more', async () => {
    const { Key: resourceArn } = await deploy();
    const tag = (count: number) => ivs.send(new TagResourceCommand({ resourceArn, tags: Object.fromEntries(Array.from({ length: count }, (_, number) => [`tag-${number}`, ''])) }));

    await tag(50);

    await expect(tag(51)).rejects.toEqual(refused);
  });

  test.each<[string, (arn: string, channelArn: string) => Promise<unknown>]>([
    ['TagResource', (resourceArn) => ivs.send(new TagResourceCommand({ resourceArn, tags: { 'aws:cloudformation:logical-id': 'Key' } }))],
    ['UntagResource', (resourceArn) => ivs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['aws:cloudformation:stack-id'] }))],
    ['CreateStreamKey', (_, channelArn) => ivs.send(new CreateStreamKeyCommand({ channelArn, tags: { 'aws:mine': '' } }))],
    ['CreateChannel', () => ivs.send(new CreateChannelCommand({ tags: { 'aws:mine': '' } }))],
  ])('refuses %s with a name that begins with aws:', async (_, call) => {
    const { Key, Channel } = await deploy();

    await expect(call(Key, Channel)).rejects.toEqual(refused);
    expect(await tagsOf(Key)).toEqual(systemTags('Key'));
  });
});
