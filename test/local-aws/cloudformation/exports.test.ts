import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: CloudFormationClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new CloudFormationClient(clientOptions(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

/** A channel, and its name exported if there is a value for it. */
const exporting = (Value?: string) => ({
  Resources: { Channel: { Type: 'AWS::IVS::Channel', Properties: { Name: `channel-${Value}` } } },
  Outputs: { Plain: { Value: 'x' }, ...(Value ? { Shared: { Value, Export: { Name: 'shared' } } } : {}) },
});
const importing = (Name: unknown) => ({ Resources: { Channel: { Type: 'AWS::IVS::Channel', Properties: { Name } } } });
const IMPORTED = { 'Fn::ImportValue': 'shared' };

const input = (StackName: string, template: object) => ({ StackName, TemplateBody: JSON.stringify(template) });
const create = (StackName: string, template: object) => client.send(new CreateStackCommand(input(StackName, template)));
const update = (StackName: string, template: object) => client.send(new UpdateStackCommand(input(StackName, template)));
const remove = (StackName: string) => client.send(new DeleteStackCommand({ StackName }));
const describeStack = async (StackName: string) => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks![0];
const statusOf = async (StackName: string) => (await describeStack(StackName)).StackStatus;
const reasonsOf = async (StackName: string) => {
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents!.map(({ ResourceStatus, ResourceStatusReason }) => [ResourceStatus, ResourceStatusReason]);
};
const channelNames = () => aws.ivs.allChannels.map(({ name }) => name).sort();

describe('an export that another stack imports', () => {
  beforeEach(async () => {
    await create('Producer', exporting('one'));
    await create('Consumer', importing(IMPORTED));
  });

  test('cannot be changed: the update is rolled back', async () => {
    await update('Producer', exporting('two'));

    expect(await statusOf('Producer')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasonsOf('Producer')).toContainEqual(['UPDATE_ROLLBACK_IN_PROGRESS', 'Update canceled. Cannot update export shared as it is in use by Consumer.']);
    expect(channelNames()).toEqual(['channel-one', 'one']);
    expect((await describeStack('Producer')).Outputs).toContainEqual(expect.objectContaining({ ExportName: 'shared', OutputValue: 'one' }));
  });

  test('cannot be taken out: the update is rolled back', async () => {
    await update('Producer', exporting());

    expect(await statusOf('Producer')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasonsOf('Producer')).toContainEqual(['UPDATE_ROLLBACK_IN_PROGRESS', 'Delete canceled. Cannot delete export shared as it is in use by Consumer.']);
    expect(channelNames()).toEqual(['channel-one', 'one']);
  });

  test('keeps its stack from being deleted', async () => {
    await remove('Producer');

    expect(await describeStack('Producer')).toMatchObject({
      StackStatus: 'CREATE_COMPLETE', StackStatusReason: 'Delete canceled. Cannot delete export shared as it is in use by Consumer.',
    });
    expect(channelNames()).toEqual(['channel-one', 'one']);
  });

  test('may stay unchanged while other things change', async () => {
    await update('Producer', { ...exporting('one'), ...importing('another') });

    expect(await statusOf('Producer')).toBe('UPDATE_COMPLETE');
  });

  test('is listed with all its importers', async () => {
    await create('Other', importing(IMPORTED));

    await update('Producer', exporting('two'));

    expect(await reasonsOf('Producer')).toContainEqual(['UPDATE_ROLLBACK_IN_PROGRESS', expect.stringMatching(/in use by Consumer and Other\.$/)]);
  });

  test.each([
    ['has gone', () => remove('Consumer')],
    ['does without it', () => update('Consumer', importing('own'))],
  ])('is free once that stack %s', async (_, release) => {
    await release();

    await update('Producer', exporting('two'));
    expect(await statusOf('Producer')).toBe('UPDATE_COMPLETE');
    await remove('Producer');
    expect(channelNames()).not.toContain('channel-two');
  });

  test('stays in use when the update that would have done without it fails', async () => {
    await update('Consumer', importing('not a name'));
    expect(await statusOf('Consumer')).toBe('UPDATE_ROLLBACK_COMPLETE');

    await update('Producer', exporting('two'));

    expect(await statusOf('Producer')).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

test('a stack that could not be made imports nothing', async () => {
  await create('Producer', exporting('one'));
  const { Resources: { Channel } } = importing(IMPORTED);
  await create('Consumer', { Resources: { Channel, Broken: { ...importing('not a name').Resources.Channel, DependsOn: 'Channel' } } });
  expect(await statusOf('Consumer')).toBe('ROLLBACK_COMPLETE');

  await update('Producer', exporting('two'));

  expect(await statusOf('Producer')).toBe('UPDATE_COMPLETE');
});

test('two stacks cannot export the same name', async () => {
  await create('Producer', exporting('one'));

  await create('Another', exporting('two'));

  expect(await statusOf('Another')).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf('Another')).toContainEqual(['ROLLBACK_IN_PROGRESS', expect.stringContaining('Export with name shared is already exported by stack Producer.')]);
});

test('a missing export cannot be imported', async () => {
  await create('Consumer', importing(IMPORTED));

  expect(await reasonsOf('Consumer')).toContainEqual(['CREATE_FAILED', expect.stringContaining('No export named shared found.')]);
});
