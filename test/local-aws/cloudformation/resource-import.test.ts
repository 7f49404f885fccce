import {
  CloudFormationClient, CreateChangeSetCommand, CreateChangeSetCommandInput, CreateStackCommand, DeleteStackCommand, DescribeChangeSetCommand,
  DescribeStackEventsCommand, DescribeStacksCommand, ExecuteChangeSetCommand, ResourceToImport, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions } from '../deploy-template';

let aws: LocalAws;
let client: CloudFormationClient;
/** The ARN of a channel that belongs to no stack. */
let found: string;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new CloudFormationClient(clientOptions(aws));
  found = aws.ivs.createChannel(REGION, { name: 'found', latencyMode: 'NORMAL' }).arn;
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const channel = (Name: string, more: object = { DeletionPolicy: 'Retain' }) => ({ Type: 'AWS::IVS::Channel', Properties: { Name }, ...more });
const toImport = (more: Partial<ResourceToImport> = {}): ResourceToImport[] => [
  { LogicalResourceId: 'Found', ResourceType: 'AWS::IVS::Channel', ResourceIdentifier: { Arn: found }, ...more },
];

const createChangeSet = (Resources: object, ResourcesToImport: ResourceToImport[] | undefined, more: Partial<CreateChangeSetCommandInput> = {}) =>
  client.send(new CreateChangeSetCommand({
    StackName: 'Test', ChangeSetName: 'import', ChangeSetType: 'IMPORT', TemplateBody: JSON.stringify({ Resources }), ResourcesToImport, ...more,
  }));
const describeChangeSet = () => client.send(new DescribeChangeSetCommand({ StackName: 'Test', ChangeSetName: 'import' }));
const execute = () => client.send(new ExecuteChangeSetCommand({ StackName: 'Test', ChangeSetName: 'import' }));
const createStack = (Resources: object, StackName = 'Test') =>
  client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
const describeStack = async () => (await client.send(new DescribeStacksCommand({ StackName: 'Test' }))).Stacks![0];
const events = async () => {
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: 'Test' }));
  return StackEvents!.reverse().map((event) => [event.LogicalResourceId, event.ResourceStatus, event.ResourceStatusReason]);
};
const channelNames = () => aws.ivs.allChannels.map(({ name }) => name).sort();

describe('an import', () => {
  test('creates a stack from existing resources, and leaves them unchanged', async () => {
    const before = structuredClone(aws.ivs.allChannels);

    await createChangeSet({ Found: channel('renamed') }, toImport());
    const ResourceChange = { Action: 'Import', LogicalResourceId: 'Found', PhysicalResourceId: found, ResourceType: 'AWS::IVS::Channel' };
    expect(await describeChangeSet()).toMatchObject({
      Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE', Changes: [{ Type: 'Resource', ResourceChange }],
    });
    await execute();

    expect(await describeStack()).toMatchObject({ StackStatus: 'IMPORT_COMPLETE' });
    expect(await events()).toEqual([
      ['Test', 'IMPORT_IN_PROGRESS', 'User Initiated'],
      ['Found', 'IMPORT_IN_PROGRESS', 'Resource import started.'],
      ['Found', 'IMPORT_COMPLETE', 'Resource import completed.'],
      ['Found', 'UPDATE_IN_PROGRESS', 'Apply stack-level tags to imported resource if applicable.'],
      ['Found', 'UPDATE_COMPLETE', undefined],
      ['Test', 'IMPORT_COMPLETE', undefined],
    ]);
    expect(aws.ivs.allChannels).toEqual(before);
  });

  test('adds existing resources to a stack', async () => {
    await createStack({ Own: channel('own', {}) });

    await createChangeSet({ Own: channel('own', {}), Found: channel('found') }, toImport());
    await execute();

    expect((await describeStack()).StackStatus).toBe('IMPORT_COMPLETE');
    expect(channelNames()).toEqual(['found', 'own']);
  });

  test('lets the stack refer to imported resources, and change them', async () => {
    await createChangeSet({ Found: channel('found') }, toImport());
    await execute();

    const Outputs = { Endpoint: { Value: { 'Fn::GetAtt': ['Found', 'IngestEndpoint'] } }, Ref: { Value: { Ref: 'Found' } } };
    await client.send(new UpdateStackCommand({ StackName: 'Test', TemplateBody: JSON.stringify({ Resources: { Found: channel('new') }, Outputs }) }));

    expect(await describeStack()).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Outputs: [{ OutputKey: 'Endpoint', OutputValue: aws.ivs.allChannels[0].ingestEndpoint }, { OutputKey: 'Ref', OutputValue: found }],
    });
    expect(channelNames()).toEqual(['new']);
  });

  test('keeps imported resources when the stack is deleted, as their policy says', async () => {
    await createChangeSet({ Found: channel('found') }, toImport());
    await execute();

    await client.send(new DeleteStackCommand({ StackName: 'Test' }));

    expect(channelNames()).toEqual(['found']);
  });

  test('is rolled back if the resource is gone by then', async () => {
    await createStack({ Own: channel('own', {}) });
    await createChangeSet({ Own: channel('own', {}), Found: channel('found') }, toImport());
    aws.ivs.deleteChannel(found);

    await execute();

    expect((await describeStack()).StackStatus).toBe('IMPORT_ROLLBACK_COMPLETE');
    expect(await events()).toContainEqual(['Found', 'IMPORT_FAILED', `Resource of type 'AWS::IVS::Channel' with identifier '${found}' was not found.`]);
    expect([...aws.cloudformation.stacks[0].resources.keys()]).toEqual(['Own']);
  });
});

describe('a change set fails', () => {
  const failsWith = async (reason: string | RegExp) => {
    expect(await describeChangeSet()).toMatchObject({ Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE', StatusReason: expect.stringMatching(reason) });
    await expect(execute()).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  };

  test.each([
    ['is not there', () => 'arn:aws:ivs:us-east-1:123456789012:channel/abcdABCDefgh'],
    ['is in another region', () => aws.ivs.createChannel('eu-west-1', {}).arn],
  ])('if what is to be imported %s', async (_, arn) => {
    const Arn = arn();
    await createChangeSet({ Found: channel('found') }, toImport({ ResourceIdentifier: { Arn } }));

    await failsWith(`Resource of type 'AWS::IVS::Channel' with identifier '${Arn}' was not found.`);
  });

  test('if another stack has the resource', async () => {
    await createStack({ Own: channel('own', {}) }, 'Owner');
    const Arn = aws.ivs.allChannels.find(({ name }) => name === 'own')!.arn;
    await createChangeSet({ Found: channel('own') }, toImport({ ResourceIdentifier: { Arn } }));

    await failsWith(new RegExp(`^${Arn} already exists in stack arn:aws:cloudformation:us-east-1:123456789012:stack/Owner/`));
  });
});

describe('an import is refused', () => {
  const own = channel('own', {});
  const imported = () => ({ Own: own, Found: channel('found') });

  test.each<[string, () => object, () => ResourceToImport[] | undefined, string]>([
    ['of nothing', imported, () => undefined, 'Must Provide at least one resource to import'],
    ['of one thing twice', imported, () => [...toImport(), ...toImport()], 'Every resource to import must have unique LogicalResourceId'],
    ['by another property', imported, () => toImport({ ResourceIdentifier: { Name: 'found' } }),
      'Invalid resource identifier for resource type AWS::IVS::Channel. Expected [Arn]'],
    ['of what the template does not have', imported, () => toImport({ LogicalResourceId: 'Missing' }),
      'The logical resource ids [Missing] provided in ResourceToImport do not exist in the template.'],
    ['as another type', () => ({ Own: own, Found: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain' } }), toImport,
      'Resource type of [Found] passed in ResourceToImport does not match with resource type defined in the template. '
      + 'Resource type in ResourceToImport: AWS::IVS::Channel; Resource type in Template: AWS::Logs::LogGroup.'],
    ['of what the stack has', () => ({ Own: own }), () => toImport({ LogicalResourceId: 'Own' }),
      'The template should contain at least one new resource to import.'],
    ['of what the stack has besides something new', imported, () => toImport({ LogicalResourceId: 'Own' }),
      'Resources [Own] passed in ResourceToImport are already in a stack and cannot be imported.'],
    ['together with something that is to be made', () => ({ ...imported(), New: channel('new') }), toImport,
      'Resources [New] is missing from ResourceToImport list'],
    ['together with a change', () => ({ ...imported(), Own: channel('changed', {}) }), toImport,
      'You have modified resources [Own] in your template that are not being imported. '
      + 'Update, create or delete operations cannot be executed during import operations.'],
    ['together with a deletion', () => ({ Found: channel('found') }), toImport,
      'You have modified resources [Own] in your template that are not being imported. '
      + 'Update, create or delete operations cannot be executed during import operations.'],
    ['without a deletion policy', () => ({ Own: own, Found: channel('found', {}) }), toImport,
      'The following resources to import [Found] must have DeletionPolicy attribute specified in the template.'],
  ])('%s', async (_, resources, imports, message) => {
    await createStack({ Own: own });

    await expect(createChangeSet(resources(), imports())).rejects.toMatchObject({ name: 'ValidationError', message });
  });

  test('together with outputs', async () => {
    const TemplateBody = JSON.stringify({ Resources: { Found: channel('found') }, Outputs: { New: { Value: 'x' } } });

    await expect(createChangeSet({}, toImport(), { TemplateBody })).rejects.toThrow('As part of the import operation, you cannot modify or add [Outputs]');
  });

  test('without a trace of the stack that was to be made', async () => {
    await expect(createChangeSet({ Found: channel('found', {}) }, toImport())).rejects.toThrow('must have DeletionPolicy');

    await expect(describeStack()).rejects.toThrow('Stack with id Test does not exist');
  });
});

describe('refuses by name:', () => {
  test.each<[string, object, ResourceToImport, Partial<CreateChangeSetCommandInput>, string]>([
    ['an import of another type', { Group: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain' } },
      { LogicalResourceId: 'Group', ResourceType: 'AWS::Logs::LogGroup', ResourceIdentifier: { LogGroupName: 'group' } }, {}, 'the import of AWS::Logs::LogGroup'],
    ['an import with tags', { Found: channel('found') }, { LogicalResourceId: 'Found', ResourceType: 'AWS::IVS::Channel', ResourceIdentifier: { Arn: 'x' } },
      { Tags: [{ Key: 'team', Value: 'sports' }] }, 'an import into a stack with tags'],
    ['an import by name', { Found: channel('found') }, { LogicalResourceId: 'Found', ResourceType: 'AWS::IVS::Channel', ResourceIdentifier: { Arn: 'x' } },
      { ImportExistingResources: true }, 'ImportExistingResources'],
  ])('%s', async (_, resources, each, more, what) => {
    await expect(createChangeSet(resources, [each], more)).rejects.toThrow(`The local AWS does not know ${what}`);
  });
});
