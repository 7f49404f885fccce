import {
  Capability, CloudFormationClient, CreateChangeSetCommand, CreateChangeSetCommandInput, CreateStackCommand, CreateStackCommandInput,
  DescribeStacksCommand, UpdateStackCommand, UpdateStackCommandInput,
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

const TRUST = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const role = (more: object = {}) => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST, ...more } });
const boundary = (more: object = {}) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, ...more },
});
const log = { Type: 'AWS::Logs::LogGroup' };

const template = (Resources: object, more: object = {}) => ({ TemplateBody: JSON.stringify({ Resources, ...more }) });
const PLAIN = template({ Log: log });
const create = (input: Partial<CreateStackCommandInput>) => client.send(new CreateStackCommand({ StackName: 'Test', ...input }));
const update = (input: Partial<UpdateStackCommandInput>) => client.send(new UpdateStackCommand({ StackName: 'Test', ...input }));
const createChangeSet = (input: Partial<CreateChangeSetCommandInput>) =>
  client.send(new CreateChangeSetCommand({ StackName: 'Test', ChangeSetName: 'change', ChangeSetType: 'CREATE', ...input }));
/** But for the one of the bootstrap. */
const describeStacks = async () => (await client.send(new DescribeStacksCommand({}))).Stacks!.filter(({ StackName }) => StackName !== 'CDKToolkit');
const refused = (message: string) => expect.objectContaining({ message: expect.stringContaining(message) });

describe('IAM resources of a template', () => {
  test.each([
    ['a role', { Role: role() }, 'CAPABILITY_IAM'],
    ['a policy, which always has a name', { Role: role(), Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'x', PolicyDocument: TRUST, Roles: [{ Ref: 'Role' }] } } }, 'CAPABILITY_IAM'],
    ['a role with a name', { Role: role({ RoleName: 'mine' }) }, 'CAPABILITY_NAMED_IAM'],
    ['a managed policy with a name', { Boundary: boundary({ ManagedPolicyName: 'mine' }) }, 'CAPABILITY_NAMED_IAM'],
  ] as const)('have to be acknowledged: %s', async (_, resources, capability) => {
    const insufficient = expect.objectContaining({ name: 'InsufficientCapabilitiesException', message: `Requires capabilities : [${capability}]` });
    const tooLittle: Capability[][] = [[], ['CAPABILITY_AUTO_EXPAND'], capability === 'CAPABILITY_IAM' ? [] : ['CAPABILITY_IAM']];
    for (const Capabilities of tooLittle) {
      const input = { ...template(resources), Capabilities };
      await expect(create(input)).rejects.toEqual(insufficient);
      await expect(createChangeSet(input)).rejects.toEqual(insufficient);
    }
    expect(await describeStacks()).toEqual([]);

    await create({ ...template(resources), Capabilities: [capability] });
    expect(await describeStacks()).toMatchObject([{ Capabilities: [capability] }]);
  });

  test('have to be acknowledged by each update', async () => {
    await create({ ...template({ Role: role() }), Capabilities: ['CAPABILITY_NAMED_IAM'] });

    await expect(update(template({ Role: role(), Log: log }))).rejects.toMatchObject({ name: 'InsufficientCapabilitiesException' });
  });
});

describe('the name of a stack', () => {
  test.each(['my_stack', '1stack', 'my.stack', 'arn:aws:cloudformation:us-east-1:123456789012:stack/Test/x'])('cannot be %s', async (StackName) => {
    const invalid = refused(`Value '${StackName}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`);
    await expect(create({ StackName, ...PLAIN })).rejects.toEqual(invalid);
    await expect(createChangeSet({ StackName, ...PLAIN })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('has 128 characters at most', async () => {
    await expect(create({ StackName: 'a'.repeat(129), ...PLAIN })).rejects.toEqual(refused('Member must have length less than or equal to 128'));
    await expect(create({ StackName: 'a'.repeat(128), ...PLAIN })).resolves.toBeDefined();
  });
});

test.each<[string, Partial<CreateStackCommandInput>, string]>([
  ['no template', {}, 'Either Template URL or Template Body must be specified.'],
  ['two templates', { ...PLAIN, TemplateURL: 'https://bucket.s3.amazonaws.com/key' }, 'Either Template URL or Template Body must be specified.'],
  ['a parameter that the template lacks', { ...PLAIN, Parameters: [{ ParameterKey: 'Other', ParameterValue: 'x' }] }, 'Parameters: [Other] do not exist in the template'],
  ['parameters against a rule', template({ Log: log }, { Rules: { Never: { Assertions: [{ Assert: { 'Fn::Equals': ['1', '2'] }, AssertDescription: 'one is two' }] } } }), 'one is two'],
  ['two policies for a failure', { ...PLAIN, OnFailure: 'DO_NOTHING', DisableRollback: false }, 'either DisableRollback or OnFailure, but not both'],
])('%s is refused', async (_, input, message) => {
  await expect(create(input)).rejects.toEqual(refused(message));
});

test.each<[string, Partial<CreateStackCommandInput>, boolean, string]>([
  ['is rolled back', {}, false, 'ROLLBACK_COMPLETE'],
  ['stays with DisableRollback', { DisableRollback: true }, true, 'CREATE_FAILED'],
  ['stays with OnFailure DO_NOTHING', { OnFailure: 'DO_NOTHING' }, true, 'CREATE_FAILED'],
])('a stack that fails %s', async (_, input, DisableRollback, StackStatus) => {
  await create({ ...template({ Log: { ...log, Properties: { Colour: 'blue' } } }), ...input });

  expect(await describeStacks()).toMatchObject([{ DisableRollback, StackStatus }]);
});

describe('refuses by name:', () => {
  test.each<[string, Partial<CreateStackCommandInput & CreateChangeSetCommandInput>]>([
    ['the deployment mode EXPRESS', { DeploymentConfig: { Mode: 'EXPRESS' } }],
    ['the member DeploymentConfig.DisableRollback', { DeploymentConfig: { Mode: 'STANDARD', DisableRollback: true } }],
    ['the member NotificationARNs', { NotificationARNs: ['arn:aws:sns:us-east-1:123456789012:topic'] }],
    ['the member RollbackConfiguration', { RollbackConfiguration: { MonitoringTimeInMinutes: 1 } }],
    ['the member ResourceTypes', { ResourceTypes: ['AWS::*'] }],
    ['the service role arn:aws:iam::123456789012:role/other', { RoleARN: 'arn:aws:iam::123456789012:role/other' }],
    ['NoEcho of the parameter Secret', template({ Log: log }, { Parameters: { Secret: { Type: 'String', Default: 'x', NoEcho: true } } })],
    ['the parameter type CommaDelimitedList', template({ Log: log }, { Parameters: { List: { Type: 'CommaDelimitedList', Default: 'x' } } })],
    ['RuleCondition of the rule Sometimes', template({ Log: log }, { Rules: { Sometimes: { RuleCondition: { 'Fn::Equals': ['1', '1'] }, Assertions: [] } } })],
  ])('%s', async (name, input) => {
    const unknown = refused(`The local AWS does not know ${name}`);
    await expect(create({ ...PLAIN, ...input })).rejects.toEqual(unknown);
    await expect(createChangeSet({ ...PLAIN, ...input })).rejects.toEqual(unknown);
  });

  test.each<[string, Partial<CreateStackCommandInput>]>([
    ['OnFailure DELETE', { OnFailure: 'DELETE' }],
    ['the member EnableTerminationProtection', { EnableTerminationProtection: true }],
    ['the member TimeoutInMinutes', { TimeoutInMinutes: 5 }],
  ])('%s of CreateStack', async (name, input) => {
    await expect(create({ ...PLAIN, ...input })).rejects.toEqual(refused(`The local AWS does not know ${name}`));
  });

  test.each<[string, Partial<CreateChangeSetCommandInput>]>([
    ['the member DeploymentMode', { DeploymentMode: 'REVERT_DRIFT' }],
    ['the member OnStackFailure', { OnStackFailure: 'DELETE' }],
    ['the member UsePreviousTemplate', { UsePreviousTemplate: true }],
    ['ImportExistingResources', { ImportExistingResources: true }],
  ])('%s of CreateChangeSet', async (name, input) => {
    await expect(createChangeSet({ ...PLAIN, ...input })).rejects.toEqual(refused(`The local AWS does not know ${name}`));
  });
});

test('the service role of the bootstrap, which the CDK CLI sends, is taken', async () => {
  await create({ ...PLAIN, RoleARN: 'arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1' });

  expect(await describeStacks()).toMatchObject([{ StackStatus: 'CREATE_COMPLETE' }]);
});
