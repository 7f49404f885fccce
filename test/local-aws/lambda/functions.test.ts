import { GetFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { LocalAws, REGION } from '../../../local-aws/local-aws';
import { clientOptions, deployTemplate, inlineFunction } from '../deploy-template';

let aws: LocalAws;
let client: LambdaClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new LambdaClient(clientOptions(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const ROLE = inlineFunction('').Role;
const code = { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: 'exports.handler = async () => {};' }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } };
const named = (FunctionName: string, more: object = {}) => ({ Type: 'AWS::Lambda::Function', Properties: { ...code, FunctionName, ...more } });
const alias = { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'One' }, FunctionVersion: '$LATEST', Name: 'live' } };

test('functions are listed page by page, with what their templates say', async () => {
  const one = named('one', { Description: 'the first', Timeout: 7, MemorySize: 256, Architectures: ['arm64'], Environment: { Variables: { A: 'b' } } });
  await deployTemplate(aws, { Role: ROLE, One: one, Two: { ...named('two'), DependsOn: 'One' } }, {});

  const first = await client.send(new ListFunctionsCommand({ MaxItems: 1 }));
  const second = await client.send(new ListFunctionsCommand({ MaxItems: 1, Marker: first.NextMarker }));

  expect(first.Functions).toMatchObject([{
    FunctionName: 'one',
    FunctionArn: `arn:aws:lambda:${REGION}:123456789012:function:one`,
    Description: 'the first',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Timeout: 7,
    MemorySize: 256,
    Architectures: ['arm64'],
    Environment: { Variables: { A: 'b' } },
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/one' },
    Version: '$LATEST',
  }]);
  expect(second.Functions!.map(({ FunctionName }) => FunctionName)).toEqual(['two']);
  expect(second.NextMarker).toBeUndefined();
});

test('a list leaves the states of functions out, which GetFunction has', async () => {
  await deployTemplate(aws, { Role: ROLE, One: named('one', { ReservedConcurrentExecutions: 3, Tags: [{ Key: 'team', Value: 'sports' }] }) }, {});

  const { Functions } = await client.send(new ListFunctionsCommand({}));
  expect(Functions![0].State).toBeUndefined();
  expect(await client.send(new GetFunctionCommand({ FunctionName: 'one' }))).toMatchObject({
    Configuration: { ...Functions![0], State: 'Active', LastUpdateStatus: 'Successful' }, Tags: { team: 'sports' }, Concurrency: { ReservedConcurrentExecutions: 3 },
  });
});

test('an alias has an ARN of its own', async () => {
  await deployTemplate(aws, { Role: ROLE, One: named('one'), Alias: alias }, {});
  const arnOf = async (FunctionName: string, Qualifier?: string) => (
    (await client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))).FunctionArn!.replace(/.*:function:/, '')
  );

  expect([await arnOf('one'), await arnOf('one', 'live'), await arnOf('one:live'), await arnOf('one', '$LATEST')]).toEqual(['one', 'one:live', 'one:live', 'one']);
  await expect(arnOf('one', 'other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a function of another region is neither listed nor found', async () => {
  await deployTemplate(aws, { Role: ROLE, One: named('one') }, {});
  const elsewhere = new LambdaClient({ ...clientOptions(aws), region: 'eu-west-1' });

  expect((await elsewhere.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  await expect(elsewhere.send(new GetFunctionCommand({ FunctionName: 'one' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  elsewhere.destroy();
});

describe('the log group of a function', () => {
  const groups = () => ['/aws/lambda/one', 'other'].filter((name) => aws.logs.hasGroup(REGION, name));
  const run = () => client.send(new InvokeCommand({ FunctionName: 'one' }));

  test('is made by its first run', async () => {
    await deployTemplate(aws, { Role: ROLE, One: named('one') }, {});

    expect(groups()).toEqual([]);
    await run();
    expect(groups()).toEqual(['/aws/lambda/one']);
  });

  test('may be in the template', async () => {
    const group = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'One' }]] }, RetentionInDays: 7 } };
    await deployTemplate(aws, { Role: ROLE, One: named('one'), Group: group }, {});

    await run();
    expect(aws.logs.text()).toMatch(/^START/);
  });

  test('is not made by a function whose role may not', async () => {
    const role = structuredClone(ROLE) as any;
    role.Properties.Policies[0].PolicyDocument.Statement[0].Action = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    await deployTemplate(aws, { Role: role, One: named('one') }, {});

    await run();
    expect(groups()).toEqual([]);
  });
});
