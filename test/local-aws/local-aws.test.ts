import {
  CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateChannelCommand, CreateStreamKeyCommand, IvsClient, ListStreamKeysCommand, PutMetadataCommand } from '@aws-sdk/client-ivs';
import { LocalAws, REGION } from '../../local-aws/local-aws';

let aws: LocalAws;
let cloudformation: CloudFormationClient;
let ivs: IvsClient;
beforeAll(async () => {
  aws = await LocalAws.start();
  const options = { endpoint: aws.url, region: REGION, credentials: aws.identities.administrator, maxAttempts: 1 };
  cloudformation = new CloudFormationClient(options);
  ivs = new IvsClient(options);
});
afterAll(() => aws.stop());

const create = (StackName: string, template: object) =>
  cloudformation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
const channel = (properties: object = {}) => ({ Type: 'AWS::IVS::Channel', Properties: properties });

describe('refuses by name:', () => {
  test('an operation', async () => {
    await expect(ivs.send(new PutMetadataCommand({ channelArn: 'x', metadata: 'x' }))).rejects.toThrow('The local AWS does not know the operation ivs:PutMetadata');
  });

  test.each([
    ['in JSON', { 'x-amz-target': 'TrentService.ListKeys' }, /^{"__type":"NotInLocalAws","message":"The local AWS does not know the service kms\./],
    ['in XML', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, /<Code>NotInLocalAws<\/Code><Message>The local AWS does not know the service kms\./],
  ])('a service, %s', async (_, headers, answer) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${aws.identities.administrator.accessKeyId}/20261127/${REGION}/kms/aws4_request`;

    const refusal = await fetch(aws.url, { method: 'POST', headers: { authorization, ...headers } as Record<string, string> });

    expect([refusal.status, await refusal.text()]).toEqual([501, expect.stringMatching(answer)]);
  });

  test('a resource type', async () => {
    await expect(create('A', { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })).rejects.toThrow('does not know the resource type AWS::SNS::Topic');
  });

  test('a function', async () => {
    await create('B', { Resources: { Channel: channel({ Name: { 'Fn::Base64': 'x' } }) } });
    const { StackEvents } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'B' }));
    expect(StackEvents!.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(expect.stringContaining('the function Fn::Base64'));
  });

  test('a property', async () => {
    await create('C', { Resources: { Channel: channel({ Colour: 'blue' }) } });
    const { StackEvents } = await cloudformation.send(new DescribeStackEventsCommand({ StackName: 'C' }));
    expect(StackEvents!.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(expect.stringContaining('the property Colour of AWS::IVS::Channel'));
  });

  test('a function in short form', async () => {
    const TemplateBody = 'Resources: { Channel: { Type: AWS::IVS::Channel, Properties: { Name: !Ref AWS::StackName } } }';
    await expect(cloudformation.send(new CreateStackCommand({ StackName: 'E', TemplateBody }))).rejects.toThrow('Unresolved tag: !Ref');
  });

  test('a template section', async () => {
    await expect(create('D', { Transform: 'AWS::Serverless-2016-10-31', Resources: { Channel: channel() } })).rejects.toThrow('the template section Transform');
  });
});

test('a template may be in YAML', async () => {
  const TemplateBody = ['Resources:', '  Channel:', '    Type: AWS::IVS::Channel', '    Properties:', '      Name: { "Fn::Sub": in-yaml }', ''].join('\n');

  await cloudformation.send(new CreateStackCommand({ StackName: 'Yaml', TemplateBody }));

  expect(aws.ivs.allChannels.map(({ name }) => name)).toContain('in-yaml');
});

test.each([
  ['broken', 'Resources: {', 'Template format error: YAML not well-formed.'],
  ['no template', 'Resources', 'Template format error: unsupported structure.'],
])('a template that is %s is refused', async (_, TemplateBody, message) => {
  await expect(cloudformation.send(new CreateStackCommand({ StackName: 'Broken', TemplateBody }))).rejects.toThrow(message);
});

test('strangers are refused', async () => {
  const stranger = new IvsClient({ endpoint: aws.url, region: REGION, credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'x' } });
  await expect(stranger.send(new CreateChannelCommand({}))).rejects.toThrow('The security token included in the request is invalid.');
});

test('a channel made by API has a stream key, and takes no second one', async () => {
  const { channel: made, streamKey } = await ivs.send(new CreateChannelCommand({ name: 'by-api' }));

  const listed = await ivs.send(new ListStreamKeysCommand({ channelArn: made!.arn }));
  const second = ivs.send(new CreateStreamKeyCommand({ channelArn: made!.arn }));

  expect(listed.streamKeys).toEqual([{ arn: streamKey!.arn, channelArn: made!.arn, tags: {} }]);
  await expect(second).rejects.toMatchObject({ name: 'ServiceQuotaExceededException', $metadata: { httpStatusCode: 402 } });
});

test('more than five calls a second of one operation are throttled', async () => {
  const { channel: made } = await ivs.send(new CreateChannelCommand({}));
  const calls = Array.from({ length: 12 }, () => ivs.send(new ListStreamKeysCommand({ channelArn: made!.arn })));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.filter(({ status }) => status === 'rejected')).not.toHaveLength(0);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } } });
});

test('a failed update is rolled back to the previous channel', async () => {
  await create('Rolled', { Resources: { Channel: channel({ Name: 'before' }) } });
  const template = { Resources: { Channel: channel({ Name: 'after' }), Broken: { ...channel({ Name: 'not a name' }), DependsOn: 'Channel' } } };

  await cloudformation.send(new UpdateStackCommand({ StackName: 'Rolled', TemplateBody: JSON.stringify(template) }));

  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'Rolled' }));
  expect(Stacks![0].StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(aws.ivs.allChannels.map(({ name }) => name)).toContain('before');
  expect(aws.ivs.allChannels.map(({ name }) => name)).not.toContain('after');
});
