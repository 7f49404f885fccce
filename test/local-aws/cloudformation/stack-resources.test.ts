import { CloudFormationClient, DescribeStackEventsCommand, DescribeStackResourceCommand, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { LocalAws } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../deploy-template';

let aws: LocalAws;
let client: CloudFormationClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new CloudFormationClient(clientOptions(aws));
});
afterEach(() => {
  client.destroy();
  return aws.stop();
});

const log = (number: number) => [`Log${number}`, { Type: 'AWS::Logs::LogGroup' }];

test('lists the resources of a stack, page by page, with their status', async () => {
  await deployTemplate(aws, Object.fromEntries(Array.from({ length: 101 }, (_, number) => log(number))), {});

  const first = await client.send(new ListStackResourcesCommand({ StackName: 'Test' }));
  const second = await client.send(new ListStackResourcesCommand({ StackName: 'Test', NextToken: first.NextToken }));

  expect([first.StackResourceSummaries!.length, second.StackResourceSummaries!.length, second.NextToken]).toEqual([100, 1, undefined]);
  expect(first.StackResourceSummaries![0]).toMatchObject({ LogicalResourceId: 'Log0', ResourceType: 'AWS::Logs::LogGroup', ResourceStatus: 'CREATE_COMPLETE' });
});

test('describes a resource with its metadata, in which references are resolved', async () => {
  const { secretArn } = await deployTemplate(aws, {
    Secret: { Type: 'AWS::SecretsManager::Secret' },
    Log: { Type: 'AWS::Logs::LogGroup', DependsOn: 'Secret', Metadata: { ours: { secret: { Ref: 'Secret' }, list: [1, 'two'] } } },
  }, { secretArn: { Ref: 'Secret' } });

  const { StackResourceDetail } = await client.send(new DescribeStackResourceCommand({ StackName: 'Test', LogicalResourceId: 'Log' }));

  expect(JSON.parse(StackResourceDetail!.Metadata!)).toEqual({ ours: { secret: secretArn, list: [1, 'two'] } });
});

test('names a resource that the stack does not have', async () => {
  await deployTemplate(aws, Object.fromEntries([log(1)]), {});

  await expect(client.send(new DescribeStackResourceCommand({ StackName: 'Test', LogicalResourceId: 'Other' })))
    .rejects.toMatchObject({ name: 'ValidationError', message: 'Resource Other does not exist for stack Test' });
});

test('is described to a function that may see this stack, and to no other', async () => {
  const code = (stack: string) => `
    const { CloudFormation } = require('@aws-sdk/client-cloudformation');
    exports.handler = async () => (await new CloudFormation({}).describeStacks({ StackName: ${stack} })).Stacks.length;`;
  const { arn, stackId } = await deployTemplate(aws, {
    ...inlineFunction(code('process.env.STACK'), [{ Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } }]),
  }, { arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, stackId: { Ref: 'AWS::StackId' } });
  const call = async (STACK: string) => {
    aws.lambda.update(arn.split(':').pop()!, { environment: { STACK } });
    return aws.lambda.invoke(arn, {});
  };

  expect((await call(stackId)).result).toBe('1');
  expect((await call('Other')).error).toMatchObject({ errorType: 'AccessDeniedException' });
});

test('calls a stack that does not exist as the CDK toolkit expects it: otherwise in its events than elsewhere', async () => {
  const missing = { StackName: 'Missing' };

  await expect(client.send(new DescribeStacksCommand(missing))).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack with id Missing does not exist' });
  await expect(client.send(new DescribeStackEventsCommand(missing))).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack [Missing] does not exist' });
});
