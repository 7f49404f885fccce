import { CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: CloudFormationClient;
let elsewhere: CloudFormationClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new CloudFormationClient(clientOptions(aws));
  elsewhere = new CloudFormationClient({ ...clientOptions(aws), region: 'eu-west-1' });
});
afterEach(async () => {
  client.destroy();
  elsewhere.destroy();
  await aws.stop();
});

const log = { Type: 'AWS::Logs::LogGroup' };
const producer = (Value: string) => ({ Resources: { Log: log }, Outputs: { Name: { Value } } });
/** A channel that is called like an output, as aws-cdk-lib 2.276.0 refers to one. */
const consumer = (more: object = {}, Outputs: object = {}) => ({
  Resources: {
    Channel: {
      Type: 'AWS::IVS::Channel',
      Properties: { Name: { 'Fn::GetStackOutput': { StackName: 'Producer', Region: { Ref: 'AWS::Region' }, OutputName: 'Name', ...more } } },
    },
  },
  Outputs,
});

const input = (StackName: string, template: object) => ({ StackName, TemplateBody: JSON.stringify(template) });
const create = (StackName: string, template: object, by = client) => by.send(new CreateStackCommand(input(StackName, template)));
const update = (StackName: string, template: object) => client.send(new UpdateStackCommand(input(StackName, template)));
const statusOf = async (StackName: string) => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks![0].StackStatus;
const channelNames = () => aws.ivs.allChannels.map(({ name }) => name);
const reasons = async () => {
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: 'Consumer' }));
  return StackEvents!.map(({ ResourceStatusReason }) => ResourceStatusReason).join('\n');
};

test('an output needs no export for another stack to read it', async () => {
  await create('Producer', producer('one'));
  await create('Consumer', consumer());

  expect(channelNames()).toEqual(['one']);
});

test('an output is read from the region that is named, and else from the own one', async () => {
  await create('Producer', producer('here'));
  await create('Producer', producer('there'), elsewhere);
  await create('Consumer', consumer({ Region: 'eu-west-1' }));
  await create('Own', consumer({ Region: undefined }));

  expect(channelNames()).toEqual(['there', 'here']);
});

test('a reader holds nothing fast: the output changes, and its stack goes', async () => {
  await create('Producer', producer('one'));
  await create('Consumer', consumer());

  await update('Producer', producer('two'));
  expect(await statusOf('Producer')).toBe('UPDATE_COMPLETE');
  await client.send(new DeleteStackCommand({ StackName: 'Producer' }));

  await expect(statusOf('Producer')).rejects.toThrow('Stack with id Producer does not exist');
  expect(channelNames()).toEqual(['one']);
});

test('a changed output updates no reader by itself, and reaches it with the next update', async () => {
  await create('Producer', producer('one'));
  await create('Consumer', consumer());
  await update('Producer', producer('two'));

  await expect(update('Consumer', consumer())).rejects.toThrow('No updates are to be performed.');
  await update('Consumer', { ...consumer(), Resources: { ...consumer().Resources, Log: log } });

  expect(channelNames()).toEqual(['two']);
});

test.each([
  ['stack', { StackName: 'Other' }, 'Stack with id Other does not exist'],
  ['output', { OutputName: 'Other' }, 'Stack Producer has no output Other'],
  ['parameter of the function', { RoleArn: 'arn:aws:iam::210987654321:role/reader' }, 'The local AWS does not know RoleArn of Fn::GetStackOutput.'],
])('a %s that there is not fails the resource', async (_, more, reason) => {
  await create('Producer', producer('one'));
  await create('Consumer', consumer(more));

  expect(await statusOf('Consumer')).toBe('ROLLBACK_COMPLETE');
  expect(await reasons()).toContain(reason);
});

test.each<[string, object, string]>([
  ['in a condition', { Conditions: { Is: { 'Fn::Equals': [{ 'Fn::GetStackOutput': { StackName: 'Producer', OutputName: 'Name' } }, 'one'] } } },
    'Cannot use Fn::GetStackOutput in Conditions'],
  ['in the name of an export', { Outputs: { Out: { Value: 'x', Export: { Name: { 'Fn::GetStackOutput': { StackName: 'Producer', OutputName: 'Name' } } } } } },
    'The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs'],
  ['in the name of an import', { Outputs: { Out: { Value: { 'Fn::ImportValue': { 'Fn::GetStackOutput': { StackName: 'Producer', OutputName: 'Name' } } } } } },
    'the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs'],
])('is refused %s', async (_, sections, message) => {
  await expect(create('Consumer', { Resources: { Log: log }, ...sections })).rejects.toThrow(message);
});
